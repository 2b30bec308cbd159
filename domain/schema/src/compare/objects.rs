//! A database as a flat list of objects, each as JSON under its kind and name.

use super::Context;
use crate::{ConstraintKind, Database, Function, Grantable, QualifiedName, ScriptedObject};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A kind of objects: its word, and the kind of privileges on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Family {
    pub(super) label: &'static str,
    pub(super) on: Option<Grantable>,
}

/// One object.
pub(super) struct Object {
    /// The table or view it is a part of.
    pub(super) part_of: Option<String>,
    pub(super) value: Value,
}

/// All objects of a database, by family and name.
pub(super) type Objects = BTreeMap<(Family, String), Object>;

/// Everything in a database that is compared.
pub(super) fn objects(database: &Database, context: &Context) -> Objects {
    let mut all = Objects::new();
    globals(&mut all, database, context);
    relations(&mut all, database);
    parts(&mut all, database, context);
    settings(&mut all, database);
    all
}

/// What is no relation and no part of one.
fn globals(all: &mut Objects, database: &Database, context: &Context) {
    add(all, "schema", Some(Grantable::Schema), &database.schemas, |item| {
        item.name.clone()
    });
    add(all, "extension", None, &database.extensions, |item| item.name.clone());
    add(all, "collation", None, &database.collations, |item| {
        item.name.readable()
    });
    add(all, "type", Some(Grantable::Type), &database.types, |item| {
        item.name.readable()
    });
    add(
        all,
        "function",
        Some(Grantable::Function),
        &database.functions,
        Function::readable,
    );
    for item in &database.scripted {
        add(all, "object", item.grantable, [item], ScriptedObject::reference);
    }
    add(
        all,
        "large object",
        Some(Grantable::LargeObject),
        &database.large_objects,
        |item| item.number.to_string(),
    );
    add(all, "security label", None, &database.labels, |item| {
        format!("of {} on {}", item.provider, item.object)
    });
    add(
        all,
        "dependence on extension",
        None,
        &database.extension_dependents,
        |item| format!("{} of {}", item.extension, item.object),
    );
    // Who may not grant on them leaves them as they came with their extension.
    for item in database.member_grants.iter().filter(|_| context.options.owners) {
        add(all, "privileges", Some(item.on), [item], |item| item.identity.clone());
    }
}

fn relations(all: &mut Objects, database: &Database) {
    add(
        all,
        "sequence",
        Some(Grantable::Sequence),
        &database.sequences,
        |item| item.name.readable(),
    );
    add(all, "table", Some(Grantable::Table), &database.tables, |item| {
        item.name.readable()
    });
    add(all, "view", Some(Grantable::Table), &database.views, |item| {
        item.name.readable()
    });
}

/// What belongs to a table or view.
fn parts(all: &mut Objects, database: &Database, context: &Context) {
    let on = |name: &str, table: &QualifiedName| format!("{name} on {}", table.readable());
    let constraints = database
        .constraints
        .iter()
        .filter(|constraint| constraint.kind != ConstraintKind::NotNull || context.oldest >= 18);
    for item in constraints {
        add_part(all, "constraint", &item.table, item, on(&item.name, &item.table));
    }
    for item in database.indexes.iter().filter(|index| !index.is_abandoned()) {
        add_part(all, "index", &item.table, item, item.name.readable());
    }
    for item in &database.statistics {
        add_part(all, "statistics", &item.table, item, item.name.readable());
    }
    for item in &database.triggers {
        add_part(all, "trigger", &item.table, item, on(&item.name, &item.table));
    }
    for item in &database.rules {
        add_part(all, "rule", &item.table, item, on(&item.name, &item.table));
    }
    for item in &database.policies {
        add_part(all, "policy", &item.table, item, on(&item.name, &item.table));
    }
}

/// What the database itself has been told.
fn settings(all: &mut Objects, database: &Database) {
    for item in &database.default_privileges {
        let schema = item
            .schema
            .as_ref()
            .map(|schema| format!(" in schema {schema}"))
            .unwrap_or_default();
        let name = format!("of {}{schema} on {:?}", item.role, item.on);
        add(all, "default privileges", Some(item.on), [item], |_| name.clone());
    }
    let settings = database.settings.iter().filter(|item| !item.blocks_writing());
    add(all, "setting", None, settings, |item| {
        let role = item.role.as_ref().map(|role| format!(" of {role}")).unwrap_or_default();
        format!("{}{role}", item.name)
    });
    add(all, "publication", None, &database.publications, |item| {
        item.name.clone()
    });
}

fn add<'a, T: Serialize + 'a>(
    all: &mut Objects,
    label: &'static str,
    on: Option<Grantable>,
    items: impl IntoIterator<Item = &'a T>,
    name: impl Fn(&T) -> String,
) {
    for item in items {
        let object = Object {
            part_of: None,
            value: json(item),
        };
        all.insert((Family { label, on }, name(item)), object);
    }
}

fn add_part(all: &mut Objects, label: &'static str, table: &QualifiedName, item: &impl Serialize, name: String) {
    let object = Object {
        part_of: Some(table.readable()),
        value: json(item),
    };
    all.insert((Family { label, on: None }, name), object);
}

fn json(item: &impl Serialize) -> Value {
    serde_json::to_value(item).unwrap_or(Value::Null)
}
