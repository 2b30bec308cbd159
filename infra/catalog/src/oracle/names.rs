//! What references mean: the identities that the server gives objects.

use super::read::{Catalog, Column, Row, Target};
use super::rules;
use crate::Error;
use crate::reader::Reader;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use tokio_postgres::GenericClient;

/// Names of catalogs by a number: comparing numbers is what the walk mostly does.
#[derive(Default)]
pub(super) struct Classes {
    names: Vec<String>,
}

impl Classes {
    /// The number of a catalog; that of large objects goes by the name under which the server identifies them.
    pub(super) fn number(&mut self, name: &str) -> usize {
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

    pub(super) fn name(&self, number: usize) -> &str {
        self.names.get(number).map_or("", String::as_str)
    }
}

/// An object: its catalog, its identifier, the number of its part or 0.
pub(super) type Object = (usize, i64, i64);

/// What references mean.
pub(super) struct Names {
    classes: Classes,
    objects: HashMap<Object, String>,
    columns: HashMap<(i64, i64), String>,
    class_of: HashMap<i64, usize>,
}

impl Names {
    /// Asks the server for the identity of everything that the rows refer to.
    pub(super) async fn read<C: GenericClient + Sync>(
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
        let sql = "SELECT attrelid::int8, attnum::int8, attname::text FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0";
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

    pub(super) fn of(&self, object: &Object) -> String {
        if object.1 == 0 {
            return "-".to_owned();
        }
        self.objects.get(object).cloned().unwrap_or_else(|| "?".to_owned())
    }

    /// A row in names, without what is NULL or left out.
    pub(super) fn columns_of(&self, catalog: &Catalog, row: &Row) -> BTreeMap<String, String> {
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
