//! Privileges. Objects start with the built-in default; the statements lead from there to the captured list. Every
//! privilege is granted by the object's owner, whoever granted it on the source.

use super::roles::{role_readable, role_sql};
use super::{Options, Statement};
use crate::{Database, DefaultPrivileges, Grant, Grantable, MemberGrants, quote_ident, quote_literal};
use std::collections::BTreeSet;

/// Privileges on all objects.
pub(super) fn all(database: &Database, options: &Options) -> Vec<Statement> {
    let mut out = Vec::new();
    for item in &database.schemas {
        let target = Target::new(
            Grantable::Schema,
            format!("SCHEMA {}", quote_ident(&item.name)),
            &item.owner,
        );
        if item.name == "public" {
            out.push(target.statement("REVOKE ALL ON", "FROM PUBLIC"));
        }
        target.emit(item.acl.as_deref(), options, &mut out);
    }
    for item in &database.types {
        let target = Target::new(Grantable::Type, format!("TYPE {}", item.name.sql()), &item.owner);
        target.emit(item.acl.as_deref(), options, &mut out);
    }
    for item in &database.functions {
        let keyword = match item.kind {
            crate::FunctionKind::Procedure => "PROCEDURE",
            crate::FunctionKind::Function | crate::FunctionKind::Aggregate => "FUNCTION",
        };
        let target = Target::new(
            Grantable::Function,
            format!("{keyword} {}", item.identity()),
            &item.owner,
        );
        target.emit(item.acl.as_deref(), options, &mut out);
    }
    for item in &database.sequences {
        let target = Target::new(
            Grantable::Sequence,
            format!("SEQUENCE {}", item.name.sql()),
            &item.owner,
        );
        target.emit(item.acl.as_deref(), options, &mut out);
    }
    for item in &database.scripted {
        if let Some(on) = item.grantable {
            let foreign = if on == Grantable::ForeignServer { "FOREIGN " } else { "" };
            let target = Target::new(
                on,
                format!("{foreign}{} {}", item.kind, item.identity),
                item.owner.as_deref().unwrap_or_default(),
            );
            target.emit(item.acl.as_deref(), options, &mut out);
        }
    }
    for item in &database.large_objects {
        let target = Target::new(
            Grantable::LargeObject,
            format!("LARGE OBJECT {}", item.number),
            &item.owner,
        );
        target.emit(item.acl.as_deref(), options, &mut out);
    }
    out.extend(database.member_grants.iter().filter_map(member));
    let tables = database.tables.iter().map(|table| {
        let columns: Vec<_> = table
            .columns
            .iter()
            .map(|column| (&column.name, column.acl.as_deref()))
            .collect();
        (&table.name, &table.owner, table.acl.as_deref(), columns)
    });
    let views = database.views.iter().map(|view| {
        let columns: Vec<_> = view
            .columns
            .iter()
            .map(|column| (&column.name, column.acl.as_deref()))
            .collect();
        (&view.name, &view.owner, view.acl.as_deref(), columns)
    });
    for (name, owner, acl, columns) in tables.chain(views) {
        let target = Target::new(Grantable::Table, format!("TABLE {}", name.sql()), owner);
        target.emit(acl, options, &mut out);
        for (column, acl) in columns {
            let target = Target {
                column: Some(column),
                on: Grantable::Column,
                ..target.clone()
            };
            target.emit(acl, options, &mut out);
        }
    }
    out
}

/// What privileges are on.
#[derive(Debug, Clone)]
struct Target<'a> {
    on: Grantable,
    sql: String,
    owner: &'a str,
    column: Option<&'a String>,
}

impl<'a> Target<'a> {
    fn new(on: Grantable, sql: String, owner: &'a str) -> Self {
        Self {
            on,
            sql,
            owner,
            column: None,
        }
    }

    fn statement(&self, action: &str, role: &str) -> Statement {
        Statement::new(
            format!("privileges on {}", self.sql),
            format!("{action} {} {role}", self.sql),
        )
    }

    fn emit(&self, acl: Option<&[Grant]>, options: &Options, out: &mut Vec<Statement>) {
        let Some(grants) = acl else { return };
        let public_default = self.on.public_default();
        if public_default.is_some() && !grants.iter().any(|grant| grant.grantee.is_none()) {
            out.push(self.statement("REVOKE ALL ON", "FROM PUBLIC"));
        }
        // What an owner holds on a column, someone granted.
        let owner_full = self.on != Grantable::Column && owner_has_default(self.on, grants, self.owner);
        if options.owners && !owner_full && self.on != Grantable::Column {
            out.push(self.statement("REVOKE ALL ON", &format!("FROM {}", quote_ident(self.owner))));
        }
        for ((grantee, grantable), privileges) in grouped(grants) {
            let is_owner = grantee == Some(self.owner);
            let is_default =
                grantee.is_none() && !grantable && public_default.is_some_and(|default| privileges == [default]);
            let said = owner_full && !grantable;
            if is_default || (is_owner && (said || !options.owners)) {
                continue;
            }
            let privileges: Vec<String> = privileges
                .iter()
                .filter(|privilege| options.target_version >= 17 || **privilege != "MAINTAIN")
                .map(|privilege| match self.column {
                    Some(column) => format!("{privilege} ({})", quote_ident(column)),
                    None => (*privilege).to_owned(),
                })
                .collect();
            if !privileges.is_empty() {
                out.push(self.statement(
                    &format!("GRANT {} ON", privileges.join(", ")),
                    &format!("TO {}{}", role_sql(grantee), grant_option(grantable)),
                ));
            }
        }
    }
}

/// Leads from the privileges a member of an extension comes with to those it has. It belongs to whoever may create the
/// extension: where that is someone else, the server refuses, and the member stays as it came.
fn member(item: &MemberGrants) -> Option<Statement> {
    let entry = |grant: &Grant| (grant.grantee.clone(), grant.privilege.clone(), grant.grantable);
    let others = |grants: &[Grant]| -> BTreeSet<_> {
        grants
            .iter()
            .filter(|grant| grant.grantee.as_deref() != Some(&item.owner))
            .map(entry)
            .collect()
    };
    let (before, after) = (others(&item.initial), others(&item.acl));
    let mut steps: Vec<String> = Vec::new();
    for (grantee, privilege, _) in before.difference(&after) {
        steps.push(format!(
            "REVOKE {privilege} ON {} FROM {}",
            item.identity,
            role_sql(grantee.as_deref())
        ));
    }
    for (grantee, privilege, grantable) in after.difference(&before) {
        steps.push(format!(
            "GRANT {privilege} ON {} TO {}{}",
            item.identity,
            role_sql(grantee.as_deref()),
            grant_option(*grantable)
        ));
    }
    if steps.is_empty() {
        return None;
    }
    let body = format!(
        "BEGIN {}; EXCEPTION WHEN insufficient_privilege THEN RAISE WARNING 'privileges on % stay as they are', {}; END",
        steps.join("; "),
        quote_literal(&item.identity)
    );
    Some(Statement::new(
        format!("privileges on {}", item.identity),
        format!("DO LANGUAGE plpgsql {}", quote_literal(&body)),
    ))
}

fn grant_option(grantable: bool) -> &'static str {
    if grantable { " WITH GRANT OPTION" } else { "" }
}

/// Whether the owner's own entries are the built-in default (so that nothing needs saying).
fn owner_has_default(on: Grantable, grants: &[Grant], owner: &str) -> bool {
    on.owner_default().iter().all(|privilege| {
        grants
            .iter()
            .any(|grant| grant.grantee.as_deref() == Some(owner) && grant.privilege == *privilege)
    })
}

/// A grantee and grant option, with the privileges.
type Group<'a> = ((Option<&'a str>, bool), Vec<&'a str>);

/// Privileges by grantee and grant option, in the order of granting.
fn grouped(grants: &[Grant]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for grant in grants {
        let key = (grant.grantee.as_deref(), grant.grantable);
        let privilege = grant.privilege.as_str();
        match groups.iter_mut().find(|(group, _)| *group == key) {
            Some((_, privileges)) if privileges.contains(&privilege) => {}
            Some((_, privileges)) => privileges.push(privilege),
            None => groups.push((key, vec![privilege])),
        }
    }
    groups
}

/// `ALTER DEFAULT PRIVILEGES`. Without a schema the list replaces the built-in default; with one it adds to it.
pub(super) fn default_privileges(database: &Database) -> Vec<Statement> {
    database.default_privileges.iter().flat_map(defaults).collect()
}

fn defaults(item: &DefaultPrivileges) -> Vec<Statement> {
    let on = match item.on {
        Grantable::Schema => "SCHEMAS",
        Grantable::Table | Grantable::Column => "TABLES",
        Grantable::Sequence => "SEQUENCES",
        Grantable::Function => "FUNCTIONS",
        Grantable::Type => "TYPES",
        Grantable::LargeObject => "LARGE OBJECTS",
        // There are no default privileges on these.
        Grantable::Language | Grantable::ForeignDataWrapper | Grantable::ForeignServer => return Vec::new(),
    };
    let schema = item
        .schema
        .as_ref()
        .map(|schema| format!(" IN SCHEMA {}", quote_ident(schema)));
    let prefix = format!(
        "ALTER DEFAULT PRIVILEGES FOR ROLE {}{}",
        quote_ident(&item.role),
        schema.unwrap_or_default()
    );
    let label = format!("default privileges of {}", role_readable(&item.role));
    let mut out = Vec::new();
    let global = item.schema.is_none();
    let owner_full = owner_has_default(item.on, &item.acl, &item.role);
    let public_default = item.on.public_default();
    if global && public_default.is_some() && !item.acl.iter().any(|grant| grant.grantee.is_none()) {
        out.push(Statement::new(
            &label,
            format!("{prefix} REVOKE ALL ON {on} FROM PUBLIC"),
        ));
    }
    if global && !owner_full {
        out.push(Statement::new(
            &label,
            format!("{prefix} REVOKE ALL ON {on} FROM {}", quote_ident(&item.role)),
        ));
    }
    for ((grantee, grantable), privileges) in grouped(&item.acl) {
        let is_owner = global && owner_full && grantee == Some(&item.role);
        let is_default = global && grantee.is_none() && public_default.is_some_and(|default| privileges == [default]);
        if !is_owner && !is_default {
            out.push(Statement::new(
                &label,
                format!(
                    "{prefix} GRANT {} ON {on} TO {}{}",
                    privileges.join(", "),
                    role_sql(grantee),
                    grant_option(grantable)
                ),
            ));
        }
    }
    out
}
