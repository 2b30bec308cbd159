//! What depends on an object that is not carried cannot be carried either: it is taken out and listed with its reason.

use nova_schema::{Database, ObjectKind, ObjectRef, QualifiedName, Unsupported, quote_ident};
use std::collections::{BTreeMap, BTreeSet};

/// Takes every dependent of an unsupported object out of the model, step by step, and lists it. Taking a table takes its
/// constraints, indexes, triggers, rules, policies, statistics and partitions.
pub(crate) fn dependents_of_unsupported(database: &mut Database) {
    let mut lost: BTreeMap<ObjectRef, String> = BTreeMap::new();
    let owners = part_owners(database);
    loop {
        let more: Vec<(ObjectRef, String)> = database
            .dependencies
            .iter()
            .filter(|edge| edge.on.kind == ObjectKind::Unsupported || lost.contains_key(&edge.on))
            .filter_map(|edge| {
                let object = owners.get(&edge.object).unwrap_or(&edge.object).clone();
                (object.kind != ObjectKind::Unsupported && !lost.contains_key(&object))
                    .then(|| (object, format!("it depends on {}", edge.on.identity)))
            })
            .collect();
        if more.is_empty() {
            break;
        }
        lost.extend(more);
    }
    if lost.is_empty() {
        return;
    }
    let gone = |kind: ObjectKind, name: &QualifiedName| lost.contains_key(&ObjectRef::named(kind, name));
    let relation_gone = |name: &QualifiedName| gone(ObjectKind::Table, name) || gone(ObjectKind::View, name);
    let lost_constraints: BTreeSet<(QualifiedName, String)> = database
        .constraints
        .iter()
        .filter(|item| {
            lost.contains_key(&ObjectRef::constraint_of(&item.table, &item.name))
                || item
                    .references
                    .as_ref()
                    .is_some_and(|reference| relation_gone(&reference.table))
        })
        .map(|item| (item.table.clone(), item.name.clone()))
        .collect();

    database.types.retain(|item| !gone(ObjectKind::Type, &item.name));
    database
        .functions
        .retain(|item| !lost.contains_key(&ObjectRef::new(ObjectKind::Function, item.identity())));
    database
        .scripted
        .retain(|item| !lost.contains_key(&ObjectRef::new(ObjectKind::Scripted, item.reference())));
    database.tables.retain(|item| !relation_gone(&item.name));
    database.views.retain(|item| !relation_gone(&item.name));
    database
        .sequences
        .retain(|item| item.owned_by.as_ref().is_none_or(|owner| !relation_gone(&owner.table)));
    database.constraints.retain(|item| {
        !relation_gone(&item.table) && !lost_constraints.contains(&(item.table.clone(), item.name.clone()))
    });
    database.indexes.retain(|item| {
        let behind_lost = item
            .constraint
            .as_ref()
            .is_some_and(|name| lost_constraints.contains(&(item.table.clone(), name.clone())));
        !relation_gone(&item.table) && !gone(ObjectKind::Index, &item.name) && !behind_lost
    });
    database.statistics.retain(|item| !relation_gone(&item.table));
    database.triggers.retain(|item| !relation_gone(&item.table));
    database.rules.retain(|item| !relation_gone(&item.table));
    database.policies.retain(|item| !relation_gone(&item.table));
    for publication in &mut database.publications {
        publication.tables.retain(|published| !relation_gone(&published.table));
    }
    database
        .unsupported
        .extend(lost.into_iter().map(|(object, reason)| Unsupported {
            kind: object.kind.label().to_owned(),
            name: object.identity.replace('"', ""),
            reason,
        }));
}

/// Defaults that go with their table.
fn part_owners(database: &Database) -> BTreeMap<ObjectRef, ObjectRef> {
    let mut owners = BTreeMap::new();
    for table in &database.tables {
        for column in &table.columns {
            owners.insert(
                ObjectRef::new(
                    ObjectKind::Default,
                    format!("{}.{}", table.name.sql(), quote_ident(&column.name)),
                ),
                ObjectRef::named(ObjectKind::Table, &table.name),
            );
        }
    }
    owners
}
