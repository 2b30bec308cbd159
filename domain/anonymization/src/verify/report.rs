//! What a verification says. No field holds a value from a row.

use serde::{Deserialize, Serialize};

/// What the environment was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Fingerprints of the originals, taken while they were copied and kept.
    KeptFingerprints,
    /// The originals themselves, read again and fingerprinted.
    SourceRead,
    /// Nothing: only the forms of values could be looked at.
    PatternsOnly,
}

/// Originals that are left in one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Survivor {
    /// `schema.table.column`, or where in the schema.
    pub place: String,
    /// What the place is: `column`, `json`, `array`, `comment`, `default`, `materialized view` …
    pub kind: String,
    /// What is left: `email`, `phone`, `name`.
    pub category: String,
    /// How often.
    pub count: u64,
}

/// A column that nothing masked and whose values have the form of personal data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// `schema.table.column`.
    pub column: String,
    /// Place inside a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What it looks like.
    pub category: String,
    /// From 0.5 to 1.
    pub score: f64,
    /// In words.
    pub reason: String,
}

/// A column that was masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Masked {
    /// `schema.table.column`.
    pub column: String,
    /// How.
    pub transformer: String,
    /// Why.
    pub why: String,
}

/// A column that looks personal and was left by decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exempted {
    /// `schema.table.column`.
    pub column: String,
    /// The rule: table and column as the file names them.
    pub rule: String,
    /// The reason it gives.
    pub reason: String,
}

/// How small the groups are that quasi-identifiers make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grouped {
    /// The table.
    pub table: String,
    /// The columns.
    pub columns: Vec<String>,
    /// The least rows a combination must have.
    pub k: u64,
    /// Combinations with fewer.
    pub small_groups: u64,
    /// Rows in them.
    pub rows: u64,
    /// Rows of the smallest; 0 when every combination has enough.
    pub smallest: u64,
    /// True when every combination has enough.
    pub passed: bool,
}

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Version of this form.
    pub version: u32,
    /// The environment.
    pub environment: String,
    /// When, UTC.
    pub made_at: String,
    /// Who asked.
    pub actor: String,
    /// The clone whose contents these are.
    pub operation: Option<String>,
    /// What was compared with.
    pub basis: Basis,
    /// Where the originals are, when they were read.
    pub source: Option<String>,
    /// True when nothing personal was found and every group is large enough.
    pub passed: bool,
    /// Different originals that were looked for.
    pub originals: u64,
    /// Tables and materialized views that were read.
    pub tables: u64,
    /// Columns that were read.
    pub columns: u64,
    /// Values that were read.
    pub values: u64,
    /// Texts of the schema that were read: comments, defaults, labels, definitions.
    pub schema_texts: u64,
    /// Large objects that were read.
    pub large_objects: u64,
    /// Originals that are left.
    pub survivors: Vec<Survivor>,
    /// Columns that nothing masked and that look personal by their values.
    pub patterns: Vec<Pattern>,
    /// What was masked.
    pub masked: Vec<Masked>,
    /// What was left by decision.
    pub exempted: Vec<Exempted>,
    /// Groups of quasi-identifiers.
    pub quasi_identifiers: Vec<Grouped>,
    /// What this result does not say.
    pub notes: Vec<String>,
}

impl Report {
    /// The bytes that are signed: the same for equal reports.
    pub fn canonical(&self) -> String {
        // Plain structures and text keys only: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The report as one HTML page, with its signature.
    pub fn html(&self, signature: &str) -> String {
        super::html::page(self, signature)
    }
}
