//! Where two databases differ, for people and programs: grouped by object, both sides side by side.

mod lookup;
mod render;

use crate::change::table::MOVING;
use lookup::Lookup;
use nova_schema::Database;
use nova_schema::compare::{self, DifferenceKind};
use serde::Serialize;
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
    let absent: BTreeSet<(DifferenceKind, String)> = found
        .iter()
        .filter(|difference| difference.kind != DifferenceKind::Changed)
        .filter_map(|difference| {
            let name = difference
                .object
                .strip_prefix("table ")
                .or(difference.object.strip_prefix("view "))?;
            Some((difference.kind, name.to_owned()))
        })
        .collect();
    let lookup = Lookup::new(source, target);
    let mut differences = Vec::new();
    let mut notes = Vec::new();
    for difference in &found {
        let group = lookup.group(&difference.object);
        let own = difference.object == format!("table {group}") || difference.object == format!("view {group}");
        // The parts of a table that is not there need no mention of their own.
        if !own && difference.kind != DifferenceKind::Changed && absent.contains(&(difference.kind, group.clone())) {
            continue;
        }
        let mut properties = properties(&difference.detail);
        lookup.whole_texts(&difference.object, &mut properties);
        types_once(&mut properties);
        // No statement changes whether a child declares what it inherits.
        let local = |property: &Property| property.property.rsplit('.').next() == Some("local");
        for property in properties.iter().filter(|property| local(property)) {
            let what = property.property.trim_end_matches("local").trim_end_matches('.');
            let what = what.trim_start_matches("columns.");
            notes.push(format!(
                "{} {what}: one side declares on the child what the other only inherits",
                difference.object
            ));
        }
        let before = properties.len();
        properties.retain(|property| !local(property));
        if properties.is_empty() && before > 0 {
            continue;
        }
        let ordered = properties.iter().any(|property| property.property.ends_with(" order"));
        if ordered && difference.object.starts_with("table ") {
            notes.push(format!("{}: its columns are in another order", difference.object));
            properties.retain(|property| !property.property.ends_with(" order"));
            if properties.is_empty() {
                continue;
            }
        }
        differences.push(Difference {
            object: difference.object.clone(),
            group,
            change: match difference.kind {
                DifferenceKind::Missing => Change::OnlyInSource,
                DifferenceKind::Unexpected => Change::OnlyInTarget,
                DifferenceKind::Changed => Change::Different,
            },
            properties,
        });
    }
    // The index behind a constraint is the constraint.
    let constraints: BTreeSet<String> = differences
        .iter()
        .filter_map(|difference| Some(difference.object.strip_prefix("constraint ")?.to_owned()))
        .collect();
    let backing: BTreeSet<String> = source
        .indexes
        .iter()
        .chain(&target.indexes)
        .filter_map(|index| {
            let constraint = index.constraint.as_ref()?;
            constraints
                .contains(&format!("{constraint} on {}", index.table.readable()))
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

/// A column's type is said once, as SQL writes it; the model knows it in parts besides.
fn types_once(properties: &mut Vec<Property>) {
    let written: BTreeSet<String> = properties
        .iter()
        .filter_map(|property| Some(property.property.strip_suffix(".type_sql")?.to_owned()))
        .collect();
    let is_part = |part: &str| part == "base_type" || part == "type_kind" || part.starts_with("type_name.");
    properties.retain(|property| {
        !written.iter().any(|column| {
            let rest = property.property.strip_prefix(column.as_str());
            rest.and_then(|rest| rest.strip_prefix('.')).is_some_and(is_part)
        })
    });
    for property in properties {
        if let Some(column) = property.property.strip_suffix(".type_sql") {
            property.property = format!("{column}.type");
        }
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

/// The properties of a difference's detail: `path: expected A, found B; path.x is missing; …`.
fn properties(detail: &str) -> Vec<Property> {
    let mut pieces: Vec<String> = Vec::new();
    for piece in detail.split("; ").filter(|piece| !piece.is_empty()) {
        let begins = piece.contains(": expected ")
            || [" is missing", " was not expected", " are in another order"]
                .iter()
                .any(|end| piece.ends_with(end));
        match pieces.last_mut() {
            Some(last) if !begins => {
                last.push_str("; ");
                last.push_str(piece);
            }
            _ => pieces.push(piece.to_owned()),
        }
    }
    pieces.iter().map(|piece| property(piece)).collect()
}

fn property(piece: &str) -> Property {
    let there = || Some("there".to_owned());
    if let Some((path, sides)) = piece.split_once(": expected ") {
        let (source, target) = sides.rsplit_once(", found ").unwrap_or((sides, ""));
        Property {
            property: path.to_owned(),
            source: Some(source.to_owned()),
            target: Some(target.to_owned()),
        }
    } else if let Some(path) = piece.strip_suffix(" is missing") {
        Property {
            property: path.to_owned(),
            source: there(),
            target: None,
        }
    } else if let Some(path) = piece.strip_suffix(" was not expected") {
        Property {
            property: path.to_owned(),
            source: None,
            target: there(),
        }
    } else {
        let path = piece.strip_suffix(" are in another order").unwrap_or(piece);
        Property {
            property: format!("{path} order"),
            source: None,
            target: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_is_read_back_although_values_hold_semicolons() {
        let found =
            properties("definition: expected a; b, found c; columns.x is missing; columns are in another order");
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[0].source.as_deref(), Some("a; b"));
        assert_eq!(found[1].property, "columns.x");
        assert_eq!(found[2].property, "columns order");
    }

    #[test]
    fn a_type_that_differs_is_said_once() {
        let mut found = properties(
            "columns.a.base_type: expected int8, found int4; columns.a.type_name.name: expected int8, found int4; \
             columns.a.type_sql: expected bigint, found integer; columns.b.base_type: expected int8, found int4",
        );
        types_once(&mut found);
        let names: Vec<&str> = found.iter().map(|property| property.property.as_str()).collect();
        assert_eq!(names, ["columns.a.type", "columns.b.base_type"]);
    }
}
