//! Everything rows need.

use super::order::{Plan, Step, plan};
use super::{Options, Statement, code, extras, relation, table, types};
use crate::{Database, ObjectKind, ObjectRef, quote_ident, readable_ident};
use std::collections::BTreeMap;

/// Extensions, schemas, types, functions, sequences, tables with `NOT NULL` and valid checks, views (materialized ones
/// without rows). Keys, indexes and foreign keys come later.
pub fn pre_data(database: &Database, options: &Options) -> Vec<Statement> {
    let plan = plan(database);
    let mut out = schemas(database);
    let lookup = Lookup::new(database);
    for step in &plan.early {
        create(database, &lookup, &plan, step, options, &mut out);
    }
    for sequence in &database.sequences {
        out.extend(relation::owned_by(sequence));
    }
    out
}

/// Views and functions that need a key, once the keys are there.
pub(super) fn late(database: &Database, options: &Options) -> Vec<Statement> {
    let plan = plan(database);
    let lookup = Lookup::new(database);
    let mut out = Vec::new();
    for step in &plan.late {
        create(database, &lookup, &plan, step, options, &mut out);
    }
    out
}

/// A new database has a `public` schema: it is kept when the source has one, and dropped when the whole source has not.
fn schemas(database: &Database) -> Vec<Statement> {
    let mut out = Vec::new();
    if !database.partial && !database.schemas.iter().any(|schema| schema.name == "public") {
        out.push(Statement::new("schema public", "DROP SCHEMA IF EXISTS \"public\""));
    }
    for schema in &database.schemas {
        out.push(Statement::new(
            format!("schema {}", readable_ident(&schema.name)),
            format!("CREATE SCHEMA IF NOT EXISTS {}", quote_ident(&schema.name)),
        ));
    }
    out
}

/// Objects by reference: positions in the model's collections.
struct Lookup {
    positions: BTreeMap<ObjectRef, usize>,
}

impl Lookup {
    fn new(database: &Database) -> Self {
        let mut positions = BTreeMap::new();
        for (i, e) in database.extensions.iter().enumerate() {
            positions.insert(ObjectRef::new(ObjectKind::Extension, quote_ident(&e.name)), i);
        }
        for (i, c) in database.collations.iter().enumerate() {
            positions.insert(ObjectRef::named(ObjectKind::Collation, &c.name), i);
        }
        for (i, t) in database.types.iter().enumerate() {
            positions.insert(ObjectRef::named(ObjectKind::Type, &t.name), i);
        }
        for (i, f) in database.functions.iter().enumerate() {
            positions.insert(ObjectRef::new(ObjectKind::Function, f.identity()), i);
        }
        for (i, s) in database.scripted.iter().enumerate() {
            positions.insert(ObjectRef::new(ObjectKind::Scripted, s.reference()), i);
        }
        for (i, s) in database.sequences.iter().enumerate() {
            positions.insert(ObjectRef::named(ObjectKind::Sequence, &s.name), i);
        }
        for (i, t) in database.tables.iter().enumerate() {
            positions.insert(ObjectRef::named(ObjectKind::Table, &t.name), i);
            for (j, column) in t
                .columns
                .iter()
                .enumerate()
                .filter(|(_, column)| column.default.is_some())
            {
                positions.insert(ObjectRef::default_of(&t.name, &column.name), j);
            }
        }
        for (i, v) in database.views.iter().enumerate() {
            positions.insert(ObjectRef::named(ObjectKind::View, &v.name), i);
        }
        Self { positions }
    }

    fn get<'a, T>(&self, items: &'a [T], reference: &ObjectRef) -> Option<&'a T> {
        self.positions.get(reference).and_then(|position| items.get(*position))
    }
}

fn create(database: &Database, lookup: &Lookup, plan: &Plan, step: &Step, options: &Options, out: &mut Vec<Statement>) {
    match step {
        Step::Placeholder(node) => {
            if node.kind == ObjectKind::Type {
                out.extend(lookup.get(&database.types, node).map(types::shell));
            } else {
                out.extend(lookup.get(&database.views, node).map(relation::placeholder));
            }
        }
        Step::Replace(node) => {
            if node.kind == ObjectKind::Type {
                let item = lookup.get(&database.types, node);
                out.extend(item.map(|item| types::create(item, &plan.separate, options)));
            } else {
                out.extend(lookup.get(&database.views, node).map(|view| relation::view(view, true)));
            }
        }
        Step::Part(part) => out.extend(separate_part(database, part)),
        Step::Object(node) => match node.kind {
            ObjectKind::Extension => {
                if let Some(item) = lookup.get(&database.extensions, node) {
                    out.push(types::extension(item));
                    out.extend(extras::extension_rows(database, item));
                }
            }
            ObjectKind::Collation => out.extend(lookup.get(&database.collations, node).map(types::collation)),
            ObjectKind::Type => {
                if let Some(item) = lookup.get(&database.types, node) {
                    out.push(types::create(item, &plan.separate, options));
                }
            }
            ObjectKind::Function => out.extend(lookup.get(&database.functions, node).map(code::function)),
            ObjectKind::Scripted => {
                if let Some(item) = lookup.get(&database.scripted, node) {
                    out.extend(code::scripted(item));
                }
            }
            ObjectKind::Sequence => out.extend(lookup.get(&database.sequences, node).map(relation::sequence)),
            ObjectKind::Table => {
                if let Some(item) = lookup.get(&database.tables, node) {
                    table::create(database, item, &plan.separate, options, out);
                }
            }
            ObjectKind::View => out.extend(
                lookup
                    .get(&database.views, node)
                    .map(|view| relation::view(view, false)),
            ),
            ObjectKind::Schema
            | ObjectKind::Default
            | ObjectKind::Constraint
            | ObjectKind::Index
            | ObjectKind::Trigger
            | ObjectKind::Rule
            | ObjectKind::Policy
            | ObjectKind::Unsupported => {}
        },
    }
}

/// A default or check that a cycle keeps from being created with its table or domain.
fn separate_part(database: &Database, part: &ObjectRef) -> Option<Statement> {
    for table in &database.tables {
        for column in &table.columns {
            if part.kind == ObjectKind::Default && ObjectRef::default_of(&table.name, &column.name) == *part {
                let default = column.default.as_ref()?;
                return Some(table::set_default(table, column, default));
            }
        }
    }
    for constraint in &database.constraints {
        if part.kind == ObjectKind::Constraint && ObjectRef::constraint_of(&constraint.table, &constraint.name) == *part
        {
            return Some(table::add_constraint(database, constraint));
        }
    }
    types::separate_constraint(database, part)
}
