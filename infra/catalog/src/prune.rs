//! What depends on an object that is not carried cannot be carried either: it is taken out and listed with its reason.

use nova_schema::{Database, ObjectKind, ObjectRef, QualifiedName, Unsupported};
use std::collections::BTreeMap;

/// Takes every dependent of an unsupported object out of the model, step by step, and lists it. Taking a table takes its
/// constraints, indexes, triggers, rules, policies, statistics and owned sequences, which are not listed one by one.
pub(crate) fn dependents_of_unsupported(database: &mut Database) {
    let lost = Lost::find(database);
    if lost.reasons.is_empty() {
        return;
    }
    let implied = lost.implied(database);
    database.types.retain(|item| !lost.named(ObjectKind::Type, &item.name));
    database
        .functions
        .retain(|item| !lost.has(&ObjectRef::new(ObjectKind::Function, item.identity())));
    database
        .scripted
        .retain(|item| !lost.has(&ObjectRef::new(ObjectKind::Scripted, item.reference())));
    database.tables.retain(|item| !lost.relation(&item.name));
    database.views.retain(|item| !lost.relation(&item.name));
    database
        .sequences
        .retain(|item| item.owned_by.as_ref().is_none_or(|owner| !lost.relation(&owner.table)));
    database.indexes.retain(|item| {
        let constraint = item.constraint.as_ref();
        !lost.named(ObjectKind::Index, &item.name)
            && !lost.relation(&item.table)
            && constraint.is_none_or(|name| !lost.part(ObjectKind::Constraint, &item.table, name))
    });
    database
        .constraints
        .retain(|item| !lost.part(ObjectKind::Constraint, &item.table, &item.name));
    database.statistics.retain(|item| !lost.relation(&item.table));
    database
        .triggers
        .retain(|item| !lost.part(ObjectKind::Trigger, &item.table, &item.name));
    database
        .rules
        .retain(|item| !lost.part(ObjectKind::Rule, &item.table, &item.name));
    database
        .policies
        .retain(|item| !lost.part(ObjectKind::Policy, &item.table, &item.name));
    for publication in &mut database.publications {
        publication.tables.retain(|published| !lost.relation(&published.table));
    }
    let listed = lost.reasons.into_iter().filter(|(object, _)| !implied.contains(object));
    database.unsupported.extend(listed.map(|(object, reason)| Unsupported {
        kind: object.kind.label().to_owned(),
        name: object.identity,
        reason,
    }));
}

/// The objects that go, each with its reason.
struct Lost {
    reasons: BTreeMap<ObjectRef, String>,
}

impl Lost {
    fn find(database: &Database) -> Self {
        let owners = owners_of_defaults(database);
        let mut reasons: BTreeMap<ObjectRef, String> = BTreeMap::new();
        loop {
            let more: Vec<(ObjectRef, String)> = database
                .dependencies
                .iter()
                .filter(|edge| edge.on.kind == ObjectKind::Unsupported || reasons.contains_key(&edge.on))
                .filter_map(|edge| {
                    let object = owners.get(&edge.object).unwrap_or(&edge.object).clone();
                    (object.kind != ObjectKind::Unsupported && !reasons.contains_key(&object))
                        .then(|| (object, format!("it depends on {}", edge.on.identity)))
                })
                .collect();
            if more.is_empty() {
                return Self { reasons };
            }
            reasons.extend(more);
        }
    }

    fn has(&self, object: &ObjectRef) -> bool {
        self.reasons.contains_key(object)
    }

    fn named(&self, kind: ObjectKind, name: &QualifiedName) -> bool {
        self.has(&ObjectRef::named(kind, name))
    }

    fn relation(&self, name: &QualifiedName) -> bool {
        self.named(ObjectKind::Table, name) || self.named(ObjectKind::View, name)
    }

    /// A part of a table that goes by itself or with its table.
    fn part(&self, kind: ObjectKind, table: &QualifiedName, name: &str) -> bool {
        self.relation(table) || self.has(&ObjectRef::on(kind, table, name))
    }

    /// Parts of tables that go with them anyway.
    fn implied(&self, database: &Database) -> Vec<ObjectRef> {
        let part =
            |kind, table: &QualifiedName, name: &str| self.relation(table).then(|| ObjectRef::on(kind, table, name));
        let constraints = database
            .constraints
            .iter()
            .filter_map(|item| part(ObjectKind::Constraint, &item.table, &item.name));
        let triggers = database
            .triggers
            .iter()
            .filter_map(|item| part(ObjectKind::Trigger, &item.table, &item.name));
        let rules = database
            .rules
            .iter()
            .filter_map(|item| part(ObjectKind::Rule, &item.table, &item.name));
        let policies = database
            .policies
            .iter()
            .filter_map(|item| part(ObjectKind::Policy, &item.table, &item.name));
        let indexes = database
            .indexes
            .iter()
            .filter(|item| self.relation(&item.table))
            .map(|item| ObjectRef::named(ObjectKind::Index, &item.name));
        constraints
            .chain(triggers)
            .chain(rules)
            .chain(policies)
            .chain(indexes)
            .collect()
    }
}

/// A default that cannot be carried takes its table with it: rows without it would not be the source's.
fn owners_of_defaults(database: &Database) -> BTreeMap<ObjectRef, ObjectRef> {
    let mut owners = BTreeMap::new();
    for table in &database.tables {
        for column in &table.columns {
            owners.insert(
                ObjectRef::default_of(&table.name, &column.name),
                ObjectRef::named(ObjectKind::Table, &table.name),
            );
        }
    }
    owners
}
