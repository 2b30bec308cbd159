//! Everything a database holds, comparable.

use crate::Session;
use std::collections::BTreeMap;

/// The rows of every table and materialized view as sorted text, and the state of every sequence.
#[derive(Debug, PartialEq, Eq)]
pub struct Contents {
    /// From `schema.table` to its rows, sorted.
    pub tables: BTreeMap<String, Vec<String>>,
}

const RELATIONS: &str = "
    SELECT format('%I.%I', nspname, relname), relkind::text
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'm', 'S') AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
    ORDER BY 1";

/// What two servers of different versions or settings must print alike.
const SAME_TEXT: &str = "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';
    SET bytea_output = 'hex'; SET extra_float_digits = 1; SET xmloption = 'content'; SET statement_timeout = 0";

impl Contents {
    /// Reads a database in one transaction.
    pub fn of(url: &str) -> Self {
        let session = Session::open(url);
        session.run(SAME_TEXT);
        session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        let mut tables = BTreeMap::new();
        for relation in session.rows(RELATIONS) {
            let [Some(name), Some(kind)] = &relation[..] else {
                panic!("{relation:?}")
            };
            let query = match kind.as_str() {
                "r" => format!("SELECT * FROM ONLY {name}"),
                "S" => format!("SELECT last_value, is_called FROM {name}"),
                _ => format!("SELECT * FROM {name}"),
            };
            let mut rows = session.lines(&query);
            rows.sort_unstable();
            tables.insert(name.clone(), rows);
        }
        session.run("COMMIT");
        Self { tables }
    }

    /// Fails with the first differing rows when the two are not the same.
    pub fn assert_same(&self, other: &Self, what: &str) {
        if let Some(difference) = self.difference(other) {
            panic!("{what}: {difference}");
        }
    }

    /// The first difference in words.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let mut names: Vec<&String> = self.tables.keys().chain(other.tables.keys()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            match (self.tables.get(name), other.tables.get(name)) {
                (Some(left), Some(right)) if left == right => {}
                (Some(left), Some(right)) => {
                    let only_left: Vec<&String> = left
                        .iter()
                        .filter(|row| right.binary_search(row).is_err())
                        .take(3)
                        .collect();
                    let only_right: Vec<&String> = right
                        .iter()
                        .filter(|row| left.binary_search(row).is_err())
                        .take(3)
                        .collect();
                    return Some(format!(
                        "{name} has {} and {} rows\nonly in the first: {only_left:#?}\nonly in the second: {only_right:#?}",
                        left.len(),
                        right.len()
                    ));
                }
                (Some(_), None) => return Some(format!("{name} is missing in the second")),
                (None, _) => return Some(format!("{name} is missing in the first")),
            }
        }
        None
    }

    /// How many rows there are altogether.
    pub fn rows(&self) -> usize {
        self.tables.values().map(Vec::len).sum()
    }
}
