//! Which table goes first. Rows come in over several sessions, but the indexes of a table are built one after another, and
//! everything that spans tables waits for the last of them: the longest work is begun first.

use crate::plan::Size;
use nova_schema::{ConstraintKind, Database, QualifiedName};
use std::collections::{BTreeMap, BTreeSet};

/// Nanoseconds of loading a byte.
const BYTE: u64 = 10;
/// Bytes of a row where the statistics know of no rows.
const ROW_BYTES: u64 = 128;

/// Nanoseconds for a row, as PostgreSQL 15 takes them: an entry in a B-tree or a hash index; one in an index whose entries
/// have to find their place, or which has many for a row; and the look for rows that an exclusion constraint forbids.
const SORTED: u64 = 2_000;
const PLACED: u64 = 10_000;
const EXCLUSION: u64 = 20_000;

/// About how long each table keeps the target busy, in nanoseconds.
pub(crate) struct Costs<'a> {
    /// Nanoseconds that a row takes once it is in.
    indexes: BTreeMap<&'a QualifiedName, u64>,
}

impl<'a> Costs<'a> {
    pub(crate) fn of(schema: &'a Database) -> Self {
        let mut indexes = BTreeMap::new();
        let exclusions: BTreeSet<(&QualifiedName, &str)> = schema
            .constraints
            .iter()
            .filter(|constraint| constraint.kind == ConstraintKind::Exclusion)
            .map(|constraint| (&constraint.table, constraint.name.as_str()))
            .collect();
        for index in schema.indexes.iter().filter(|index| !index.is_abandoned()) {
            let constraint = index.constraint.as_deref();
            let excludes = constraint.is_some_and(|name| exclusions.contains(&(&index.table, name)));
            let cost = if is_sorted(&index.definition) { SORTED } else { PLACED };
            *indexes.entry(&index.table).or_default() += cost + if excludes { EXCLUSION } else { 0 };
        }
        Self { indexes }
    }

    /// The cost of a table of this size.
    pub(crate) fn table(&self, name: &QualifiedName, size: Size) -> u64 {
        let rows = if size.rows == 0 {
            size.bytes / ROW_BYTES
        } else {
            size.rows
        };
        let row = self.indexes.get(name).copied().unwrap_or(0);
        (size.bytes.saturating_mul(BYTE)).saturating_add(rows.saturating_mul(row))
    }
}

/// True for an index whose entries are sorted and written once; the server writes its method behind `USING`.
fn is_sorted(definition: &str) -> bool {
    let method = definition.split_once(" USING ").map_or("", |(_, rest)| rest);
    ["btree ", "hash ", "brin "]
        .iter()
        .any(|sorted| method.starts_with(sorted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nova_schema::{Constraint, Index};

    fn index(table: &QualifiedName, name: &str, method: &str, constraint: Option<&str>) -> Index {
        Index {
            name: QualifiedName::new("public", name),
            table: table.clone(),
            definition: format!("CREATE INDEX {name} ON {} USING {method} (a)", table.sql()),
            constraint: constraint.map(str::to_owned),
            unique: false,
            columns: vec![Some("a".to_owned())],
            mentions: vec!["a".to_owned()],
            partial: false,
            nulls_not_distinct: false,
            valid: true,
            partitioned: false,
            tablespace: None,
            clustered: false,
            attached_to: None,
            statistics: Vec::new(),
            comment: None,
        }
    }

    fn exclusion(table: &QualifiedName, name: &str) -> Constraint {
        Constraint {
            table: table.clone(),
            name: name.to_owned(),
            kind: ConstraintKind::Exclusion,
            definition: "EXCLUDE USING gist (a WITH &&)".to_owned(),
            columns: vec!["a".to_owned()],
            references: None,
            validated: true,
            enforced: true,
            no_inherit: false,
            local: true,
            temporal: false,
            attached_to: None,
            options: Vec::new(),
            tablespace: None,
            comment: None,
        }
    }

    fn size(rows: u64, bytes: u64) -> Size {
        Size { pages: 0, bytes, rows }
    }

    #[test]
    fn what_takes_long_after_the_rows_are_in_goes_before_larger_tables() {
        let (booked, written, plain) = (
            QualifiedName::new("public", "booked"),
            QualifiedName::new("public", "written"),
            QualifiedName::new("public", "plain"),
        );
        let schema = Database {
            indexes: vec![
                index(&booked, "booked_pkey", "btree", None),
                index(&booked, "booked_no_overlap", "gist", Some("booked_no_overlap")),
                index(&written, "written_words", "gin", None),
                index(&plain, "plain_pkey", "btree", None),
            ],
            constraints: vec![exclusion(&booked, "booked_no_overlap")],
            ..Database::default()
        };
        let costs = Costs::of(&schema);
        let cost = |name, size| costs.table(name, size);
        let bytes = 100_000_000;
        assert!(cost(&booked, size(100_000, bytes / 5)) > cost(&written, size(100_000, bytes)));
        assert!(cost(&written, size(100_000, bytes)) > cost(&plain, size(100_000, bytes)));
        assert!(cost(&plain, size(0, 2 * bytes)) > cost(&plain, size(100_000, bytes)));
        assert!(cost(&plain, size(u64::MAX, u64::MAX)) == u64::MAX);
    }
}
