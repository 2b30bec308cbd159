//! Where two databases differ, for people and programs: grouped by object, both sides side by side.

mod render;
mod shown;

use crate::change::table::MOVING;
use nova_schema::Database;
use nova_schema::compare::{self, DifferenceKind, PropertyChange};
use serde::Serialize;
use shown::{Texts, types_once};
use std::collections::BTreeSet;

/// Schemas of Nova's own, which are no part of anybody's schema.
const OURS: &[&str] = &["nova_ledger", "nova_migrations", "nova_stash"];

/// How an object differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Only the source has it.
    OnlyInSource,
    /// Only the target has it.
    OnlyInTarget,
    /// Both have it, not alike.
    Different,
}

/// One property of an object that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Property {
    /// Which: `columns.email.not_null`.
    pub property: String,
    /// What the source has; none when it has no such thing.
    pub source: Option<String>,
    /// What the target has.
    pub target: Option<String>,
}

/// One object that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The object: `constraint users_pkey on public.users`.
    pub object: String,
    /// The table or view it is a part of, or itself: what it is listed under.
    pub group: String,
    /// How it differs.
    pub change: Change,
    /// The properties that differ.
    pub properties: Vec<Property>,
}

/// Everything that differs between two databases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Nothing differs that a migration could change.
    pub equal: bool,
    /// The objects, by group.
    pub differences: Vec<Difference>,
    /// What differs that no statement changes, and what could not be compared.
    pub notes: Vec<String>,
}

/// Takes out what Nova itself made.
pub fn without_ours(database: &mut Database) {
    let ours = |schema: &str| OURS.contains(&schema) || schema.starts_with(MOVING);
    database.schemas.retain(|item| !ours(&item.name));
    database.types.retain(|item| !ours(&item.name.schema));
    database.functions.retain(|item| !ours(&item.name.schema));
    database.sequences.retain(|item| !ours(&item.name.schema));
    database.tables.retain(|item| !ours(&item.name.schema));
    database.views.retain(|item| !ours(&item.name.schema));
    database.constraints.retain(|item| !ours(&item.table.schema));
    database.indexes.retain(|item| !ours(&item.table.schema));
    database.statistics.retain(|item| !ours(&item.name.schema));
    database.triggers.retain(|item| !ours(&item.table.schema));
    database.rules.retain(|item| !ours(&item.table.schema));
    database.policies.retain(|item| !ours(&item.table.schema));
}

/// Compares; `owners` says whether who owns what counts.
pub fn compare(source: &Database, target: &Database, owners: bool) -> Comparison {
    let options = compare::Options {
        owners,
        sequence_values: false,
    };
    let found = compare::compare(source, target, &options);
    let absent: BTreeSet<(DifferenceKind, &str)> = found
        .iter()
        .filter(|difference| difference.kind != DifferenceKind::Changed && is_relation(difference))
        .map(|difference| (difference.kind, difference.name.as_str()))
        .collect();
    let texts = Texts::new(source, target);
    let mut differences = Vec::new();
    let mut notes = Vec::new();
    for difference in &found {
        let without_its_table = |table: &String| absent.contains(&(difference.kind, table.as_str()));
        // The parts of a table that is not there need no mention of their own.
        if difference.part_of.as_ref().is_some_and(without_its_table) {
            continue;
        }
        let mut properties = difference.properties.clone();
        types_once(&mut properties);
        unchangeable(difference, &mut properties, &mut notes);
        if properties.is_empty() && difference.kind == DifferenceKind::Changed {
            continue;
        }
        differences.push(Difference {
            object: difference.object(),
            group: group(difference),
            change: match difference.kind {
                DifferenceKind::Missing => Change::OnlyInSource,
                DifferenceKind::Unexpected => Change::OnlyInTarget,
                DifferenceKind::Changed => Change::Different,
            },
            properties: properties
                .iter()
                .map(|property| texts.shown(difference, property))
                .collect(),
        });
    }
    // The index behind a constraint is the constraint.
    let objects: BTreeSet<&str> = differences
        .iter()
        .map(|difference| difference.object.as_str())
        .collect();
    let backing: BTreeSet<String> = source
        .indexes
        .iter()
        .chain(&target.indexes)
        .filter_map(|index| {
            let constraint = index.constraint.as_ref()?;
            let constraint = format!("constraint {constraint} on {}", index.table.readable());
            objects
                .contains(constraint.as_str())
                .then(|| format!("index {}", index.name.readable()))
        })
        .collect();
    differences.retain(|difference| !backing.contains(&difference.object));
    versions(source, target, &mut differences);
    environment(source, target, &mut notes);
    differences.sort_by(|a, b| {
        let part = |difference: &Difference| !difference.object.ends_with(&format!(" {}", difference.group));
        (&a.group, part(a), &a.object).cmp(&(&b.group, part(b), &b.object))
    });
    Comparison {
        equal: differences.is_empty(),
        differences,
        notes,
    }
}

/// A table or a view.
fn is_relation(difference: &compare::Difference) -> bool {
    matches!(difference.family, "table" | "view")
}

/// What an object is listed under: its table, or itself.
fn group(difference: &compare::Difference) -> String {
    match &difference.part_of {
        Some(table) => table.clone(),
        None if is_relation(difference) => difference.name.clone(),
        None => difference.object(),
    }
}

/// Takes out what no statement changes, and makes notes of it: whether a child declares what it inherits, the order of a
/// table's columns.
fn unchangeable(difference: &compare::Difference, properties: &mut Vec<compare::Property>, notes: &mut Vec<String>) {
    let object = difference.object();
    properties.retain(|property| {
        let (PropertyChange::Value { .. }, [owner @ .., last]) = (&property.change, property.path.as_slice()) else {
            return true;
        };
        if last != "local" {
            return true;
        }
        let owner = match owner {
            [first, column @ ..] if first == "columns" => column,
            _ => owner,
        };
        notes.push(format!(
            "{object} {}: one side declares on the child what the other only inherits",
            owner.join(".")
        ));
        false
    });
    let in_order = |property: &compare::Property| property.change != PropertyChange::Order;
    if difference.family == "table" && !properties.iter().all(in_order) {
        notes.push(format!("{object}: its columns are in another order"));
        properties.retain(in_order);
    }
}

/// On servers of one version, an extension's version is part of the schema.
fn versions(source: &Database, target: &Database, differences: &mut Vec<Difference>) {
    if source.server_version != target.server_version {
        return;
    }
    for extension in &source.extensions {
        let other = target.extensions.iter().find(|other| other.name == extension.name);
        if let Some(other) = other.filter(|other| other.version != extension.version) {
            let object = format!("extension {}", extension.name);
            differences.push(Difference {
                group: object.clone(),
                object,
                change: Change::Different,
                properties: vec![Property {
                    property: "version".to_owned(),
                    source: Some(extension.version.clone()),
                    target: Some(other.version.clone()),
                }],
            });
        }
    }
}

/// What belongs to the database rather than to its schema.
fn environment(source: &Database, target: &Database, notes: &mut Vec<String>) {
    for (what, a, b) in [
        ("encoding", &source.encoding, &target.encoding),
        ("LC_COLLATE", &source.collate, &target.collate),
        ("LC_CTYPE", &source.ctype, &target.ctype),
    ] {
        if a != b {
            notes.push(format!(
                "the databases differ in {what}: {a} on the source, {b} on the target"
            ));
        }
    }
    if source.server_version != target.server_version {
        notes.push(format!(
            "the source is PostgreSQL {}, the target {}: texts that these render differently are not compared",
            source.server_version, target.server_version
        ));
    }
    for (side, database) in [("source", source), ("target", target)] {
        for item in database.unsupported.iter().filter(|item| item.kind != "sequence value") {
            notes.push(format!(
                "{side}: {} {} is not compared: {}",
                item.kind, item.name, item.reason
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nova_schema::compare::{OnlyIn, Property};

    #[test]
    fn what_no_statement_changes_is_a_note_whatever_columns_are_called() {
        let property = |path: &[&str], change| Property {
            path: path.iter().map(|step| (*step).to_owned()).collect(),
            change,
        };
        let inherited = PropertyChange::Value {
            expected: true.into(),
            found: false.into(),
        };
        let difference = compare::Difference {
            family: "table",
            name: "public.users".to_owned(),
            part_of: None,
            kind: DifferenceKind::Changed,
            properties: vec![
                property(&["columns", "local"], PropertyChange::Element(OnlyIn::Found)),
                property(&["columns", "a order"], PropertyChange::Element(OnlyIn::Found)),
                property(&["columns", "email", "local"], inherited),
                property(&["columns"], PropertyChange::Order),
            ],
        };
        let (mut left, mut notes) = (difference.properties.clone(), Vec::new());
        unchangeable(&difference, &mut left, &mut notes);
        assert_eq!(left, difference.properties[..2]);
        assert_eq!(
            notes,
            [
                "table public.users email: one side declares on the child what the other only inherits",
                "table public.users: its columns are in another order",
            ]
        );
    }
}
