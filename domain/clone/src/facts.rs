//! The schema as the anonymization engine wants to know it.

use crate::types;
use nova_anonymization::{ColumnFacts, ForeignKeyFacts};
use nova_schema::{Column, Database, QualifiedName, Table, TypeKind};
use std::collections::{BTreeMap, BTreeSet};

/// Facts about every column of every table that holds rows; `samples` gives values of a column where there are some.
pub fn columns(schema: &Database, samples: &BTreeMap<(QualifiedName, String), Vec<String>>) -> Vec<ColumnFacts> {
    let mut facts = Vec::new();
    for table in schema.row_tables() {
        let (unique, together) = unique(schema, table);
        let (parent, partition_keys) = ancestry(schema, table);
        facts.extend(table.columns.iter().map(|column| {
            let base_type = types::base_type(schema, column);
            ColumnFacts {
                schema: table.name.schema.clone(),
                table: table.name.name.clone(),
                column: column.name.clone(),
                builtin: !base_type.contains('.'),
                enum_type: column.type_kind == TypeKind::Enum,
                max_length: column.max_length,
                not_null: column.not_null,
                unique: unique.contains(&column.name),
                unique_with_others: together.contains(&column.name),
                generated: column.generated.is_some(),
                partition_key: partition_keys.contains(&column.name),
                parent: parent
                    .clone()
                    .or_else(|| inherited_from(schema, table, column))
                    .map(|parent| (parent.schema, parent.name)),
                attributes: types::attributes(schema, &base_type),
                base_type,
                samples: samples
                    .get(&(table.name.clone(), column.name.clone()))
                    .cloned()
                    .unwrap_or_default(),
            }
        }));
    }
    facts
}

/// Every foreign key between tables that hold rows; keys of a partitioned table are its partitions' keys.
pub fn foreign_keys(schema: &Database) -> Vec<ForeignKeyFacts> {
    let mut leaves: BTreeMap<&QualifiedName, Vec<&QualifiedName>> = BTreeMap::new();
    for table in schema.row_tables() {
        leaves.entry(&table.name).or_default().push(&table.name);
        let mut current = table;
        while let Some(parent) = current
            .partition_of
            .as_ref()
            .and_then(|place| schema.table(&place.parent))
        {
            leaves.entry(&parent.name).or_default().push(&table.name);
            current = parent;
        }
    }
    let pair = |name: &QualifiedName| (name.schema.clone(), name.name.clone());
    let mut facts = Vec::new();
    for key in schema.foreign_keys() {
        for table in leaves.get(key.table).into_iter().flatten() {
            for referenced in leaves.get(key.referenced_table).into_iter().flatten() {
                facts.push(ForeignKeyFacts {
                    name: key.name.to_owned(),
                    table: pair(table),
                    columns: key.columns.to_vec(),
                    referenced: pair(referenced),
                    referenced_columns: key.referenced_columns.to_vec(),
                });
            }
        }
    }
    facts
}

/// Columns that are alone under a unique index, of the table or of a partitioned table above it, and those that are under
/// one with others.
fn unique(schema: &Database, table: &Table) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut alone, mut together) = (BTreeSet::new(), BTreeSet::new());
    let mut current = Some(table);
    while let Some(table) = current {
        for set in schema.unique_column_sets(&table.name) {
            if set.len() == 1 {
                alone.extend(set);
            } else {
                together.extend(set);
            }
        }
        current = table
            .partition_of
            .as_ref()
            .and_then(|place| schema.table(&place.parent));
    }
    (alone, together)
}

/// The table at the top of classic inheritance that has a column of this name: both hold one column between them.
fn inherited_from(schema: &Database, table: &Table, column: &Column) -> Option<QualifiedName> {
    let parent = table.inherits.iter().find_map(|name| {
        let parent = schema.table(name)?;
        let has = parent.columns.iter().any(|other| other.name == column.name);
        has.then_some(parent)
    })?;
    inherited_from(schema, parent, column).or_else(|| Some(parent.name.clone()))
}

/// The topmost partitioned table above this one, and the columns that decide where a row goes on the way.
fn ancestry(schema: &Database, table: &Table) -> (Option<QualifiedName>, BTreeSet<String>) {
    let (mut root, mut keys, mut current) = (None, BTreeSet::new(), table);
    while let Some(parent) = current
        .partition_of
        .as_ref()
        .and_then(|place| schema.table(&place.parent))
    {
        keys.extend(parent.partition_key.iter().flat_map(|key| key.columns.iter().cloned()));
        root = Some(parent.name.clone());
        current = parent;
    }
    (root, keys)
}
