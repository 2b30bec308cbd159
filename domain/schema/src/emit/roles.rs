//! Roles: which ones are mentioned, and owners.

use super::{Options, Statement};
use crate::{Database, FunctionKind, Grant, TypeDefinition, quote_ident, readable_ident};
use std::collections::BTreeSet;

/// Every role that the statements of a database mention: in privileges, policies and default privileges, and with
/// `owners` as owners. PostgreSQL's own (`pg_…`) are left out. The caller creates those that the target lacks.
pub fn mentioned_roles(database: &Database, options: &Options) -> BTreeSet<String> {
    let owners = owned(database).into_iter().filter(|_| options.owners);
    let mut roles: BTreeSet<String> = owners.map(|owned| owned.owner.to_owned()).collect();
    let mut from = |acl: Option<&Vec<Grant>>| {
        roles.extend(acl.into_iter().flatten().filter_map(|grant| grant.grantee.clone()));
    };
    database.schemas.iter().for_each(|item| from(item.acl.as_ref()));
    database.types.iter().for_each(|item| from(item.acl.as_ref()));
    database.functions.iter().for_each(|item| from(item.acl.as_ref()));
    database.sequences.iter().for_each(|item| from(item.acl.as_ref()));
    database.scripted.iter().for_each(|item| from(item.acl.as_ref()));
    database.large_objects.iter().for_each(|item| from(item.acl.as_ref()));
    database.member_grants.iter().for_each(|item| {
        let added: Vec<Grant> = item
            .acl
            .iter()
            .filter(|grant| !item.initial.contains(grant))
            .cloned()
            .collect();
        from(Some(&added));
    });
    for table in &database.tables {
        from(table.acl.as_ref());
        table.columns.iter().for_each(|column| from(column.acl.as_ref()));
    }
    for view in &database.views {
        from(view.acl.as_ref());
        view.columns.iter().for_each(|column| from(column.acl.as_ref()));
    }
    database
        .default_privileges
        .iter()
        .for_each(|item| from(Some(&item.acl)));
    roles.extend(database.default_privileges.iter().map(|item| item.role.clone()));
    roles.extend(database.policies.iter().flat_map(|policy| policy.roles.iter().cloned()));
    roles.extend(database.scripted.iter().flat_map(|object| object.roles.iter().cloned()));
    roles.extend(database.settings.iter().filter_map(|setting| setting.role.clone()));
    roles.retain(|role| !role.starts_with("pg_"));
    roles
}

/// Every role for which the statements of a database act: whoever runs them has to be a member of it, or a superuser.
pub fn acting_roles(database: &Database, options: &Options) -> BTreeSet<String> {
    let owners = owned(database).into_iter().filter(|_| options.owners);
    let owners = owners.map(|owned| owned.owner.to_owned());
    let defaults = database.default_privileges.iter().map(|item| item.role.clone());
    owners.chain(defaults).filter(|role| !role.starts_with("pg_")).collect()
}

/// The tablespaces that a database's objects are in. Where the target lacks one, they go where the target puts things.
pub fn tablespaces(database: &Database) -> BTreeSet<String> {
    let tables = database.tables.iter().map(|item| &item.tablespace);
    let views = database.views.iter().map(|item| &item.tablespace);
    let constraints = database.constraints.iter().map(|item| &item.tablespace);
    let indexes = database.indexes.iter().map(|item| &item.tablespace);
    let all = tables.chain(views).chain(constraints).chain(indexes);
    all.flatten().cloned().collect()
}

/// Objects that only a superuser may create.
pub fn superuser_objects(database: &Database) -> Vec<String> {
    let publications = database
        .publications
        .iter()
        .filter(|publication| publication.all_tables);
    let publications = publications.map(|publication| format!("publication {}", readable_ident(&publication.name)));
    let scripted = database
        .scripted
        .iter()
        .filter(|object| object.superuser || object.kind == "EVENT TRIGGER")
        .map(|object| format!("{} {}", object.kind.to_lowercase(), object.identity));
    let functions = database
        .functions
        .iter()
        // An aggregate's own language says nothing of the functions it is made of.
        .filter(|function| function.kind != FunctionKind::Aggregate)
        .filter(|function| matches!(function.language.as_str(), "c" | "internal"))
        .map(|function| {
            let kind = function.kind.keyword().to_lowercase();
            format!("{kind} {}", function.name.readable())
        });
    let types = database
        .types
        .iter()
        .filter(|item| matches!(item.definition, TypeDefinition::Base { .. }))
        .map(|item| format!("type {}", item.name.readable()));
    publications.chain(scripted).chain(functions).chain(types).collect()
}

/// An object with an owner.
struct Owned<'a> {
    kind: &'a str,
    identity: String,
    owner: &'a str,
}

/// Every object that has an owner of its own; sequences that a column owns follow their table.
fn owned(database: &Database) -> Vec<Owned<'_>> {
    let mut all = Vec::new();
    let mut add = |kind, identity, owner| all.push(Owned { kind, identity, owner });
    for item in &database.schemas {
        add("SCHEMA", quote_ident(&item.name), &item.owner);
    }
    for item in &database.collations {
        add("COLLATION", item.name.sql(), &item.owner);
    }
    for item in &database.types {
        add("TYPE", item.name.sql(), &item.owner);
    }
    for item in &database.functions {
        add(item.kind.keyword(), item.identity(), &item.owner);
    }
    for item in &database.scripted {
        if let Some(owner) = &item.owner {
            add(&item.kind, item.identity.clone(), owner);
        }
    }
    for item in &database.tables {
        let kind = if item.foreign.is_some() {
            "FOREIGN TABLE"
        } else {
            "TABLE"
        };
        add(kind, item.name.sql(), &item.owner);
    }
    for item in &database.large_objects {
        add("LARGE OBJECT", item.number.to_string(), &item.owner);
    }
    for item in database.sequences.iter().filter(|sequence| sequence.owned_by.is_none()) {
        add("SEQUENCE", item.name.sql(), &item.owner);
    }
    for item in &database.views {
        let kind = if item.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
        add(kind, item.name.sql(), &item.owner);
    }
    for item in &database.statistics {
        add("STATISTICS", item.name.sql(), &item.owner);
    }
    for item in &database.publications {
        add("PUBLICATION", quote_ident(&item.name), &item.owner);
    }
    all
}

/// `OWNER TO` for everything, if asked for. Publications are created after this and get theirs with them.
pub(super) fn owners(database: &Database, options: &Options) -> Vec<Statement> {
    if !options.owners {
        return Vec::new();
    }
    owned(database)
        .into_iter()
        .filter(|item| item.kind != "PUBLICATION" && item.kind != "EVENT TRIGGER")
        .map(|item| {
            Statement::new(
                format!("{} {}", item.kind.to_lowercase(), item.identity),
                format!(
                    "ALTER {} {} OWNER TO {}",
                    item.kind,
                    item.identity,
                    quote_ident(item.owner)
                ),
            )
        })
        .collect()
}

/// The word for a role in messages and `GRANT`: a quoted name, or `PUBLIC`.
pub(super) fn role_sql(role: Option<&str>) -> String {
    role.map_or_else(|| "PUBLIC".to_owned(), quote_ident)
}

/// A role for people.
pub(super) fn role_readable(role: &str) -> String {
    readable_ident(role)
}
