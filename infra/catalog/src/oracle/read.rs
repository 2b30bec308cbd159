//! Reads the rows and puts names in the place of references.

use super::rules::{self, Treatment};
use super::walk::Walk;
use crate::Error;
use crate::reader::Reader;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap, HashSet};
use tokio_postgres::GenericClient;

/// PostgreSQL 13 cannot list the foreign keys between its catalogs: those of its successor that it has.
const FOREIGN_KEYS_13: &str = include_str!("foreign_keys_13.txt");

/// One catalog with its columns.
struct Catalog {
    name: String,
    /// The catalog that identities of its rows are asked for.
    class: usize,
    columns: Vec<Column>,
}

/// A column of a catalog.
struct Column {
    name: String,
    kind: String,
    target: Option<Target>,
    list: bool,
}

/// What a column refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    /// Rows of another catalog, by identifier.
    Catalog(usize),
    /// Columns of the relation that another column names, by number.
    Columns(String),
}

/// Names of catalogs by a number: comparing numbers is what the walk mostly does.
#[derive(Default)]
struct Classes {
    names: Vec<String>,
}

impl Classes {
    /// The number of a catalog; that of large objects goes by the name under which the server identifies them.
    fn number(&mut self, name: &str) -> usize {
        let name = if name == "pg_largeobject_metadata" {
            "pg_largeobject"
        } else {
            name
        };
        let known = self.names.iter().position(|known| known == name);
        known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        })
    }

    fn name(&self, number: usize) -> &str {
        self.names.get(number).map_or("", String::as_str)
    }
}

/// An object: its catalog, its identifier, the number of its part or 0.
type Object = (usize, i64, i64);

/// One row as it was read.
struct Row {
    catalog: usize,
    oid: i64,
    values: Map<String, Value>,
}

/// Walks a whole database.
pub(super) async fn walk<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Walk, Error> {
    let mut classes = Classes::default();
    let mut catalogs = catalogs(reader, &mut classes).await?;
    foreign_keys(reader, &mut catalogs, &mut classes).await?;
    let mut walk = Walk {
        server_version: reader.major,
        ..Walk::default()
    };
    let mut rows = Vec::new();
    for (position, catalog) in catalogs.iter().enumerate() {
        for column in &catalog.columns {
            if let Some(Treatment::Rendered(_)) = rules::treatment(&catalog.name, &column.name) {
                walk.rendered.insert(format!("{}.{}", catalog.name, column.name));
            }
        }
        for loaded in reader
            .load::<Map<String, Value>>("every catalog", &select(catalog))
            .await?
        {
            rows.push(Row {
                catalog: position,
                oid: i64::from(loaded.oid),
                values: loaded.value,
            });
        }
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
async fn catalogs<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    classes: &mut Classes,
) -> Result<Vec<Catalog>, Error> {
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
                class: classes.number(&name),
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

/// Finds out which column refers to what.
async fn foreign_keys<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    catalogs: &mut [Catalog],
    classes: &mut Classes,
) -> Result<(), Error> {
    let lines: Vec<String> = if reader.major >= 14 {
        let sql = "SELECT concat_ws(' ', fktable, array_to_string(fkcols, ','), pktable, CASE WHEN is_array THEN 'array' ELSE 'one' END)
                   FROM pg_get_catalog_foreign_keys()";
        let rows = reader.rows("the keys between catalogs", sql).await?;
        rows.iter().map(|row| row.get(0)).collect()
    } else {
        FOREIGN_KEYS_13.lines().map(str::to_owned).collect()
    };
    for line in &lines {
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
    Ok(())
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
    let first = catalog
        .columns
        .iter()
        .find(|column| matches!(column.kind.as_str(), "oid" | "regproc"));
    let first = first.map_or("oid", |column| column.name.as_str());
    format!(
        "SELECT {} AS oid, {} FROM {} t WHERE {}",
        if has_oid { "t.oid" } else { "0::oid" },
        columns.join(", "),
        rules::source(&catalog.name),
        rules::condition(&catalog.name, first)
    )
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

/// What references mean.
struct Names {
    classes: Classes,
    objects: HashMap<Object, String>,
    columns: HashMap<(i64, i64), String>,
    class_of: HashMap<i64, usize>,
}

impl Names {
    /// Asks the server for the identity of everything that the rows refer to.
    async fn read<C: GenericClient + Sync>(
        reader: &Reader<'_, C>,
        catalogs: &[Catalog],
        mut classes: Classes,
        rows: &[Row],
    ) -> Result<Self, Error> {
        let sql = "SELECT oid::int8, relname::text FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'";
        let found = reader.rows("the list of catalogs", sql).await?;
        let class_of = found
            .iter()
            .map(|row| (row.get(0), classes.number(row.get(1))))
            .collect();
        let mut names = Self {
            classes,
            objects: HashMap::new(),
            columns: HashMap::new(),
            class_of,
        };
        let sql =
            "SELECT attrelid::int8, attnum::int8, attname::text FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0";
        for row in reader.rows("columns", sql).await? {
            names.columns.insert((row.get(0), row.get(1)), row.get(2));
        }
        let mut wanted: HashSet<Object> = HashSet::new();
        for row in rows {
            let Some(catalog) = catalogs.get(row.catalog) else {
                continue;
            };
            if rules::key(&catalog.name).is_none() {
                wanted.insert((catalog.class, row.oid, 0));
            }
            wanted.extend(names.object_of(&catalog.name, row));
            for column in &catalog.columns {
                if let (Some(Target::Catalog(target)), Some(value)) = (&column.target, row.values.get(&column.name)) {
                    let list = value
                        .as_array()
                        .map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
                    wanted.extend(list.iter().filter_map(Value::as_i64).map(|oid| (*target, oid, 0)));
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
        wanted: HashSet<Object>,
    ) -> Result<(), Error> {
        let mut by_catalog: BTreeMap<usize, (Vec<String>, Vec<String>)> = BTreeMap::new();
        for (catalog, oid, part) in wanted.into_iter().filter(|(_, oid, _)| *oid != 0) {
            let (oids, parts) = by_catalog.entry(catalog).or_default();
            oids.push(oid.to_string());
            parts.push(part.to_string());
        }
        let selects: Vec<String> = by_catalog
            .iter()
            .map(|(number, (oids, parts))| {
                let catalog = self.classes.name(*number);
                format!(
                    "SELECT {number}::int8, o.oid::int8, o.part::int8, i.identity
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
            let class = usize::try_from(row.get::<_, i64>(0)).unwrap_or(usize::MAX);
            self.objects.insert(
                (class, row.get(1), row.get(2)),
                identity.unwrap_or_else(|| "an object that is gone".to_owned()),
            );
        }
        Ok(())
    }

    /// The object that a row is about, in catalogs whose rows are about any.
    fn object_of(&self, catalog: &str, row: &Row) -> Option<Object> {
        let (oid, class, part) = rules::object(catalog)?;
        let number = |column: &str| row.values.get(column).and_then(Value::as_i64);
        let class = self.class_of.get(&number(class)?)?;
        Some((*class, number(oid)?, number(part)?))
    }

    fn of(&self, object: &Object) -> String {
        if object.1 == 0 {
            return "-".to_owned();
        }
        self.objects.get(object).cloned().unwrap_or_else(|| "?".to_owned())
    }

    /// A row in names, without what is NULL or left out.
    fn columns_of(&self, catalog: &Catalog, row: &Row) -> BTreeMap<String, String> {
        let about = rules::object(&catalog.name);
        let mut columns = BTreeMap::new();
        for column in catalog.columns.iter().filter(|column| column.name != "oid") {
            let Some(value) = row.values.get(&column.name) else {
                continue;
            };
            let text = match about {
                Some((object, ..)) if column.name == object => self
                    .object_of(&catalog.name, row)
                    .map(|object| format!("{} {}", self.classes.name(object.0), self.of(&object))),
                Some((_, class, part)) if column.name == class || column.name == part => None,
                _ => self.text(column, row, value),
            };
            columns.extend(text.map(|text| (column.name.clone(), text)));
        }
        columns
    }

    /// A column's value in names; `None` for NULL.
    fn text(&self, column: &Column, row: &Row, value: &Value) -> Option<String> {
        let name = |value: &Value| -> String {
            match (&column.target, value.as_i64()) {
                (Some(Target::Catalog(target)), Some(oid)) => self.of(&(*target, oid, 0)),
                (Some(Target::Columns(relation)), Some(number)) => {
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
