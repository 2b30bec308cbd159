//! The rows divided into chunks: runs of heap pages, so that reading a chunk touches only its pages.

use crate::order::Costs;
use crate::rows::{Chosen, RowSet};
use crate::types;
use nova_anonymization::{Action, ColumnLayout, CopyFormat, Spec, TableLayout, plan::MaskingPlan};
use nova_events::CloneOptions;
use nova_schema::{Column, Database, QualifiedName, Table, TypeKind};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Every table and every chunk of an epoch. Positions in the two lists are the numbers used everywhere.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Tables, those first that keep the target busy longest.
    pub tables: Vec<PlannedTable>,
    /// Chunks, in the order of their tables.
    pub chunks: Vec<PlannedChunk>,
}

/// A table of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedTable {
    /// The table that is read.
    pub name: QualifiedName,
    /// The table that is loaded: the same, or the root of its partition tree when masking may move rows between
    /// partitions.
    pub load_into: QualifiedName,
    /// The columns in COPY order; generated ones are computed by the target.
    pub columns: Vec<String>,
    /// Binary COPY is safe for every column.
    pub binary: bool,
    /// What happens to the columns, when anything does.
    pub layout: Option<TableLayout>,
    /// Number of the first chunk.
    pub first_chunk: u32,
    /// How many chunks; 0 when the rows stay behind.
    pub chunks: u32,
    /// Rows by the statistics.
    pub estimated_rows: u64,
    /// Bytes of heap and out-of-line values.
    pub estimated_bytes: u64,
}

impl PlannedTable {
    /// How its rows travel.
    pub fn format(&self) -> CopyFormat {
        if self.binary {
            CopyFormat::Binary
        } else {
            CopyFormat::Text
        }
    }
}

/// A run of pages of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedChunk {
    /// Position of the table.
    pub table: u32,
    /// First page.
    pub first_page: u32,
    /// The page after the last; none: to the end of the table.
    pub end_page: Option<u32>,
    /// How many rows of these pages are copied, where it is not all: a document says which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// How large a table is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Heap pages.
    pub pages: u64,
    /// Bytes of heap and out-of-line values.
    pub bytes: u64,
    /// Rows by the statistics.
    pub rows: u64,
}

/// The server version from which a range of pages is read without reading the whole table.
const TID_RANGE_SCAN: u32 = 14;

impl Plan {
    /// True when some rows of copied tables stay behind.
    pub fn is_of_chosen_rows(&self) -> bool {
        self.chunks.iter().any(|chunk| chunk.rows.is_some())
    }

    /// How many tables are copied in part.
    pub fn tables_of_chosen_rows(&self) -> usize {
        let tables = self.tables.iter();
        tables
            .filter(|table| {
                let first = self.chunks.get(table.first_chunk as usize);
                table.chunks > 0 && first.is_some_and(|chunk| chunk.rows.is_some())
            })
            .count()
    }

    /// The rows of every chunk of a table of which only some are copied.
    pub fn rows_of_chunks(&self, chosen: &Chosen) -> Vec<(u32, RowSet)> {
        let mut all = Vec::new();
        for table in &self.tables {
            let Some(rows) = chosen.get(&table.name) else { continue };
            let numbers = table.first_chunk..table.first_chunk + table.chunks;
            let runs: Vec<(u32, u32)> = numbers
                .clone()
                .filter_map(|chunk| self.chunks.get(chunk as usize))
                .map(|chunk| (chunk.first_page, chunk.end_page.unwrap_or(u32::MAX)))
                .collect();
            all.extend(numbers.zip(rows.cut(&runs)));
        }
        all
    }
}

/// Divides the tables in `copied` into chunks; the others are in the plan without chunks. Of the tables in `chosen` only
/// those rows are copied.
pub fn plan(
    schema: &Database,
    copied: &BTreeSet<QualifiedName>,
    chosen: &Chosen,
    sizes: &BTreeMap<QualifiedName, Size>,
    masking: &MaskingPlan,
    options: &CloneOptions,
) -> Plan {
    let size_of = |name: &QualifiedName| sizes.get(name).copied().unwrap_or_default();
    let costs = Costs::of(schema);
    let mut order: Vec<&Table> = schema.row_tables().collect();
    order.sort_by_cached_key(|table| (Reverse(costs.table(&table.name, size_of(&table.name))), &table.name));

    let mut plan = Plan::default();
    for (position, table) in order.into_iter().enumerate() {
        let mut size = size_of(&table.name);
        let first_chunk = plan.chunks.len();
        if let Some(rows) = chosen.get(&table.name).filter(|_| copied.contains(&table.name)) {
            let position = u32::try_from(position).unwrap_or(u32::MAX);
            let runs = rows.runs(rows_per_chunk(size, rows.len(), options)).into_iter();
            plan.chunks
                .extend(runs.map(|(first_page, end_page, rows)| PlannedChunk {
                    table: position,
                    first_page,
                    end_page: Some(end_page),
                    rows: Some(rows),
                }));
            size.bytes = bytes_of(size, rows.len());
            size.rows = rows.len();
        } else if copied.contains(&table.name) {
            let pages = if schema.server_version < TID_RANGE_SCAN {
                u64::MAX
            } else {
                pages_per_chunk(size, options)
            };
            let position = u32::try_from(position).unwrap_or(u32::MAX);
            plan.chunks
                .extend(ranges(size.pages, pages).map(|(first_page, end_page)| PlannedChunk {
                    table: position,
                    first_page,
                    end_page,
                    rows: None,
                }));
        }
        let chunks = plan.chunks.len() - first_chunk;
        plan.tables.push(PlannedTable {
            load_into: load_into(schema, table, masking),
            columns: copy_columns(table).map(|column| column.name.clone()).collect(),
            binary: copy_columns(table).all(is_binary_safe),
            layout: layout(schema, table, masking),
            first_chunk: u32::try_from(first_chunk).unwrap_or(u32::MAX),
            chunks: u32::try_from(chunks).unwrap_or(u32::MAX),
            estimated_rows: size.rows,
            estimated_bytes: size.bytes,
            name: table.name.clone(),
        });
    }
    plan
}

/// The columns that travel.
fn copy_columns(table: &Table) -> impl Iterator<Item = &Column> {
    table.columns.iter().filter(|column| column.generated.is_none())
}

/// Types of `pg_catalog` whose binary form holds oids or is not accepted back.
const NOT_BINARY: &[&str] = &[
    "regproc",
    "regprocedure",
    "regoper",
    "regoperator",
    "regclass",
    "regtype",
    "regrole",
    "regnamespace",
    "regconfig",
    "regdictionary",
    "regcollation",
    "aclitem",
    "xml",
    "pg_node_tree",
    "record",
    "cstring",
    "any",
    "anyarray",
];

/// Binary COPY carries a value unchanged when its type is built in, directly or below domains, or an enum, whose binary
/// form is its label. Arrays, composites and ranges of user-defined types hold oids of the source.
fn is_binary_safe(column: &Column) -> bool {
    if column.type_kind == TypeKind::Enum {
        return true;
    }
    let element = column.base_type.strip_prefix('_').unwrap_or(&column.base_type);
    !column.base_type.contains('.') && !NOT_BINARY.contains(&element)
}

fn layout(schema: &Database, table: &Table, masking: &MaskingPlan) -> Option<TableLayout> {
    let columns: Vec<ColumnLayout> = copy_columns(table)
        .map(|column| ColumnLayout {
            name: column.name.clone(),
            base_type: types::base_type(schema, column),
            action: spec(masking, &table.name, &column.name)
                .cloned()
                .map_or(Action::Pass, Action::Mask),
        })
        .collect();
    columns
        .iter()
        .any(|column| column.action != Action::Pass)
        .then_some(TableLayout { columns })
}

/// How a column is masked, if it is; the plan is sorted by schema, table and column.
fn spec<'a>(masking: &'a MaskingPlan, table: &QualifiedName, column: &str) -> Option<&'a Spec> {
    let wanted = (table.schema.as_str(), table.name.as_str(), column);
    let found = masking.columns.binary_search_by(|masked| {
        (masked.schema.as_str(), masked.table.as_str(), masked.column.as_str()).cmp(&wanted)
    });
    found
        .ok()
        .and_then(|position| masking.columns.get(position))
        .map(|masked| &masked.spec)
}

/// The table itself, unless a masked column decides which partition a row belongs to: then the server routes the rows.
fn load_into(schema: &Database, table: &Table, masking: &MaskingPlan) -> QualifiedName {
    let masked = |column: &String| spec(masking, &table.name, column).is_some();
    let (mut root, mut current) = (table, table);
    while let Some(parent) = current
        .partition_of
        .as_ref()
        .and_then(|place| schema.table(&place.parent))
    {
        if parent
            .partition_key
            .as_ref()
            .is_some_and(|key| key.columns.iter().any(masked))
        {
            root = parent;
        }
        current = parent;
    }
    root.name.clone()
}

/// What `rows` of a table weigh.
fn bytes_of(size: Size, rows: u64) -> u64 {
    let bytes = u128::from(size.bytes) * u128::from(rows) / u128::from(size.rows.max(rows).max(1));
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// Most rows that are named in one query.
const NAMED_ROWS: u64 = 200_000;

fn rows_per_chunk(size: Size, rows: u64, options: &CloneOptions) -> u64 {
    let by_bytes = options.chunk_bytes / (bytes_of(size, rows) / rows.max(1)).max(1);
    by_bytes
        .min(options.batch_rows.unwrap_or(u64::MAX))
        .clamp(1, NAMED_ROWS)
}

fn pages_per_chunk(size: Size, options: &CloneOptions) -> u64 {
    // Out-of-line values make a page stand for more bytes than its own.
    let bytes_per_page = (size.bytes / size.pages.max(1)).max(1);
    let by_bytes = options.chunk_bytes / bytes_per_page;
    let by_rows = options.batch_rows.map_or(u64::MAX, |rows| {
        let rows_per_page = (size.rows / size.pages.max(1)).max(1);
        rows / rows_per_page
    });
    by_bytes.min(by_rows).max(1)
}

/// `(first, end)` of each run of pages; the last is open, and one is there even for an empty table.
fn ranges(pages: u64, per_chunk: u64) -> impl Iterator<Item = (u32, Option<u32>)> {
    let page = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let count = pages.div_ceil(per_chunk).max(1);
    (0..count).map(move |index| {
        let end = (index + 1 < count).then(|| page((index + 1) * per_chunk));
        (page(index * per_chunk), end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_every_page_once_and_leave_the_end_open() {
        for (pages, per_chunk) in [(0, 10), (1, 10), (10, 10), (11, 10), (1000, 7), (5, u64::MAX)] {
            let ranges: Vec<_> = ranges(pages, per_chunk).collect();
            assert_eq!(ranges[0].0, 0);
            assert_eq!(ranges.last().unwrap().1, None);
            for pair in ranges.windows(2) {
                assert_eq!(pair[0].1, Some(pair[1].0), "{pages} pages by {per_chunk}");
            }
            assert!(u64::from(ranges.last().unwrap().0) < pages.max(1));
        }
    }
}
