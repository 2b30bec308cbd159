//! Every text of a database, looked through for originals.

use super::{Opened, originals::Originals};
use nova_anonymization::{
    leak::{Category, Estimate, Filter, Fingerprints, Hit, Scanner, Verdict},
    plan::MaskingPlan,
    verify::{Form, Survivor, Texts},
};
use nova_errors::{Code, Failure};
use nova_postgres::{Pages, SearchPath, SourceConnection};
use nova_schema::{Database, QualifiedName, TypeKind};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::task::JoinSet;

/// Memory for the filter, in bytes.
const FILTER_BYTES: usize = 32 * 1024 * 1024;

/// Bytes of a large object that are read.
const LARGE_OBJECT: i32 = 1 << 20;

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
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
];

/// Heap pages that one session reads at a time: 32 MB.
const UNIT_PAGES: u64 = 4096;

/// Sessions that read at the same time.
const SESSIONS: usize = 4;

/// One column to look through.
#[derive(Clone)]
struct Column {
    name: String,
    kind: &'static str,
    form: Form,
    /// Its values come from the generator, or are computed from such values.
    masked: bool,
    /// Its bytes are read as they are.
    bytes: bool,
}

/// Some pages of a table or a materialized view.
struct Unit {
    name: QualifiedName,
    columns: Vec<Column>,
    pages: Pages,
}

/// What is looked for, and where.
pub(super) struct Looking<'a> {
    opened: &'a Opened,
    masking: &'a MaskingPlan,
    /// The key of the fingerprints, and which there are.
    filter: Option<([u8; 16], Arc<Filter>)>,
}

/// Where candidates were seen, and how much was read.
#[derive(Default)]
pub(super) struct Looked {
    seen: BTreeMap<(Hit, String, &'static str), u64>,
    pub(super) tables: u64,
    pub(super) columns: u64,
    pub(super) values: u64,
    pub(super) schema_texts: u64,
    pub(super) large_objects: u64,
}

impl<'a> Looking<'a> {
    pub(super) fn new(opened: &'a Opened, masking: &'a MaskingPlan, originals: Option<&Originals>) -> Self {
        let filter = originals.map(|originals| {
            let mut estimate = Estimate::default();
            estimate.add(&originals.fingerprints);
            let mut filter = Filter::new(&estimate, FILTER_BYTES);
            filter.add(&originals.fingerprints);
            (originals.key, Arc::new(filter))
        });
        Self {
            opened,
            masking,
            filter,
        }
    }

    fn scanner(&self) -> Option<Scanner> {
        let (key, filter) = self.filter.as_ref()?;
        Some(Scanner::new(*key, Arc::clone(filter)))
    }

    /// Looks through everything: tables by several sessions that see the same state.
    pub(super) async fn look(self) -> Result<Looked, Failure> {
        let (source, schema) = (&self.opened.source, &self.opened.schema);
        let mut looked = Looked::default();
        let units = self.units(&mut looked).await?;
        let sessions = units.len().min(SESSIONS);
        let units = Arc::new(Mutex::new(units));
        let snapshot = source.export_snapshot().await?;
        let mut tasks = JoinSet::new();
        let path = SearchPath::Known(source.path());
        for _ in 0..sessions {
            let session = SourceConnection::open(&self.opened.environment.url, path).await?;
            session.join(&snapshot.id).await?;
            let (units, mut scanner) = (Arc::clone(&units), self.scanner());
            tasks.spawn(async move {
                let mut own = Looked::default();
                loop {
                    let unit = units.lock().unwrap_or_else(PoisonError::into_inner).pop();
                    let Some(unit) = unit else { break };
                    own.unit(&session, &unit, scanner.as_mut()).await?;
                }
                session.end().await?;
                Ok::<_, Failure>(own)
            });
        }
        while let Some(ended) = tasks.join_next().await {
            let own = ended.map_err(|error| Failure::new(Code::INTERNAL, format!("a scan ended: {error}")))?;
            looked.merge(own?);
        }
        let mut scanner = self.scanner();
        looked.schema(schema, scanner.as_mut());
        for object in &schema.large_objects {
            if let Some(bytes) = source.large_object(object.number, LARGE_OBJECT).await? {
                looked.large_objects += 1;
                let place = format!("large object {}", object.number);
                looked.text(scanner.as_mut(), Form::Text, &bytes, false, "large object", &place);
            }
        }
        Ok(looked)
    }

    /// Everything to be read, large tables in pieces; the largest pieces are last, from where they are taken.
    async fn units(&self, looked: &mut Looked) -> Result<Vec<Unit>, Failure> {
        let (source, schema) = (&self.opened.source, &self.opened.schema);
        // Older servers read a range of pages by reading the table.
        let ranges = source.probe().identity.version >= 14;
        let sizes = source.sizes().await?.into_iter();
        let sizes: BTreeMap<QualifiedName, u64> = sizes.map(|size| (size.name, size.pages)).collect();
        let mut units = Vec::new();
        let tables = schema
            .row_tables()
            .filter(|table| !self.opened.closed.contains(&table.name));
        let tables = tables.map(|table| (table.name.clone(), self.columns(table)));
        let views = schema.views.iter().filter(|view| view.materialized && view.populated);
        let views = views.map(|view| {
            let columns = view.columns.iter().map(|column| Column {
                name: column.name.clone(),
                kind: "materialized view",
                form: Form::Text,
                masked: true,
                bytes: column.type_sql == "bytea",
            });
            (view.name.clone(), columns.collect())
        });
        for (name, columns) in tables.chain(views) {
            let columns: Vec<Column> = columns;
            looked.tables += 1;
            looked.columns += columns.len() as u64;
            if columns.is_empty() {
                continue;
            }
            let pages = sizes.get(&name).copied().unwrap_or(0);
            let pieces = if ranges { pages.div_ceil(UNIT_PAGES).max(1) } else { 1 };
            let page = |piece: u64| u32::try_from(piece * UNIT_PAGES).unwrap_or(u32::MAX);
            for piece in 0..pieces {
                let whole = piece + 1 < pieces;
                let weight = if whole {
                    UNIT_PAGES
                } else {
                    pages - piece * UNIT_PAGES.min(pages)
                };
                let pages = Pages {
                    first: page(piece),
                    end: whole.then(|| page(piece + 1)),
                };
                let (name, columns) = (name.clone(), columns.clone());
                units.push((weight, Unit { name, columns, pages }));
            }
        }
        units.sort_by_key(|(weight, _)| *weight);
        Ok(units.into_iter().map(|(_, unit)| unit).collect())
    }

    fn columns(&self, table: &nova_schema::Table) -> Vec<Column> {
        let any_masked = self
            .masking
            .columns
            .iter()
            .any(|masking| masking.schema == table.name.schema && masking.table == table.name.name);
        table
            .columns
            .iter()
            .filter(|column| column.type_kind != TypeKind::Enum)
            .filter_map(|column| {
                let element = column.base_type.trim_start_matches('_');
                let form = Form::of(&column.base_type);
                let bytes = column.base_type == "bytea";
                let kind = match element {
                    _ if bytes => "bytes",
                    _ if column.generated.is_some() => "generated column",
                    _ if SILENT.contains(&element) => return None,
                    _ if form == Form::Lexemes => "tsvector",
                    _ if column.base_type.starts_with('_') => "array",
                    "json" | "jsonb" => "json",
                    "xml" => "xml",
                    _ if element.ends_with("hstore") => "hstore",
                    _ => "column",
                };
                let computed = column.generated.is_some() || form == Form::Lexemes;
                let own = self
                    .masking
                    .spec(&table.name.schema, &table.name.name, &column.name)
                    .is_some();
                Some(Column {
                    name: column.name.clone(),
                    kind,
                    form,
                    masked: own || (computed && any_masked),
                    bytes,
                })
            })
            .collect()
    }
}

impl Looked {
    async fn unit(
        &mut self,
        source: &SourceConnection,
        unit: &Unit,
        mut scanner: Option<&mut Scanner>,
    ) -> Result<(), Failure> {
        let Unit { name, columns, pages } = unit;
        let places: Vec<String> = columns
            .iter()
            .map(|column| format!("{}.{}.{}", name.schema, name.name, column.name))
            .collect();
        let read: Vec<(&str, bool)> = columns
            .iter()
            .map(|column| (column.name.as_str(), column.bytes))
            .collect();
        let mut cells = source.cells(name, &read, *pages).await?;
        while let Some(part) = cells.next().await? {
            cells.each(&part, |position, text| {
                let (Some(column), Some(place)) = (columns.get(position), places.get(position)) else {
                    return;
                };
                self.values += 1;
                self.text(
                    scanner.as_deref_mut(),
                    column.form,
                    text,
                    column.masked,
                    column.kind,
                    place,
                );
            })?;
        }
        cells.finish()
    }

    /// Adds what another session saw.
    fn merge(&mut self, other: Self) {
        self.values += other.values;
        for (place, times) in other.seen {
            *self.seen.entry(place).or_default() += times;
        }
    }

    fn text(
        &mut self,
        scanner: Option<&mut Scanner>,
        form: Form,
        text: &[u8],
        masked: bool,
        kind: &'static str,
        place: &str,
    ) {
        let Some(scanner) = scanner else { return };
        let mut hits = Vec::new();
        Texts::default().each(form, text, |text| scanner.cell(text, masked, &mut hits));
        // One value is one occurrence, however many of its texts show it.
        hits.sort_unstable();
        hits.dedup();
        for hit in hits {
            *self.seen.entry((hit, place.to_owned(), kind)).or_default() += 1;
        }
    }

    /// Every text of the schema: comments, defaults, labels of enums, definitions.
    fn schema(&mut self, schema: &Database, scanner: Option<&mut Scanner>) {
        let mut scanner = scanner;
        let Ok(Value::Object(parts)) = serde_json::to_value(schema) else {
            return;
        };
        for (part, value) in &parts {
            self.walk(part, part, "", value, &mut scanner);
        }
    }

    fn walk(&mut self, part: &str, key: &str, owner: &str, value: &Value, scanner: &mut Option<&mut Scanner>) {
        match value {
            Value::String(text) if text.len() >= 5 => {
                self.schema_texts += 1;
                let kind = match (part, key) {
                    (_, "comment") => "comment",
                    (_, "default") => "default",
                    (_, "labels") | ("types", _) => "enum label",
                    ("views", _) => "view definition",
                    ("functions", _) => "function",
                    ("constraints", _) => "constraint",
                    ("policies", _) => "policy",
                    ("settings", _) => "setting",
                    _ => "schema",
                };
                let place = if owner.is_empty() {
                    format!("{part} {key}")
                } else {
                    format!("{part} {owner} {key}")
                };
                self.text(scanner.as_deref_mut(), Form::Text, text.as_bytes(), false, kind, &place);
            }
            Value::Array(members) => {
                for member in members {
                    self.walk(part, key, owner, member, scanner);
                }
            }
            Value::Object(members) => {
                let own = members.get("name").map(|name| match name {
                    Value::String(name) => name.clone(),
                    Value::Object(name) => ["schema", "name"]
                        .iter()
                        .filter_map(|part| name.get(*part).and_then(Value::as_str))
                        .collect::<Vec<_>>()
                        .join("."),
                    _ => String::new(),
                });
                let owner = match own {
                    Some(own) if owner.is_empty() => own,
                    Some(own) => format!("{owner}.{own}"),
                    None => owner.to_owned(),
                };
                for (key, member) in members {
                    self.walk(part, key, &owner, member, scanner);
                }
            }
            _ => {}
        }
    }

    /// What is an original and no replacement, by place.
    pub(super) fn survivors(&self, fingerprints: &Fingerprints) -> Vec<Survivor> {
        let mut verdict = Verdict::new(self.seen.keys().map(|(hit, ..)| *hit));
        verdict.check(fingerprints);
        let leaks = verdict.leaks();
        let mut survivors: BTreeMap<(String, &str, &str), u64> = BTreeMap::new();
        for ((hit, place, kind), times) in &self.seen {
            if leaks.binary_search(hit).is_ok() {
                let category = match hit.category {
                    Category::Email => "email",
                    Category::Phone => "phone",
                    Category::Name => "name",
                };
                *survivors.entry((place.clone(), kind, category)).or_default() += times;
            }
        }
        survivors
            .into_iter()
            .map(|((place, kind, category), count)| Survivor {
                place,
                kind: kind.to_owned(),
                category: category.to_owned(),
                count,
            })
            .collect()
    }
}
