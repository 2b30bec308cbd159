//! No original is left anywhere in the copy.
//!
//! The masker took keyed fingerprints of every original e-mail, phone and full name. They are merged into a filter of
//! bounded memory; every text-like cell of the copy is read and its candidates looked up; the few that the filter knows
//! are confirmed against the fingerprints themselves.

use crate::open_copy;
use nova_anonymization::{
    Action, Kind,
    leak::{Category, Filter, Fingerprints, Hit, Scanner, Verdict},
};
use nova_clone::{
    Operation, checks,
    plan::{Plan, PlannedTable},
};
use nova_errors::{Code, Failure};
use nova_eventlog::{BlobKey, read_all};
use nova_events::Check;
use nova_kit::{Phase, Ports};
use nova_postgres::{Pages, TextCells};
use nova_schema::{Database, QualifiedName, Table, TypeKind};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::task::JoinSet;

/// Memory for the filter, in bytes.
const FILTER_BYTES: usize = 32 * 1024 * 1024;

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
type Candidates = BTreeMap<Hit, (String, u64)>;

/// Where the text of a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// From the source.
    Untouched,
    /// From the generator, in part or in whole, so that a hit may be another person's replacement.
    Masked,
    /// From the generator in whole, and not from the one of phones: digits that look like somebody's phone number are a
    /// coincidence.
    Invented,
}

/// One column list of one table, to be read by one task.
struct Unit {
    table: QualifiedName,
    columns: Vec<String>,
    content: Vec<Content>,
    pages: Pages,
}

pub(crate) async fn check(
    ports: &Ports,
    operation: &Operation,
    schema: &Database,
    plan: &Plan,
) -> Result<Check, Failure> {
    const NAME: &str = "personal_data";
    let blobs = fingerprint_blobs(ports, operation, plan).await?;
    if blobs.is_empty() {
        return Ok(checks::check(NAME, &[], || {
            "nothing was masked that could be looked for".to_owned()
        }));
    }
    let mut originals = 0;
    for blob in &blobs {
        originals += load(ports, blob).await?.originals();
    }
    let mut filter = Filter::new(originals, FILTER_BYTES);
    for blob in &blobs {
        filter.add(&load(ports, blob).await?);
    }
    let candidates = scan(ports, operation, schema, plan, Arc::new(filter)).await?;
    let mut verdict = Verdict::new(candidates.keys().copied());
    if !verdict.is_empty() {
        for blob in &blobs {
            verdict.check(&load(ports, blob).await?);
        }
    }
    let leaks = summary(&verdict.leaks(), &candidates);
    Ok(checks::check(NAME, &leaks, || {
        format!("none of {originals} original values is left in any text of the copy")
    }))
}

/// One line per column and category: which kind of value is left where, never the value.
fn summary(leaks: &[Hit], candidates: &Candidates) -> Vec<String> {
    let mut places: BTreeMap<(String, &str), u64> = BTreeMap::new();
    for hit in leaks {
        let what = match hit.category {
            Category::Email => "e-mail addresses",
            Category::Phone => "phone numbers",
            Category::Name => "full names",
        };
        if let Some((place, times)) = candidates.get(hit) {
            *places.entry((place.clone(), what)).or_default() += times;
        }
    }
    places
        .iter()
        .map(|((place, what), times)| format!("{place} still holds {times} original {what}: give it a rule"))
        .collect()
}

async fn fingerprint_blobs(ports: &Ports, operation: &Operation, plan: &Plan) -> Result<Vec<BlobKey>, Failure> {
    let mut blobs = Vec::new();
    for (number, chunk) in (0u32..).zip(&plan.chunks) {
        if plan
            .tables
            .get(chunk.table as usize)
            .is_some_and(|table| table.layout.is_some())
        {
            let state = nova_kit::chunk_state(ports, &operation.id, operation.epoch, number).await?;
            let name = state.anonymized.and_then(|clean| clean.fingerprints);
            blobs.extend(name.map(|name| BlobKey::new(operation.id.clone(), name)));
        }
    }
    Ok(blobs)
}

async fn load(ports: &Ports, blob: &BlobKey) -> Result<Fingerprints, Failure> {
    let bytes = read_all(ports.blobs.as_ref(), blob).await?;
    Ok(Fingerprints::from_bytes(&bytes)?)
}

async fn scan(
    ports: &Ports,
    operation: &Operation,
    schema: &Database,
    plan: &Plan,
    filter: Arc<Filter>,
) -> Result<Candidates, Failure> {
    let key = nova_kit::fingerprint_key(ports, &operation.id).await?;
    let units = Arc::new(Mutex::new(units(schema, plan, &sizes(ports, operation).await?)));
    let found = Arc::new(Mutex::new(Candidates::new()));
    let mut tasks = JoinSet::new();
    for _ in 0..operation.options().map_or(1, |options| options.parallel).clamp(1, 4) {
        let copy = open_copy(ports, operation).await?;
        let (units, found) = (Arc::clone(&units), Arc::clone(&found));
        let mut scanner = Scanner::new(key, Arc::clone(&filter));
        tasks.spawn(async move {
            copy.begin().await?;
            loop {
                let unit = units.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let Some(unit) = unit else { return copy.end().await };
                let cells = copy.text_cells(&unit.table, &unit.columns, unit.pages).await?;
                read(cells, &unit, &mut scanner, &found).await?;
            }
        });
    }
    while let Some(finished) = tasks.join_next().await {
        finished.map_err(|error| Failure::new(Code::INTERNAL, format!("a scan ended: {error}")))??;
        ports.progress.advance(Phase::Validate, plan.tables.len() as u64 / 4, 0);
    }
    let found = found.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(found.clone())
}

async fn read(
    mut cells: TextCells,
    unit: &Unit,
    scanner: &mut Scanner,
    found: &Mutex<Candidates>,
) -> Result<(), Failure> {
    let mut hits = Vec::new();
    while let Some(part) = cells.next().await? {
        tokio::task::block_in_place(|| {
            cells.each(&part, |column, text| {
                let content = unit.content.get(column).copied().unwrap_or(Content::Untouched);
                scanner.cell(text, content != Content::Untouched, &mut hits);
                if content == Content::Invented {
                    hits.retain(|hit| hit.category != Category::Phone);
                }
                if !hits.is_empty() {
                    note(found, unit, column, &mut hits);
                }
            })
        })?;
    }
    cells.finish()
}

fn note(found: &Mutex<Candidates>, unit: &Unit, column: usize, hits: &mut Vec<Hit>) {
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    let place = format!(
        "{}.{}",
        unit.table.readable(),
        unit.columns.get(column).map_or("?", String::as_str)
    );
    for hit in hits.drain(..) {
        if found.len() < CANDIDATES || found.contains_key(&hit) {
            found.entry(hit).or_insert_with(|| (place.clone(), 0)).1 += 1;
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

/// Every text-like column of every table and filled materialized view, large tables in pieces.
fn units(schema: &Database, plan: &Plan, sizes: &BTreeMap<QualifiedName, u32>) -> Vec<Unit> {
    let mut units = Vec::new();
    for planned in &plan.tables {
        let Some(table) = schema.table(&planned.name) else {
            continue;
        };
        let columns = text_columns(table);
        if columns.is_empty() {
            continue;
        }
        let content: Vec<Content> = columns.iter().map(|column| content(planned, column)).collect();
        let pages = sizes.get(&planned.name).copied().unwrap_or(0);
        let mut first = 0;
        while pages - first > UNIT_PAGES {
            let piece = Pages {
                first,
                end: Some(first + UNIT_PAGES),
            };
            units.push(Unit {
                table: planned.name.clone(),
                columns: columns.clone(),
                content: content.clone(),
                pages: piece,
            });
            first += UNIT_PAGES;
        }
        units.push(Unit {
            table: planned.name.clone(),
            columns,
            content,
            pages: Pages { first, end: None },
        });
    }
    for view in schema.views.iter().filter(|view| view.materialized && view.populated) {
        let columns: Vec<String> = view.columns.iter().map(|column| column.name.clone()).collect();
        let content = vec![Content::Untouched; columns.len()];
        units.push(Unit {
            table: view.name.clone(),
            columns,
            content,
            pages: Pages::ALL,
        });
    }
    units
}

fn content(table: &PlannedTable, column: &str) -> Content {
    let layout = table
        .layout
        .iter()
        .flat_map(|layout| &layout.columns)
        .find(|layout| layout.name == column);
    match layout.map(|layout| &layout.action) {
        None | Some(Action::Pass) => Content::Untouched,
        Some(Action::Mask(spec)) if matches!(spec.kind, Kind::Phone | Kind::Json) => Content::Masked,
        Some(Action::Mask(_)) => Content::Invented,
    }
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
