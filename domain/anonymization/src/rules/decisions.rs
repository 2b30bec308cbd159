//! Which findings nobody has decided about, and which columns are new since somebody did.

use super::{Exemption, Policy, Reference, Rules, TableRule, covers_table, pattern};
use crate::detect::Finding;
use crate::facts::{ColumnFacts, ForeignKeyFacts};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A column that looks personal and that no rule and no exemption names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Undecided {
    /// `schema.table.column`.
    pub column: String,
    /// Place inside a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What it looks like.
    pub category: String,
    /// From 0.5 to 1.
    pub score: f32,
    /// In words.
    pub reason: String,
}

/// A column that was not there when the rules were approved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NewColumn {
    /// `schema.table.column`.
    pub column: String,
    /// Its type.
    pub sql_type: String,
}

impl Rules {
    /// The exemption that covers a column, if any.
    pub fn exemption(&self, schema: &str, table: &str, column: &str) -> Option<&Exemption> {
        self.exempt.iter().find(|exemption| {
            covers_table(&exemption.table, schema, table) && pattern::matches(&exemption.column, column)
        })
    }

    /// Says of every partition what is said of the table it belongs to, or of the one it inherits from.
    pub fn exempt_partitions(&mut self, columns: &[ColumnFacts]) {
        let mut more = Vec::new();
        for column in columns {
            let Some((schema, table)) = &column.parent else {
                continue;
            };
            if self.exemption(&column.schema, &column.table, &column.column).is_some() {
                continue;
            }
            if let Some(found) = self.exemption(schema, table, &column.column) {
                more.push(Exemption {
                    table: format!("{}.{}", column.schema, column.table),
                    column: column.column.clone(),
                    reason: found.reason.clone(),
                });
            }
        }
        self.exempt.extend(more);
    }

    /// True when the rows of a table stay behind.
    pub fn drops(&self, schema: &str, table: &str) -> bool {
        self.tables
            .iter()
            .rfind(|rule| covers_table(&rule.table, schema, table))
            .is_some_and(TableRule::drops_all)
    }

    /// True when a rule or an exemption says what happens to a finding's column. A rule for one path of a document
    /// decides about that path only.
    pub fn decides(&self, finding: &Finding) -> bool {
        let Finding {
            schema,
            table,
            column,
            path,
            ..
        } = finding;
        self.exemption(schema, table, column).is_some()
            || self.drops(schema, table)
            || self.rules.iter().any(|rule| {
                rule.covers(schema, table, column)
                    && match (&rule.path, path) {
                        (Some(rule), Some(found)) => rule == found || rule.contains('*'),
                        _ => true,
                    }
            })
    }

    /// The findings that are left for detection to mask, and those that stop a strict clone.
    ///
    /// Exempt columns are in neither. Without a policy of the file's own, `policy` holds.
    pub fn sort_findings(&self, findings: Vec<Finding>, policy: Option<Policy>) -> (Vec<Finding>, Vec<Undecided>) {
        let policy = policy.or(self.policy).unwrap_or_default();
        let mut masked = Vec::new();
        let mut undecided = Vec::new();
        for finding in findings {
            if self
                .exemption(&finding.schema, &finding.table, &finding.column)
                .is_some()
            {
                continue;
            }
            if !self.decides(&finding) {
                undecided.push(Undecided::of(&finding));
            }
            masked.push(finding);
        }
        match policy {
            Policy::Strict => (masked, undecided),
            Policy::Auto => (masked, Vec::new()),
            Policy::Off => (Vec::new(), Vec::new()),
        }
    }

    /// The virtual references as foreign keys of the tables that are there.
    pub fn reference_facts(&self, columns: &[ColumnFacts]) -> Vec<ForeignKeyFacts> {
        let tables: BTreeSet<(&str, &str)> = columns
            .iter()
            .map(|column| (column.schema.as_str(), column.table.as_str()))
            .collect();
        let found = |pattern: &str| -> Vec<(String, String)> {
            tables
                .iter()
                .filter(|(schema, table)| covers_table(pattern, schema, table))
                .map(|(schema, table)| ((*schema).to_owned(), (*table).to_owned()))
                .collect()
        };
        let mut facts = Vec::new();
        for (number, reference) in self.references.iter().enumerate() {
            let Reference {
                table,
                columns,
                references,
                referenced_columns,
                ..
            } = reference;
            for from in found(table) {
                for to in found(references) {
                    facts.push(ForeignKeyFacts {
                        name: format!("reference {}", number + 1),
                        table: from.clone(),
                        columns: columns.clone(),
                        referenced: to,
                        referenced_columns: referenced_columns.clone(),
                    });
                }
            }
        }
        facts
    }
}

impl Undecided {
    /// What a finding says.
    pub fn of(finding: &Finding) -> Self {
        Self {
            column: format!("{}.{}.{}", finding.schema, finding.table, finding.column),
            path: finding.path.clone(),
            category: finding.category.label().to_owned(),
            score: finding.score,
            reason: finding.reason.clone(),
        }
    }
}

impl NewColumn {
    /// The columns that were not among the approved ones (`schema.table.column`).
    pub fn since(approved: &BTreeSet<String>, columns: &[ColumnFacts]) -> Vec<Self> {
        let mut new: Vec<Self> = columns
            .iter()
            .filter(|column| !approved.contains(&column.full_name()))
            .map(|column| Self {
                column: column.full_name(),
                sql_type: column.base_type.clone(),
            })
            .collect();
        new.sort();
        new
    }
}
