//! The copy, read once: its rows are counted, and the text of its cells is handed to the leak scan.

use crate::{leak::Search, open_copy};
use nova_anonymization::leak::{Hit, Scanner};
use nova_clone::{Operation, plan::Plan};
use nova_errors::{Code, Failure};
use nova_kit::{Phase, Ports};
use nova_postgres::{Pages, SourceConnection, TextCells};
use nova_schema::{Database, QualifiedName, Table, TypeKind};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::task::JoinSet;

/// Candidates that are kept for confirmation; a copy with more than this has leaks in plenty.
const CANDIDATES: usize = 200_000;

/// Heap pages that one task reads at a time: 32 MB.
const UNIT_PAGES: u32 = 4096;

/// Types whose text never holds an e-mail, a phone or a name.
const SILENT: &[&str] = &[
    "bool",
    "int2",
    "int4",
    "int8",
    "float4",
    "float8",
    "numeric",
    "money",
    "oid",
    "date",
    "time",
    "timetz",
    "timestamp",
    "timestamptz",
    "interval",
    "uuid",
    "inet",
    "cidr",
    "macaddr",
    "macaddr8",
    "bit",
    "varbit",
    "bytea",
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "pg_lsn",
    "xid",
    "cid",
    "tid",
    "xid8",
    "int4range",
    "int8range",
    "numrange",
    "daterange",
    "tsrange",
    "tstzrange",
];

/// Where a candidate was seen first, and how often.
pub(crate) type Candidates = BTreeMap<Hit, (String, u64)>;

/// What was found in the copy.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Rows by table, materialized views included.
    pub(crate) rows: BTreeMap<QualifiedName, u64>,
    /// Cells that the filter of originals knows.
    pub(crate) candidates: Candidates,
}

/// Some pages of one table, to be read by one task.
struct Unit {
    table: QualifiedName,
    /// The columns to scan; without any, rows are only counted.
    columns: Vec<String>,
    pages: Pages,
}

/// What tasks share.
struct Shared {
    units: Mutex<Vec<Unit>>,
    found: Mutex<Found>,
}

impl Shared {
    fn next(&self) -> Option<Unit> {
        self.units.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads every table of the plan and, when there is something to search for, every filled materialized view.
pub(crate) async fn read(
    ports: &Ports,
    operation: &Operation,
    schema: &Database,
    plan: &Plan,
    search: Option<&Arc<Search>>,
) -> Result<Found, Failure> {
    let units = units(schema, plan, &sizes(ports, operation).await?, search.is_some());
    let shared = Arc::new(Shared {
        units: Mutex::new(units),
        found: Mutex::default(),
    });
    let mut tasks = JoinSet::new();
    for _ in 0..operation.options().map_or(1, |options| options.parallel).clamp(1, 4) {
        let copy = open_copy(ports, operation).await?;
        let (shared, search) = (Arc::clone(&shared), search.cloned());
        tasks.spawn(async move {
            copy.begin().await?;
            let mut scanner = search.as_ref().map(|search| search.scanner());
            while let Some(unit) = shared.next() {
                let rows = match (&search, &mut scanner) {
                    (Some(search), Some(scanner)) if !unit.columns.is_empty() => {
                        scan(&copy, &unit, search, scanner, &shared).await?
                    }
                    _ => copy.count(&unit.table).await?,
                };
                *shared.found().rows.entry(unit.table).or_default() += rows;
            }
            copy.end().await
        });
    }
    while let Some(finished) = tasks.join_next().await {
        finished.map_err(|error| Failure::new(Code::INTERNAL, format!("a scan ended: {error}")))??;
        ports.progress.advance(Phase::Validate, plan.tables.len() as u64 / 4, 0);
    }
    Ok(std::mem::take(&mut *shared.found()))
}

/// Scans some pages and returns how many rows they hold.
async fn scan(
    copy: &SourceConnection,
    unit: &Unit,
    search: &Search,
    scanner: &mut Scanner,
    shared: &Shared,
) -> Result<u64, Failure> {
    let contents = search.contents(&unit.table, &unit.columns);
    let mut cells: TextCells = copy.text_cells(&unit.table, &unit.columns, unit.pages).await?;
    let mut hits = Vec::new();
    let mut rows = 0;
    while let Some(part) = cells.next().await? {
        rows += tokio::task::block_in_place(|| {
            cells.each(&part, |column, text| {
                let content = contents.get(column).copied().unwrap_or_default();
                content.scan(scanner, text, &mut hits);
                if !hits.is_empty() {
                    note(&mut shared.found().candidates, unit, column, &mut hits);
                }
            })
        })?;
    }
    cells.finish()?;
    Ok(rows)
}

fn note(candidates: &mut Candidates, unit: &Unit, column: usize, hits: &mut Vec<Hit>) {
    let column = unit.columns.get(column).map_or("?", String::as_str);
    for hit in hits.drain(..) {
        if candidates.len() < CANDIDATES || candidates.contains_key(&hit) {
            let place = || (format!("{}.{column}", unit.table.readable()), 0);
            candidates.entry(hit).or_insert_with(place).1 += 1;
        }
    }
}

/// How many pages the tables of the copy have; none on a server that reads a range of pages by reading the table.
async fn sizes(ports: &Ports, operation: &Operation) -> Result<BTreeMap<QualifiedName, u32>, Failure> {
    let copy = open_copy(ports, operation).await?;
    if copy.probe().identity.version < 14 {
        return Ok(BTreeMap::new());
    }
    let sizes = copy.sizes().await?.into_iter();
    Ok(sizes
        .map(|size| (size.name, u32::try_from(size.pages).unwrap_or(u32::MAX)))
        .collect())
}

/// Every table, large ones in pieces, the largest pieces last: they are taken from the end.
fn units(schema: &Database, plan: &Plan, sizes: &BTreeMap<QualifiedName, u32>, searching: bool) -> Vec<Unit> {
    let mut units = Vec::new();
    for planned in &plan.tables {
        let table = schema.table(&planned.name).filter(|_| searching);
        let columns = table.map(text_columns).unwrap_or_default();
        let mut first = 0;
        if !columns.is_empty() {
            let pages = sizes.get(&planned.name).copied().unwrap_or(0);
            while pages - first > UNIT_PAGES {
                let end = Some(first + UNIT_PAGES);
                units.push(Unit {
                    table: planned.name.clone(),
                    columns: columns.clone(),
                    pages: Pages { first, end },
                });
                first += UNIT_PAGES;
            }
        }
        units.push(Unit {
            table: planned.name.clone(),
            columns,
            pages: Pages { first, end: None },
        });
    }
    let views = schema
        .views
        .iter()
        .filter(|view| searching && view.materialized && view.populated);
    units.extend(views.map(|view| Unit {
        table: view.name.clone(),
        columns: view.columns.iter().map(|column| column.name.clone()).collect(),
        pages: Pages::ALL,
    }));
    units.sort_by_key(|unit| match unit.pages.end {
        Some(_) => UNIT_PAGES,
        None => sizes.get(&unit.table).map_or(0, |pages| pages - unit.pages.first),
    });
    units
}

fn text_columns(table: &Table) -> Vec<String> {
    table
        .columns
        .iter()
        .filter(|column| {
            let element = column.base_type.strip_prefix('_').unwrap_or(&column.base_type);
            column.type_kind != TypeKind::Enum && !SILENT.contains(&element)
        })
        .map(|column| column.name.clone())
        .collect()
}
