//! Every text of a database, looked through for originals.

use super::{Opened, originals::Originals};
use nova_anonymization::{
    leak::{Category, Estimate, Filter, Fingerprints, Hit, Scanner, Verdict},
    plan::MaskingPlan,
    verify::{Form, Survivor, Texts},
};
use nova_errors::Failure;
use nova_postgres::{Pages, SourceConnection};
use nova_schema::{Database, QualifiedName, TypeKind};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

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
    "bytea",
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
];

/// One column to look through.
struct Column {
    name: String,
    kind: &'static str,
    form: Form,
    /// Its values come from the generator, or are computed from such values.
    masked: bool,
}

/// What is looked for, and where.
pub(super) struct Looking<'a> {
    opened: &'a Opened,
    masking: &'a MaskingPlan,
    scanner: Option<Scanner>,
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
        let scanner = originals.map(|originals| {
            let mut estimate = Estimate::default();
            estimate.add(&originals.fingerprints);
            let mut filter = Filter::new(&estimate, FILTER_BYTES);
            filter.add(&originals.fingerprints);
            Scanner::new(originals.key, Arc::new(filter))
        });
        Self {
            opened,
            masking,
            scanner,
        }
    }

    /// Looks through everything.
    pub(super) async fn look(mut self) -> Result<Looked, Failure> {
        let mut looked = Looked::default();
        let mut scanner = self.scanner.take();
        let (source, schema) = (&self.opened.source, &self.opened.schema);
        for table in schema
            .row_tables()
            .filter(|table| !self.opened.closed.contains(&table.name))
        {
            let columns = self.columns(table);
            looked.table(source, &table.name, &columns, scanner.as_mut()).await?;
        }
        for view in schema.views.iter().filter(|view| view.materialized && view.populated) {
            let columns: Vec<Column> = view
                .columns
                .iter()
                .map(|column| Column {
                    name: column.name.clone(),
                    kind: "materialized view",
                    form: Form::Text,
                    masked: true,
                })
                .collect();
            looked.table(source, &view.name, &columns, scanner.as_mut()).await?;
        }
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
                let kind = match element {
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
                })
            })
            .collect()
    }
}

impl Looked {
    async fn table(
        &mut self,
        source: &SourceConnection,
        name: &QualifiedName,
        columns: &[Column],
        mut scanner: Option<&mut Scanner>,
    ) -> Result<(), Failure> {
        self.tables += 1;
        self.columns += columns.len() as u64;
        if columns.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let places: Vec<String> = names
            .iter()
            .map(|column| format!("{}.{}.{column}", name.schema, name.name))
            .collect();
        let mut cells = source.text_cells(name, &names, Pages::ALL).await?;
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
