//! The copy, read once: its rows are counted, and the text of its cells is handed to the leak scan. What was read to its
//! end is noted, for a next turn if this one is cut off.

use crate::{leak::Search, open_copy};
use nova_anonymization::leak::{Hit, Scanner};
use nova_clone::{Operation, plan::Plan};
use nova_errors::{Code, Failure};
use nova_kit::{Notebook, Phase, Ports};
use nova_postgres::{Pages, SourceConnection, TextCells};
use nova_schema::{Database, QualifiedName, Table, TypeKind};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::task::JoinSet;

/// Candidates that are kept for confirmation; a copy with more than this has leaks in plenty.
pub(crate) const CANDIDATES: usize = 200_000;

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
    columns: Vec<TextColumn>,
    pages: Pages,
}

/// A column that may hold text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TextColumn {
    name: String,
    /// Its type is `json` or `jsonb`.
    json: bool,
}

impl TextColumn {
    fn new(name: &str, type_name: &str) -> Self {
        Self {
            name: name.to_owned(),
            json: matches!(type_name, "json" | "jsonb"),
        }
    }
}

impl Unit {
    /// The same for the same pages of the copy in every turn.
    fn name(&self) -> String {
        format!("{}/{}", self.table, self.pages.first)
    }
}

/// What is known of the copy so far, as it is noted.
#[derive(Default, Serialize, Deserialize)]
struct Noted {
    done: BTreeSet<String>,
    rows: Vec<(QualifiedName, u64)>,
    candidates: Vec<(Hit, (String, u64))>,
}

/// What tasks share.
struct Progress {
    left: Vec<Unit>,
    done: BTreeSet<String>,
    found: Found,
}

impl Progress {
    /// Goes on from what was noted.
    fn from(mut left: Vec<Unit>, noted: Noted) -> Self {
        left.retain(|unit| !noted.done.contains(&unit.name()));
        Self {
            left,
            done: noted.done,
            found: Found {
                rows: noted.rows.into_iter().collect(),
                candidates: noted.candidates.into_iter().collect(),
            },
        }
    }

    fn noted(&self) -> Noted {
        let candidates = self.found.candidates.iter();
        Noted {
            done: self.done.clone(),
            rows: self.found.rows.clone().into_iter().collect(),
            candidates: candidates.map(|(hit, seen)| (*hit, seen.clone())).collect(),
        }
    }

    /// Adds what one unit held.
    fn add(&mut self, unit: Unit, rows: u64, candidates: Candidates) {
        self.done.insert(unit.name());
        *self.found.rows.entry(unit.table).or_default() += rows;
        for (hit, (place, times)) in candidates {
            if let Some(seen) = seen(&mut self.found.candidates, hit, || place) {
                *seen += times;
            }
        }
    }
}

fn lock(progress: &Mutex<Progress>) -> MutexGuard<'_, Progress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
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
    let (mut book, noted) = Notebook::open(ports, operation, "reading").await?;
    let progress = Arc::new(Mutex::new(Progress::from(units, noted)));
    let mut tasks = JoinSet::new();
    for _ in 0..operation.options().map_or(1, |options| options.parallel).clamp(1, 4) {
        let copy = open_copy(ports, operation).await?;
        let (progress, search) = (Arc::clone(&progress), search.cloned());
        tasks.spawn(async move {
            copy.begin().await?;
            let mut scanner = search.as_ref().map(|search| search.scanner());
            loop {
                let unit = lock(&progress).left.pop();
                let Some(unit) = unit else { return copy.end().await };
                let mut candidates = Candidates::new();
                let rows = match (&search, &mut scanner) {
                    (Some(search), Some(scanner)) if !unit.columns.is_empty() => {
                        scan(&copy, &unit, search, scanner, &mut candidates).await?
                    }
                    _ => copy.count_pages(&unit.table, unit.pages).await?,
                };
                lock(&progress).add(unit, rows, candidates);
            }
        });
    }
    loop {
        let until_note = book.interval().unwrap_or(Duration::MAX);
        match tokio::time::timeout(until_note, tasks.join_next()).await {
            Ok(None) => break,
            Ok(Some(finished)) => {
                finished.map_err(|error| Failure::new(Code::INTERNAL, format!("a scan ended: {error}")))??;
                ports.progress.advance(Phase::Validate, plan.tables.len() as u64 / 4, 0);
            }
            Err(_) => {
                let noted = lock(&progress).noted();
                book.note(&noted).await?;
            }
        }
    }
    let found = std::mem::take(&mut lock(&progress).found);
    Ok(found)
}

/// Scans some pages and returns how many rows they hold.
async fn scan(
    copy: &SourceConnection,
    unit: &Unit,
    search: &Search,
    scanner: &mut Scanner,
    candidates: &mut Candidates,
) -> Result<u64, Failure> {
    let names: Vec<String> = unit.columns.iter().map(|column| column.name.clone()).collect();
    let contents = search.contents(&unit.table, &names);
    let mut cells: TextCells = copy.text_cells(&unit.table, &names, unit.pages).await?;
    let mut hits = Vec::new();
    let mut rows = 0;
    while let Some(part) = cells.next().await? {
        rows += tokio::task::block_in_place(|| {
            cells.each(&part, |column, text| {
                let content = contents.get(column).copied().unwrap_or_default();
                let json = unit.columns.get(column).is_some_and(|column| column.json);
                content.scan(scanner, (text, json), &mut hits);
                let name = || names.get(column).map_or("?", String::as_str);
                for hit in hits.drain(..) {
                    if let Some(seen) = seen(candidates, hit, || format!("{}.{}", unit.table.readable(), name())) {
                        *seen += 1;
                    }
                }
            })
        })?;
    }
    cells.finish()?;
    Ok(rows)
}

/// How often a candidate was seen; none when it is new and there are too many already.
fn seen(candidates: &mut Candidates, hit: Hit, place: impl FnOnce() -> String) -> Option<&mut u64> {
    if candidates.len() >= CANDIDATES && !candidates.contains_key(&hit) {
        return None;
    }
    Some(&mut candidates.entry(hit).or_insert_with(|| (place(), 0)).1)
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
    units.extend(views.map(|view| {
        Unit {
            table: view.name.clone(),
            columns: view
                .columns
                .iter()
                .map(|column| TextColumn::new(&column.name, &column.type_sql))
                .collect(),
            pages: Pages::ALL,
        }
    }));
    units.sort_by_key(|unit| match unit.pages.end {
        Some(_) => UNIT_PAGES,
        None => sizes.get(&unit.table).map_or(0, |pages| pages - unit.pages.first),
    });
    units
}

fn text_columns(table: &Table) -> Vec<TextColumn> {
    table
        .columns
        .iter()
        .filter(|column| {
            let element = column.base_type.strip_prefix('_').unwrap_or(&column.base_type);
            column.type_kind != TypeKind::Enum && !SILENT.contains(&element)
        })
        .map(|column| TextColumn::new(&column.name, &column.base_type))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nova_anonymization::leak::Category;

    fn units() -> Vec<Unit> {
        let unit = |table: &str, first, end| Unit {
            table: QualifiedName::new("public", table),
            columns: vec![TextColumn::new("note", "text")],
            pages: Pages { first, end },
        };
        vec![unit("a", 0, Some(10)), unit("a", 10, None), unit("b", 0, None)]
    }

    #[test]
    fn a_turn_goes_on_from_what_the_one_before_has_noted() {
        let hit = Hit {
            category: Category::Email,
            fingerprint: u64::MAX - 1,
            masked_column: false,
        };
        let found = |times| Candidates::from([(hit, ("public.a.note".to_owned(), times))]);
        let mut first = Progress::from(units(), Noted::default());
        let unit = first.left.remove(0);
        first.add(unit, 100, found(2));
        let note = serde_json::to_vec(&first.noted()).unwrap();

        let mut second = Progress::from(units(), serde_json::from_slice(&note).unwrap());
        assert_eq!(second.left.len(), 2, "what was read is not read again");
        for unit in std::mem::take(&mut second.left) {
            second.add(unit, 10, found(1));
        }
        assert_eq!(second.found.rows[&QualifiedName::new("public", "a")], 110);
        assert_eq!(second.found.candidates[&hit], ("public.a.note".to_owned(), 4));
    }
}
