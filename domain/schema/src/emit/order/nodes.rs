//! What is put in order: objects, and parts of objects that may become statements of their own.

use crate::{ConstraintKind, Database, ObjectKind, ObjectRef, TypeDefinition};
use std::collections::{BTreeMap, BTreeSet};

/// A default or check, and what it needs.
pub(super) struct Part {
    pub(super) owner: ObjectRef,
    pub(super) needs: BTreeSet<ObjectRef>,
}

/// Every object that pre-data creates, schemas aside.
pub(super) fn nodes(database: &Database) -> impl Iterator<Item = ObjectRef> {
    let extensions = database
        .extensions
        .iter()
        .map(|e| ObjectRef::new(ObjectKind::Extension, crate::quote_ident(&e.name)));
    let collations = database
        .collations
        .iter()
        .map(|c| ObjectRef::named(ObjectKind::Collation, &c.name));
    let types = database
        .types
        .iter()
        .map(|t| ObjectRef::named(ObjectKind::Type, &t.name));
    let functions = database
        .functions
        .iter()
        .map(|f| ObjectRef::new(ObjectKind::Function, f.identity()));
    let scripted = database
        .scripted
        .iter()
        .filter(|s| !s.late)
        .map(|s| ObjectRef::new(ObjectKind::Scripted, s.reference()));
    let sequences = database
        .sequences
        .iter()
        .filter(|s| s.owned_by.as_ref().is_none_or(|owner| !owner.identity))
        .map(|s| ObjectRef::named(ObjectKind::Sequence, &s.name));
    let tables = database
        .tables
        .iter()
        .map(|t| ObjectRef::named(ObjectKind::Table, &t.name));
    let views = database
        .views
        .iter()
        .map(|v| ObjectRef::named(ObjectKind::View, &v.name));
    extensions
        .chain(collations)
        .chain(types)
        .chain(functions)
        .chain(scripted)
        .chain(sequences)
        .chain(tables)
        .chain(views)
}

/// Base types, and ranges whose canonical function takes the range itself.
pub(super) fn types_in_two_steps(database: &Database) -> BTreeSet<ObjectRef> {
    database
        .types
        .iter()
        .filter(|item| {
            matches!(
                item.definition,
                TypeDefinition::Base { .. } | TypeDefinition::Range { canonical: Some(_), .. }
            )
        })
        .map(|item| ObjectRef::named(ObjectKind::Type, &item.name))
        .collect()
}

/// Defaults and checks that may become statements of their own. Generation expressions may not: a generated column is
/// declared with its table.
pub(super) fn parts(database: &Database) -> BTreeMap<ObjectRef, Part> {
    let mut parts = BTreeMap::new();
    let mut add = |name: ObjectRef, owner: ObjectRef| {
        parts.insert(
            name,
            Part {
                owner,
                needs: BTreeSet::new(),
            },
        );
    };
    for table in &database.tables {
        for column in table.columns.iter().filter(|column| column.default.is_some()) {
            add(
                ObjectRef::default_of(&table.name, &column.name),
                ObjectRef::named(ObjectKind::Table, &table.name),
            );
        }
    }
    for constraint in database
        .constraints
        .iter()
        .filter(|c| c.kind == ConstraintKind::Check && c.validated)
    {
        add(
            ObjectRef::constraint_of(&constraint.table, &constraint.name),
            ObjectRef::named(ObjectKind::Table, &constraint.table),
        );
    }
    for domain in &database.types {
        if let TypeDefinition::Domain { constraints, .. } = &domain.definition {
            for constraint in constraints.iter().filter(|constraint| constraint.validated) {
                add(
                    ObjectRef::constraint_of(&domain.name, &constraint.name),
                    ObjectRef::named(ObjectKind::Type, &domain.name),
                );
            }
        }
    }
    parts
}
