//! What every object has besides its definition: comments, an owner, privileges.

#![expect(clippy::needless_pass_by_value, reason = "what is described is made for it")]

use crate::acl::{self, Acl};
use crate::inventory::Item;
use crate::statement::Statement;
use nova_schema::{Column, Database, FunctionKind, Grantable, TypeDefinition, quote_ident, quote_literal};

/// Comments, owner and privileges of one object.
#[derive(Debug, Default)]
pub(crate) struct Description<'a> {
    /// What `COMMENT ON` takes, and the comment.
    comments: Vec<(String, Option<&'a str>)>,
    /// What `ALTER … OWNER TO` takes, and the owner.
    owner: Option<(String, &'a str)>,
    acls: Vec<Acl<'a>>,
}

/// What to carry.
#[derive(Debug, Clone)]
pub(crate) struct Carry {
    pub(crate) owners: bool,
    pub(crate) privileges: bool,
    /// The server knows `MAINTAIN`.
    pub(crate) maintain: bool,
    /// Owns what it creates.
    pub(crate) runner: Option<String>,
}

/// Describes an object.
pub(crate) fn describe<'a>(item: &Item<'a>, database: &'a Database) -> Description<'a> {
    let mut out = Description::default();
    match *item {
        Item::Schema(item) => {
            let sql = format!("SCHEMA {}", quote_ident(&item.name));
            out.all(
                Grantable::Schema,
                sql,
                item.comment.as_ref(),
                &item.owner,
                item.acl.as_deref(),
            );
        }
        Item::Collation(item) => out.plain(
            format!("COLLATION {}", item.name.sql()),
            item.comment.as_ref(),
            Some(&item.owner),
        ),
        Item::Type(item) => {
            let sql = format!("TYPE {}", item.name.sql());
            out.all(
                Grantable::Type,
                sql,
                item.comment.as_ref(),
                &item.owner,
                item.acl.as_deref(),
            );
            if let TypeDefinition::Composite { attributes } = &item.definition {
                for attribute in attributes {
                    let on = format!("COLUMN {}.{}", item.name.sql(), quote_ident(&attribute.name));
                    out.comments.push((on, attribute.comment.as_deref()));
                }
            }
        }
        Item::DomainCheck(domain, item) => {
            let on = format!("CONSTRAINT {} ON DOMAIN {}", quote_ident(&item.name), domain.sql());
            out.comments.push((on, item.comment.as_deref()));
        }
        Item::Function(item) => {
            let identity = item.identity();
            out.plain(
                format!("{} {identity}", item.kind.keyword()),
                item.comment.as_ref(),
                Some(&item.owner),
            );
            let word = if item.kind == FunctionKind::Procedure {
                "PROCEDURE"
            } else {
                "FUNCTION"
            };
            out.acl(
                Grantable::Function,
                format!("{word} {identity}"),
                &item.owner,
                item.acl.as_deref(),
            );
        }
        Item::Scripted(item) => {
            let sql = format!("{} {}", item.kind, item.identity);
            out.plain(sql.clone(), item.comment.as_ref(), item.owner.as_deref());
            if let (Some(on), Some(owner)) = (item.grantable, item.owner.as_deref()) {
                let word = match on {
                    Grantable::ForeignServer => format!("FOREIGN SERVER {}", item.identity),
                    Grantable::ForeignDataWrapper => format!("FOREIGN DATA WRAPPER {}", item.identity),
                    Grantable::Language => format!("LANGUAGE {}", item.identity),
                    _ => sql,
                };
                out.acl(on, word, owner, item.acl.as_deref());
            }
        }
        Item::Sequence(item) => {
            let sql = format!("SEQUENCE {}", item.name.sql());
            // The owner of a sequence that a column owns is the table's.
            let owner = item.owned_by.is_none().then_some(item.owner.as_str());
            out.plain(sql.clone(), item.comment.as_ref(), owner);
            out.acl(Grantable::Sequence, sql, &item.owner, item.acl.as_deref());
        }
        Item::Table(item) => {
            let sql = format!("TABLE {}", item.name.sql());
            if item.foreign.is_some() {
                // Comments and owners of foreign tables have a word of their own, privileges have not.
                out.plain(format!("FOREIGN {sql}"), item.comment.as_ref(), Some(&item.owner));
                out.acl(Grantable::Table, sql, &item.owner, item.acl.as_deref());
                return out;
            }
            out.all(
                Grantable::Table,
                sql,
                item.comment.as_ref(),
                &item.owner,
                item.acl.as_deref(),
            );
        }
        Item::Column(table, column) => {
            out.column(&table.name.sql(), &table.owner, column);
            if let Some(sequence) = column
                .identity
                .as_ref()
                .and_then(|identity| database.sequence(&identity.sequence))
            {
                let sql = format!("SEQUENCE {}", sequence.name.sql());
                out.comments.push((sql.clone(), sequence.comment.as_deref()));
                out.acl(Grantable::Sequence, sql, &sequence.owner, sequence.acl.as_deref());
            }
        }
        Item::View(item) => {
            let word = if item.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
            out.plain(
                format!("{word} {}", item.name.sql()),
                item.comment.as_ref(),
                Some(&item.owner),
            );
            out.acl(
                Grantable::Table,
                format!("TABLE {}", item.name.sql()),
                &item.owner,
                item.acl.as_deref(),
            );
            for column in &item.columns {
                let on = format!("COLUMN {}.{}", item.name.sql(), quote_ident(&column.name));
                out.comments.push((on, column.comment.as_deref()));
                out.acls.push(Acl {
                    on: Grantable::Column,
                    sql: format!("TABLE {}", item.name.sql()),
                    column: Some(&column.name),
                    grants: column.acl.as_deref(),
                    owner: &item.owner,
                });
            }
        }
        Item::Constraint(item) => {
            let on = format!("CONSTRAINT {} ON {}", quote_ident(&item.name), item.table.sql());
            out.comments.push((on, item.comment.as_deref()));
            let index = database
                .indexes_of(&item.table)
                .find(|index| index.constraint.as_deref() == Some(item.name.as_str()));
            if let Some(index) = index {
                out.comments
                    .push((format!("INDEX {}", index.name.sql()), index.comment.as_deref()));
            }
        }
        Item::Index(item) => out
            .comments
            .push((format!("INDEX {}", item.name.sql()), item.comment.as_deref())),
        Item::Statistics(item) => {
            out.plain(
                format!("STATISTICS {}", item.name.sql()),
                item.comment.as_ref(),
                Some(&item.owner),
            );
        }
        Item::Rule(item) => {
            let on = format!("RULE {} ON {}", quote_ident(&item.name), item.table.sql());
            out.comments.push((on, item.comment.as_deref()));
        }
        Item::Trigger(item) if item.definition.is_some() => {
            let on = format!("TRIGGER {} ON {}", quote_ident(&item.name), item.table.sql());
            out.comments.push((on, item.comment.as_deref()));
        }
        Item::Policy(item) => {
            out.comments
                .push((format!("POLICY {}", item.identity()), item.comment.as_deref()));
        }
        Item::Publication(item) => out.plain(
            format!("PUBLICATION {}", quote_ident(&item.name)),
            item.comment.as_ref(),
            Some(&item.owner),
        ),
        Item::Extension(item) => {
            let on = format!("EXTENSION {}", quote_ident(&item.name));
            out.comments.push((on, item.comment.as_deref()));
        }
        Item::LargeObject(item) => {
            let sql = format!("LARGE OBJECT {}", item.number);
            out.all(
                Grantable::LargeObject,
                sql,
                item.comment.as_ref(),
                &item.owner,
                item.acl.as_deref(),
            );
        }
        Item::Trigger(_)
        | Item::Default(..)
        | Item::DefaultPrivileges(_)
        | Item::Setting(_)
        | Item::MemberGrants(_)
        | Item::ExtensionDependent(_)
        | Item::Label(_) => {}
    }
    out
}

impl<'a> Description<'a> {
    fn plain(&mut self, sql: String, comment: Option<&'a String>, owner: Option<&'a str>) {
        self.comments.push((sql.clone(), comment.map(String::as_str)));
        // Casts and the like have no owner.
        self.owner = owner.map(|owner| (format!("ALTER {sql}"), owner));
    }

    fn acl(&mut self, on: Grantable, sql: String, owner: &'a str, grants: Option<&'a [nova_schema::Grant]>) {
        self.acls.push(Acl {
            on,
            sql,
            column: None,
            grants,
            owner,
        });
    }

    fn all(
        &mut self,
        on: Grantable,
        sql: String,
        comment: Option<&'a String>,
        owner: &'a str,
        grants: Option<&'a [nova_schema::Grant]>,
    ) {
        self.plain(sql.clone(), comment, Some(owner));
        self.acl(on, sql, owner, grants);
    }

    fn column(&mut self, relation: &str, owner: &'a str, column: &'a Column) {
        let on = format!("COLUMN {relation}.{}", quote_ident(&column.name));
        self.comments.push((on, column.comment.as_deref()));
        self.acls.push(Acl {
            on: Grantable::Column,
            sql: format!("TABLE {relation}"),
            column: Some(&column.name),
            grants: column.acl.as_deref(),
            owner,
        });
    }
}

/// The statements from one description to another. `had` is `None` for an object that was just created.
pub(crate) fn change(
    had: Option<&Description<'_>>,
    wanted: &Description<'_>,
    carry: &Carry,
    lately: &dyn Fn(Grantable, &str) -> Vec<Option<String>>,
) -> Vec<Statement> {
    let mut out = Vec::new();
    if carry.owners
        && let Some((alter, owner)) = &wanted.owner
        && match had {
            Some(had) => had.owner.as_ref().is_none_or(|(_, other)| other != owner),
            None => carry.runner.as_deref() != Some(*owner),
        }
    {
        let object = alter.trim_start_matches("ALTER ").to_lowercase();
        out.push(Statement::new(
            object,
            format!("{alter} OWNER TO {}", quote_ident(owner)),
        ));
    }
    for (on, comment) in &wanted.comments {
        let before = had
            .and_then(|had| had.comments.iter().find(|(other, _)| other == on))
            .and_then(|(_, text)| *text);
        if before != *comment {
            let text = comment.map_or_else(|| "NULL".to_owned(), quote_literal);
            out.push(Statement::new(
                format!("comment on {}", on.to_lowercase()),
                format!("COMMENT ON {on} IS {text}"),
            ));
        }
    }
    if carry.privileges {
        for acl in &wanted.acls {
            let before = had.and_then(|had| {
                had.acls
                    .iter()
                    .find(|other| other.sql == acl.sql && other.column == acl.column && other.on == acl.on)
            });
            // Without owners, what belongs to the owner is not looked at: both count as the same role.
            let before = before.map(|before| Acl {
                owner: before.owner,
                ..before.clone()
            });
            let roles = if before.is_none() {
                lately(acl.on, &acl.sql)
            } else {
                Vec::new()
            };
            out.extend(acl::change(before.as_ref(), acl, &roles, carry.maintain));
        }
    }
    out
}
