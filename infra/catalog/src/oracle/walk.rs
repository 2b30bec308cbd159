//! What a walk found, and where two walks differ.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// All rows of a walk: by catalog and identity, each column's value as text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Walk {
    /// The server's major version.
    pub server_version: u32,
    /// Rows by catalog and identity; columns that are NULL are left out.
    pub(super) rows: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>,
    /// Columns that hold text rendered by the server, which differs between major versions.
    pub(super) rendered: BTreeSet<String>,
}

/// One difference between two walks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The catalog, for example `pg_class`.
    pub catalog: String,
    /// The row's identity, for example `public.users`.
    pub identity: String,
    /// The column that differs; `None` when the whole row is missing or unexpected.
    pub column: Option<String>,
    /// What was expected; `None` for nothing.
    pub expected: Option<String>,
    /// What was found; `None` for nothing.
    pub found: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
        match (&self.column, &self.expected) {
            (Some(column), _) => write!(
                f,
                "{} {}: {column}: expected {}, found {}",
                self.catalog,
                self.identity,
                text(&self.expected),
                text(&self.found)
            ),
            (None, Some(_)) => write!(f, "{} {} is missing", self.catalog, self.identity),
            (None, None) => write!(f, "{} {} was not expected", self.catalog, self.identity),
        }
    }
}

impl Finding {
    /// Where it is, without what was expected and found there.
    pub fn place(&self) -> String {
        match &self.column {
            Some(column) => format!("{} {}: {column}", self.catalog, self.identity),
            None => self.to_string(),
        }
    }
}

impl Walk {
    /// How many rows were walked.
    pub fn len(&self) -> usize {
        self.rows.values().map(BTreeMap::len).sum()
    }

    /// True when there is nothing of users' in the database.
    pub fn is_empty(&self) -> bool {
        self.rows.values().all(BTreeMap::is_empty)
    }

    /// Where `other` differs from `self`, sorted; owners and their own privileges included. Between different major
    /// versions only what both know is compared, and nothing that the server renders.
    pub fn differences(&self, other: &Self) -> Vec<Finding> {
        self.compare(other, true)
    }

    /// Like [`Self::differences`], without owners: a copy may belong to the role that made it.
    pub fn differences_without_owners(&self, other: &Self) -> Vec<Finding> {
        self.compare(other, false)
    }

    fn compare(&self, other: &Self, owners: bool) -> Vec<Finding> {
        let same_major = self.server_version == other.server_version;
        let mut out = Vec::new();
        let empty = BTreeMap::new();
        let catalogs: BTreeSet<&String> = self.rows.keys().chain(other.rows.keys()).collect();
        for catalog in catalogs {
            let shared = self.rows.contains_key(catalog) && other.rows.contains_key(catalog);
            if !same_major && !shared {
                continue;
            }
            let wanted = self.rows.get(catalog).unwrap_or(&empty);
            let found = other.rows.get(catalog).unwrap_or(&empty);
            let row = |identity: &String, expected: Option<String>, found: Option<String>| Finding {
                catalog: catalog.clone(),
                identity: identity.clone(),
                column: None,
                expected,
                found,
            };
            for (identity, columns) in wanted {
                match found.get(identity) {
                    None => out.push(row(identity, Some("a row".to_owned()), None)),
                    Some(actual) => {
                        self.compare_rows(catalog, identity, columns, actual, (owners, same_major), &mut out);
                    }
                }
            }
            for identity in found.keys().filter(|identity| !wanted.contains_key(*identity)) {
                out.push(row(identity, None, Some("a row".to_owned())));
            }
        }
        out.sort();
        out
    }

    fn compare_rows(
        &self,
        catalog: &str,
        identity: &str,
        wanted: &BTreeMap<String, String>,
        found: &BTreeMap<String, String>,
        (owners, same_major): (bool, bool),
        out: &mut Vec<Finding>,
    ) {
        let columns: BTreeSet<&String> = wanted.keys().chain(found.keys()).collect();
        for column in columns {
            let both = wanted.contains_key(column) && found.contains_key(column);
            let rendered = self.rendered.contains(&format!("{catalog}.{column}"));
            if !same_major && (rendered || !both) || !owners && column.ends_with("owner") {
                continue;
            }
            let side = |row: &BTreeMap<String, String>| {
                let value = row.get(column).cloned();
                if !owners && column.ends_with("acl") {
                    value.map(|text| without_owner(&text)).filter(|text| !text.is_empty())
                } else {
                    value
                }
            };
            let (expected, actual) = (side(wanted), side(found));
            if expected != actual {
                out.push(Finding {
                    catalog: catalog.to_owned(),
                    identity: identity.to_owned(),
                    column: Some(column.clone()),
                    expected,
                    found: actual,
                });
            }
        }
    }
}

/// Privileges without those of the owner.
fn without_owner(privileges: &str) -> String {
    privileges
        .split(", ")
        .filter(|entry| !entry.starts_with(super::rules::OWNER))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A catalog, an identity, columns with values.
    type TestRow<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

    fn walk(rows: &[TestRow<'_>]) -> Walk {
        let mut walk = Walk {
            server_version: 17,
            ..Walk::default()
        };
        for (catalog, identity, columns) in rows {
            let columns = columns
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let catalog = walk.rows.entry((*catalog).to_owned()).or_default();
            catalog.insert((*identity).to_owned(), columns.collect());
        }
        walk
    }

    #[test]
    fn a_lost_row_and_a_changed_column_are_found() {
        let source = walk(&[("pg_class", "a.t", &[("relam", "heap")]), ("pg_class", "a.u", &[])]);
        let copy = walk(&[("pg_class", "a.t", &[("relam", "other")])]);
        let found: Vec<String> = source.differences(&copy).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "pg_class a.t: relam: expected heap, found other",
                "pg_class a.u is missing"
            ]
        );
    }

    #[test]
    fn owners_count_only_where_asked_for() {
        let source = walk(&[(
            "pg_class",
            "a.t",
            &[("relowner", "anne"), ("relacl", "<owner> SELECT, bob SELECT")],
        )]);
        let copy = walk(&[("pg_class", "a.t", &[("relowner", "nova"), ("relacl", "bob SELECT")])]);
        assert_eq!(source.differences_without_owners(&copy), vec![]);
        assert_eq!(source.differences(&copy).len(), 2);
    }
}
