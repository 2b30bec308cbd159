//! The parts of a rules file beside the rules for columns.

use super::Subset;
use serde::{Deserialize, Serialize};

/// What happens to a column that looks personal and has no decision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// The clone is refused until somebody decides.
    Strict,
    /// It gets the transformer that detection proposes.
    #[default]
    Auto,
    /// It is copied as it is.
    Off,
}

impl Policy {
    /// The word for it, as in rules files and on the command line.
    pub fn label(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Auto => "auto",
            Self::Off => "off",
        }
    }

    /// Reads [`Self::label`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Strict, Self::Auto, Self::Off]
            .into_iter()
            .find(|policy| policy.label() == word)
    }
}

/// What happens to the rows of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// They are copied.
    #[default]
    Keep,
    /// They stay behind; the table arrives empty.
    Drop,
}

/// A decision about the rows of the tables that a pattern covers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRule {
    /// Table, schema and table, or pattern.
    pub table: String,
    /// Copied or not; none: copied, unless a subset leaves them behind. `keep` without a condition, a limit and a subset
    /// means every row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Rows>,
    /// The rows this is about: an expression over the row's columns; none: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// At most so many rows: the first by primary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Where a subset begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subset: Option<Subset>,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl TableRule {
    /// True when the table arrives empty.
    pub fn drops_all(&self) -> bool {
        self.rows == Some(Rows::Drop) && self.when.is_none()
    }

    /// True when every row is wanted, whatever a subset leaves behind.
    pub fn keeps_all(&self) -> bool {
        self.rows == Some(Rows::Keep) && self.when.is_none() && self.limit.is_none() && self.subset.is_none()
    }
}

/// Columns that describe one person together: their replacements read as one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    /// What to call it.
    pub name: String,
    /// The table, or a pattern.
    pub table: String,
    /// The column that tells whom the row is about; none: the column with the part `email`, else the first name column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The column that holds the sex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// The part each column plays: `first_name`, `last_name`, `name`, `email`, `username`, `initials`, by column.
    pub columns: std::collections::BTreeMap<String, String>,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A reference that no foreign key declares: the columns change together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The referencing table, or schema and table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// The referenced table, or schema and table.
    pub references: String,
    /// Its columns, position by position.
    pub referenced_columns: Vec<String>,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A decision that a column is not personal, whatever it looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// Table, schema and table, or pattern.
    pub table: String,
    /// Column, or pattern.
    pub column: String,
    /// Why it is not personal: reports repeat it.
    pub reason: String,
}

/// Columns that together may single somebody out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuasiIdentifiers {
    /// The table, or schema and table.
    pub table: String,
    /// The columns.
    pub columns: Vec<String>,
    /// Every combination that occurs must occur in at least this many rows.
    #[serde(default = "default_k")]
    pub k: u64,
}

fn default_k() -> u64 {
    5
}
