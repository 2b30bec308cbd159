//! Reads the rows and puts names in the place of references.

use super::rules::{self, Treatment};
use super::walk::Walk;
use crate::Error;
use crate::reader::Reader;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use tokio_postgres::GenericClient;

/// PostgreSQL 13 cannot list the foreign keys between its catalogs: those of its successor that it has.
const FOREIGN_KEYS_13: &str = include_str!("foreign_keys_13.txt");

/// The columns of one catalog with their types.
struct Catalog {
    name: String,
    columns: Vec<(String, String)>,
}

/// What a column refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    /// Rows of another catalog, by identifier.
    Catalog(String),
    /// Columns of the relation that another column names, by number.
    Columns(String),
}

/// Foreign keys by catalog and column.
type ForeignKeys = HashMap<(String, String), (Target, bool)>;

/// An object: its catalog, its identifier, the number of its part or 0.
type Object = (String, i64, i64);

/// One row as it was read.
struct Row {
    catalog: usize,
    oid: i64,
    values: Map<String, Value>,
}

/// Walks a whole database.
pub(super) async fn walk<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Walk, Error> {
    let catalogs = catalogs(reader).await?;
    let keys = foreign_keys(reader, &catalogs).await?;
    let mut walk = Walk {
        server_version: reader.major,
        ..Walk::default()
    };
    let mut rows = Vec::new();
    for (position, catalog) in catalogs.iter().enumerate() {
        for column in &catalog.columns {
            if let Some(Treatment::Rendered(_)) = rules::treatment(&catalog.name, &column.0) {
                walk.rendered.insert(format!("{}.{}", catalog.name, column.0));
            }
        }
        for loaded in reader
            .load::<Map<String, Value>>("every catalog", &select(catalog, &keys))
            .await?
        {
            rows.push(Row {
                catalog: position,
                oid: i64::from(loaded.oid),
                values: loaded.value,
            });
        }
    }
    let hidden = hidden(reader).await?;
    let names = Names::read(reader, &catalogs, &keys, &rows).await?;
    for row in rows {
        let Some(catalog) = catalogs.get(row.catalog) else {
            continue;
        };
        if is_hidden(catalog, &keys, &row, &hidden) {
            continue;
        }
        let mut columns = BTreeMap::new();
        for (column, _) in catalog.columns.iter().filter(|(column, _)| column != "oid") {
            if let Some(text) = row
                .values
                .get(column)
                .and_then(|value| names.text(catalog, &keys, &row, column, value))
            {
                columns.insert(column.clone(), text);
            }
        }
        let identity = match rules::key(&catalog.name) {
            Some(key) => key
                .iter()
                .filter_map(|column| columns.get(*column).cloned())
                .collect::<Vec<_>>()
                .join(" · "),
            None => names.of(&(object_catalog(&catalog.name).to_owned(), row.oid, 0)),
        };
        let known = walk.rows.entry(catalog.name.clone()).or_default();
        let mut free = identity.clone();
        let mut number = 2;
        while known.contains_key(&free) {
            free = format!("{identity} #{number}");
            number += 1;
        }
        known.insert(free, columns);
    }
    Ok(walk)
}

/// Every catalog with its columns, those left out aside.
async fn catalogs<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Vec<Catalog>, Error> {
    let sql = "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL)
               FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' ORDER BY c.relname, a.attnum";
    let mut catalogs: Vec<Catalog> = Vec::new();
    for row in reader.rows("the list of catalogs", sql).await? {
        let name: String = row.get(0);
        if rules::is_left_out(&name) {
            continue;
        }
        if catalogs.last().is_none_or(|last| last.name != name) {
            catalogs.push(Catalog {
                name,
                columns: Vec::new(),
            });
        }
        if let Some(last) = catalogs.last_mut() {
            last.columns.push((row.get(1), row.get(2)));
        }
    }
    Ok(catalogs)
}

/// Which column refers to what.
async fn foreign_keys<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    catalogs: &[Catalog],
) -> Result<ForeignKeys, Error> {
    let lines: Vec<String> = if reader.major >= 14 {
        let sql = "SELECT concat_ws(' ', fktable, array_to_string(fkcols, ','), pktable, CASE WHEN is_array THEN 'array' ELSE 'one' END)
                   FROM pg_get_catalog_foreign_keys()";
        let rows = reader.rows("the keys between catalogs", sql).await?;
        rows.iter().map(|row| row.get(0)).collect()
    } else {
        FOREIGN_KEYS_13.lines().map(str::to_owned).collect()
    };
    let mut keys = ForeignKeys::new();
    for line in &lines {
        let parts: Vec<&str> = line.split(' ').collect();
        let [table, columns, target, form] = parts[..] else {
            continue;
        };
        let exists = |column: &str| {
            let catalog = catalogs.iter().find(|catalog| catalog.name == table);
            catalog.is_some_and(|catalog| catalog.columns.iter().any(|(name, _)| name == column))
        };
        let (column, target) = match columns.split_once(',') {
            Some((relation, number)) => (number, Target::Columns(relation.to_owned())),
            None => (columns, Target::Catalog(target.to_owned())),
        };
        if exists(column) {
            keys.insert((table.to_owned(), column.to_owned()), (target, form == "array"));
        }
    }
    Ok(keys)
}

/// The query for one catalog's rows: references as numbers, all else as text.
fn select(catalog: &Catalog, keys: &ForeignKeys) -> String {
    let object = rules::object(&catalog.name);
    let mut columns = Vec::new();
    for (column, kind) in &catalog.columns {
        let by_number = object.is_some_and(|(oid, class, part)| [oid, class, part].contains(&column.as_str()));
        let expression = match (
            rules::treatment(&catalog.name, column),
            keys.get(&(catalog.name.clone(), column.clone())),
        ) {
            _ if column == "oid" => continue,
            _ if by_number => format!("t.{column}::int8"),
            (Some(Treatment::Skip(_)), _) => continue,
            (Some(Treatment::Sql(sql) | Treatment::Rendered(sql)), _) => format!("({sql})::text"),
            (None, Some((Target::Catalog(_), false))) => format!("t.{column}::oid::int8"),
            (None, Some((Target::Catalog(_), true))) => format!("t.{column}::oid[]::int8[]"),
            (None, Some((Target::Columns(_), false))) => format!("t.{column}::int8"),
            (None, Some((Target::Columns(_), true))) => format!("t.{column}::int2[]"),
            // A definition of a kind that is not known yet: at least whether there is one.
            (None, None) if kind == "pg_node_tree" => format!("(t.{column} IS NOT NULL)::text"),
            (None, None) => rules::privileges(&catalog.name, column).unwrap_or_else(|| format!("t.{column}::text")),
        };
        columns.push(format!("{expression} AS {column}"));
    }
    let has_oid = catalog.columns.iter().any(|(column, _)| column == "oid");
    let first = catalog
        .columns
        .iter()
        .find(|(_, kind)| matches!(kind.as_str(), "oid" | "regproc"));
    let first = first.map_or("oid", |(column, _)| column.as_str());
    format!(
        "SELECT {} AS oid, {} FROM {} t WHERE {}",
        if has_oid { "t.oid" } else { "0::oid" },
        columns.join(", "),
        rules::source(&catalog.name),
        rules::condition(&catalog.name, first)
    )
}

/// Relations and schemas of TOAST tables and temporary objects.
async fn hidden<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<HashSet<(String, i64)>, Error> {
    let sql = "SELECT 'pg_class', c.oid::int8 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname ~ '^pg_(toast|temp)'
               UNION ALL SELECT 'pg_namespace', oid::int8 FROM pg_namespace WHERE nspname ~ '^pg_(toast|temp)'";
    let rows = reader.rows("temporary objects", sql).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

fn is_hidden(catalog: &Catalog, keys: &ForeignKeys, row: &Row, hidden: &HashSet<(String, i64)>) -> bool {
    hidden.contains(&(catalog.name.clone(), row.oid))
        || row.values.iter().any(|(column, value)| {
            match (keys.get(&(catalog.name.clone(), column.clone())), value.as_i64()) {
                (Some((Target::Catalog(target), false)), Some(oid)) => hidden.contains(&(target.clone(), oid)),
                _ => false,
            }
        })
}

/// The catalog that identities of its rows are asked for.
fn object_catalog(catalog: &str) -> &str {
    if catalog == "pg_largeobject_metadata" {
        "pg_largeobject"
    } else {
        catalog
    }
}

/// What references mean.
struct Names {
    objects: HashMap<Object, String>,
    columns: HashMap<(i64, i64), String>,
    classes: HashMap<i64, String>,
}

impl Names {
    /// Asks the server for the identity of everything that the rows refer to.
    async fn read<C: GenericClient + Sync>(
        reader: &Reader<'_, C>,
        catalogs: &[Catalog],
        keys: &ForeignKeys,
        rows: &[Row],
    ) -> Result<Self, Error> {
        let sql = "SELECT oid::int8, relname::text FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'";
        let found = reader.rows("the list of catalogs", sql).await?;
        let mut names = Self {
            objects: HashMap::new(),
            columns: HashMap::new(),
            classes: found.iter().map(|row| (row.get(0), row.get(1))).collect(),
        };
        let sql = "SELECT attrelid::int8, attnum::int8, attname::text FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0";
        for row in reader.rows("columns", sql).await? {
            names.columns.insert((row.get(0), row.get(1)), row.get(2));
        }
        let mut wanted: BTreeSet<Object> = BTreeSet::new();
        for row in rows {
            let Some(catalog) = catalogs.get(row.catalog) else {
                continue;
            };
            if rules::key(&catalog.name).is_none() {
                wanted.insert((object_catalog(&catalog.name).to_owned(), row.oid, 0));
            }
            wanted.extend(names.object_of(&catalog.name, row));
            for (column, value) in &row.values {
                if let Some((Target::Catalog(target), _)) = keys.get(&(catalog.name.clone(), column.clone())) {
                    let target = object_catalog(target);
                    let list = value
                        .as_array()
                        .map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
                    wanted.extend(
                        list.iter()
                            .filter_map(Value::as_i64)
                            .map(|oid| (target.to_owned(), oid, 0)),
                    );
                }
            }
        }
        names.ask(reader, wanted).await?;
        Ok(names)
    }

    /// One query for all identities.
    async fn ask<C: GenericClient + Sync>(
        &mut self,
        reader: &Reader<'_, C>,
        wanted: BTreeSet<Object>,
    ) -> Result<(), Error> {
        let mut by_catalog: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
        for (catalog, oid, part) in wanted.into_iter().filter(|(_, oid, _)| *oid != 0) {
            let (oids, parts) = by_catalog.entry(catalog).or_default();
            oids.push(oid.to_string());
            parts.push(part.to_string());
        }
        let selects: Vec<String> = by_catalog
            .iter()
            .map(|(catalog, (oids, parts))| {
                format!(
                    "SELECT '{catalog}', o.oid::int8, o.part::int8, i.identity
                     FROM unnest('{{{}}}'::oid[], '{{{}}}'::int4[]) AS o(oid, part),
                          pg_identify_object('{catalog}'::regclass, o.oid, o.part) i",
                    oids.join(","),
                    parts.join(",")
                )
            })
            .collect();
        if selects.is_empty() {
            return Ok(());
        }
        for row in reader.rows("identities", &selects.join("\nUNION ALL ")).await? {
            let identity: Option<String> = row.get(3);
            self.objects.insert(
                (row.get(0), row.get(1), row.get(2)),
                identity.unwrap_or_else(|| "an object that is gone".to_owned()),
            );
        }
        Ok(())
    }

    /// The object that a row is about, in catalogs whose rows are about any.
    fn object_of(&self, catalog: &str, row: &Row) -> Option<Object> {
        let (oid, class, part) = rules::object(catalog)?;
        let number = |column: &str| row.values.get(column).and_then(Value::as_i64);
        let class = self.classes.get(&number(class)?)?;
        Some((object_catalog(class).to_owned(), number(oid)?, number(part)?))
    }

    fn of(&self, object: &Object) -> String {
        if object.1 == 0 {
            return "-".to_owned();
        }
        self.objects.get(object).cloned().unwrap_or_else(|| "?".to_owned())
    }

    /// A column's value in names; `None` for NULL and for what is left out.
    fn text(&self, catalog: &Catalog, keys: &ForeignKeys, row: &Row, column: &str, value: &Value) -> Option<String> {
        if let Some((object, class, part)) = rules::object(&catalog.name) {
            if column == object {
                let object = self.object_of(&catalog.name, row)?;
                return Some(format!("{} {}", object.0, self.of(&object)));
            }
            if column == class || column == part {
                return None;
            }
        }
        let key = keys.get(&(catalog.name.clone(), column.to_owned()));
        let name = |value: &Value| -> String {
            match (key, value.as_i64()) {
                (Some((Target::Catalog(target), _)), Some(oid)) => {
                    self.of(&(object_catalog(target).to_owned(), oid, 0))
                }
                (Some((Target::Columns(relation), _)), Some(number)) => {
                    let relation = row.values.get(relation).and_then(Value::as_i64).unwrap_or(0);
                    let name = self.columns.get(&(relation, number));
                    name.cloned().unwrap_or_else(|| number.to_string())
                }
                _ => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            }
        };
        match value {
            Value::Null => None,
            Value::Array(list) => Some(list.iter().map(name).collect::<Vec<_>>().join(", ")),
            one => Some(name(one)),
        }
    }
}
