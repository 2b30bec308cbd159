//! Reads the rows of every catalog, and has names put in the place of references.

use super::names::{Classes, Names};
use super::rules::{self, Treatment};
use super::walk::Walk;
use crate::Error;
use crate::reader::Reader;
use futures_util::future::{try_join, try_join_all};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashSet};
use tokio_postgres::GenericClient;

/// PostgreSQL 13 cannot list the foreign keys between its catalogs: those of its successor that it has.
const FOREIGN_KEYS_13: &str = include_str!("foreign_keys_13.txt");

/// One catalog with its columns.
pub(super) struct Catalog {
    pub(super) name: String,
    /// The catalog that identities of its rows are asked for.
    pub(super) class: usize,
    pub(super) columns: Vec<Column>,
}

/// A column of a catalog.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) target: Option<Target>,
    pub(super) list: bool,
}

/// What a column refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Rows of another catalog, by identifier.
    Catalog(usize),
    /// Columns of the relation that another column names, by number.
    Columns(String),
}

/// One row as it was read.
pub(super) struct Row {
    pub(super) catalog: usize,
    pub(super) oid: i64,
    pub(super) values: Map<String, Value>,
}

/// The catalogs that are walked and what their columns refer to, with the numbers their names go by.
pub(super) async fn described<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
) -> Result<(Vec<Catalog>, Classes), Error> {
    let mut classes = Classes::default();
    let (mut catalogs, keys) = {
        let (catalogs, keys) = try_join(catalogs(reader), key_lines(reader)).await?;
        let named = catalogs.into_iter().map(|mut catalog| {
            catalog.class = classes.number(&catalog.name);
            catalog
        });
        (named.collect::<Vec<_>>(), keys)
    };
    foreign_keys(&keys, &mut catalogs, &mut classes);
    Ok((catalogs, classes))
}

/// Walks the catalogs that are chosen.
pub(super) async fn walk<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    chosen: impl Fn(&str) -> bool,
) -> Result<Walk, Error> {
    let (mut catalogs, mut classes) = described(reader).await?;
    catalogs.retain(|catalog| chosen(&catalog.name));
    let mut walk = Walk {
        server_version: reader.major,
        ..Walk::default()
    };
    let mut reads = Vec::new();
    for catalog in &catalogs {
        for column in &catalog.columns {
            if let Some(Treatment::Rendered(_)) = rules::treatment(&catalog.name, &column.name) {
                walk.rendered.insert(format!("{}.{}", catalog.name, column.name));
            }
        }
        let sql = select(catalog);
        reads.push(async move { reader.load::<Map<String, Value>>("every catalog", &sql).await });
    }
    let mut rows = Vec::new();
    for (catalog, found) in try_join_all(reads).await?.into_iter().enumerate() {
        rows.extend(found.into_iter().map(|loaded| Row {
            catalog,
            oid: i64::from(loaded.oid),
            values: loaded.value,
        }));
    }
    let hidden = hidden(reader, &mut classes).await?;
    let names = Names::read(reader, &catalogs, classes, &rows).await?;
    for row in rows {
        let Some(catalog) = catalogs.get(row.catalog) else {
            continue;
        };
        if is_hidden(catalog, &row, &hidden) {
            continue;
        }
        let columns = names.columns_of(catalog, &row);
        let identity = match rules::key(&catalog.name) {
            Some(key) => {
                let parts: Vec<&str> = key
                    .iter()
                    .filter_map(|column| columns.get(*column).map(String::as_str))
                    .collect();
                parts.join(" · ")
            }
            None => names.of(&(catalog.class, row.oid, 0)),
        };
        if !walk.rows.contains_key(&catalog.name) {
            walk.rows.insert(catalog.name.clone(), BTreeMap::new());
        }
        let Some(known) = walk.rows.get_mut(&catalog.name) else {
            continue;
        };
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
               WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r'
                 AND (c.relname <> 'pg_subscription' OR has_column_privilege(c.oid, 'oid', 'SELECT'))
               ORDER BY c.relname, a.attnum";
    let mut catalogs: Vec<Catalog> = Vec::new();
    for row in reader.rows("the list of catalogs", sql).await? {
        let name: String = row.get(0);
        if rules::is_left_out(&name) {
            continue;
        }
        if catalogs.last().is_none_or(|last| last.name != name) {
            catalogs.push(Catalog {
                class: 0,
                name,
                columns: Vec::new(),
            });
        }
        if let Some(last) = catalogs.last_mut() {
            last.columns.push(Column {
                name: row.get(1),
                kind: row.get(2),
                target: None,
                list: false,
            });
        }
    }
    Ok(catalogs)
}

/// The keys between catalogs: catalog, columns, catalog they refer to, `array` or `one`.
async fn key_lines<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Vec<String>, Error> {
    if reader.major < 14 {
        return Ok(FOREIGN_KEYS_13.lines().map(str::to_owned).collect());
    }
    let sql = "SELECT concat_ws(' ', fktable, array_to_string(fkcols, ','), pktable, CASE WHEN is_array THEN 'array' ELSE 'one' END)
               FROM pg_get_catalog_foreign_keys()";
    let rows = reader.rows("the keys between catalogs", sql).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Finds out which column refers to what.
fn foreign_keys(lines: &[String], catalogs: &mut [Catalog], classes: &mut Classes) {
    for line in lines {
        let parts: Vec<&str> = line.split(' ').collect();
        let [table, columns, target, form] = parts[..] else {
            continue;
        };
        let (column, target) = match columns.split_once(',') {
            Some((relation, number)) => (number, Target::Columns(relation.to_owned())),
            None => (columns, Target::Catalog(classes.number(target))),
        };
        let catalog = catalogs.iter_mut().find(|catalog| catalog.name == table);
        let columns = catalog.into_iter().flat_map(|catalog| &mut catalog.columns);
        for found in columns.filter(|found| found.name == column) {
            found.target = Some(target.clone());
            found.list = form == "array";
        }
    }
}

/// The query for one catalog's rows: references as numbers, all else as text.
fn select(catalog: &Catalog) -> String {
    let object = rules::object(&catalog.name);
    let mut columns = Vec::new();
    for column in catalog.columns.iter().filter(|column| column.name != "oid") {
        let name = &column.name;
        let by_number = object.is_some_and(|(oid, class, part)| [oid, class, part].contains(&name.as_str()));
        let expression = match (rules::treatment(&catalog.name, name), &column.target) {
            _ if by_number => format!("t.{name}::int8"),
            (Some(Treatment::Skip(_)), _) => continue,
            (Some(Treatment::Sql(sql) | Treatment::Rendered(sql)), _) => format!("({sql})::text"),
            (None, Some(Target::Catalog(_))) if column.list => format!("t.{name}::oid[]::int8[]"),
            (None, Some(Target::Catalog(_))) => format!("t.{name}::oid::int8"),
            (None, Some(Target::Columns(_))) if column.list => format!("t.{name}::int2[]"),
            (None, Some(Target::Columns(_))) => format!("t.{name}::int8"),
            // A definition of a kind that is not known yet: at least whether there is one.
            (None, None) if column.kind == "pg_node_tree" => format!("(t.{name} IS NOT NULL)::text"),
            (None, None) => rules::privileges(&catalog.name, name).unwrap_or_else(|| format!("t.{name}::text")),
        };
        columns.push(format!("{expression} AS {name}"));
    }
    let has_oid = catalog.columns.iter().any(|column| column.name == "oid");
    format!(
        "SELECT {} AS oid, {} FROM {} t WHERE {}",
        if has_oid { "t.oid" } else { "0::oid" },
        columns.join(", "),
        rules::source(&catalog.name),
        condition(catalog)
    )
}

/// Which rows of a catalog are about users' objects.
pub(super) fn condition(catalog: &Catalog) -> String {
    let first = catalog
        .columns
        .iter()
        .find(|column| matches!(column.kind.as_str(), "oid" | "regproc"));
    let first = first.map_or("oid", |column| column.name.as_str());
    rules::condition(&catalog.name, first)
}

/// Relations and schemas of TOAST tables and temporary objects.
async fn hidden<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    classes: &mut Classes,
) -> Result<HashSet<(usize, i64)>, Error> {
    let sql = "SELECT 'pg_class', c.oid::int8 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname ~ '^pg_(toast|temp)'
               UNION ALL SELECT 'pg_namespace', oid::int8 FROM pg_namespace WHERE nspname ~ '^pg_(toast|temp)'";
    let rows = reader.rows("temporary objects", sql).await?;
    Ok(rows
        .iter()
        .map(|row| (classes.number(row.get(0)), row.get(1)))
        .collect())
}

fn is_hidden(catalog: &Catalog, row: &Row, hidden: &HashSet<(usize, i64)>) -> bool {
    hidden.contains(&(catalog.class, row.oid))
        || catalog
            .columns
            .iter()
            .any(|column| match (&column.target, row.values.get(&column.name)) {
                (Some(Target::Catalog(target)), Some(value)) => {
                    value.as_i64().is_some_and(|oid| hidden.contains(&(*target, oid)))
                }
                _ => false,
            })
}
