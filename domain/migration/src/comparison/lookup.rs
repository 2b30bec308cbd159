//! Finds what differences are about by the names they call it.

use super::Property;
use nova_schema::{Database, Table};
use std::collections::BTreeMap;

/// Objects of both sides by the names that differences call them.
pub(super) struct Lookup<'a> {
    /// The tables of indexes and statistics.
    tables: BTreeMap<(&'static str, String), String>,
    /// Definitions of routines and queries of views, source and target.
    texts: [BTreeMap<(&'static str, String), &'a str>; 2],
    columns: [BTreeMap<String, &'a Table>; 2],
}

impl<'a> Lookup<'a> {
    pub(super) fn new(source: &'a Database, target: &'a Database) -> Self {
        let mut tables = BTreeMap::new();
        for side in [target, source] {
            let indexes = side.indexes.iter().map(|item| ("index", &item.name, &item.table));
            let statistics = side
                .statistics
                .iter()
                .map(|item| ("statistics", &item.name, &item.table));
            for (kind, name, table) in indexes.chain(statistics) {
                tables.insert((kind, name.readable()), table.readable());
            }
        }
        let texts = |side: &'a Database| {
            let routines = side.functions.iter().map(|item| {
                let name = format!("{}({})", item.name.readable(), item.arguments);
                (("function", name), item.definition.as_str())
            });
            let views = side
                .views
                .iter()
                .map(|item| (("view", item.name.readable()), item.query.as_str()));
            routines.chain(views).collect()
        };
        let columns = |side: &'a Database| side.tables.iter().map(|item| (item.name.readable(), item)).collect();
        Self {
            tables,
            texts: [texts(source), texts(target)],
            columns: [columns(source), columns(target)],
        }
    }

    /// What an object is listed under: its table, or itself.
    pub(super) fn group(&self, object: &str) -> String {
        let (family, name) = object.split_once(' ').unwrap_or(("", object));
        let table = match family {
            "constraint" | "trigger" | "rule" | "policy" => name.rsplit_once(" on ").map(|(_, table)| table.to_owned()),
            "index" => self.tables.get(&("index", name.to_owned())).cloned(),
            "statistics" => self.tables.get(&("statistics", name.to_owned())).cloned(),
            "table" | "view" => Some(name.to_owned()),
            _ => None,
        };
        table.unwrap_or_else(|| object.to_owned())
    }

    /// Definitions of routines, queries of views and new columns are shown whole.
    pub(super) fn whole_texts(&self, object: &str, properties: &mut [Property]) {
        let (family, name) = object.split_once(' ').unwrap_or(("", object));
        for property in properties {
            let text = |side: usize| -> Option<String> {
                let kind = match (family, property.property.as_str()) {
                    ("function", "definition") => "function",
                    ("view", "query") => "view",
                    ("table", path) => {
                        let column = self
                            .columns
                            .get(side)?
                            .get(name)?
                            .column(path.strip_prefix("columns.")?)?;
                        let not_null = if column.not_null { " NOT NULL" } else { "" };
                        let default = column.default.as_ref().map(|value| format!(" DEFAULT {value}"));
                        return Some(format!("{}{not_null}{}", column.type_sql, default.unwrap_or_default()));
                    }
                    _ => return None,
                };
                let texts = self.texts.get(side)?;
                texts.get(&(kind, name.to_owned())).map(|text| (*text).to_owned())
            };
            let (wanted, found) = (text(0), text(1));
            if wanted.is_some() || found.is_some() {
                property.source = wanted;
                property.target = found;
            }
        }
    }
}
