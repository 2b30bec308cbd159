//! What can go wrong, and the code each case carries. No case holds a value from a row.

use nova_errors::{Code, Failure};

/// Errors of rules, plans, masking and fingerprints.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The rules file is not the documented JSON.
    #[error("line {line}, column {column}: {message}")]
    Rules {
        /// Line in the file, from 1.
        line: usize,
        /// Column in that line, from 1.
        column: usize,
        /// What is wrong and what is allowed.
        message: String,
    },
    /// A rule names a table or column that is not there.
    #[error("no column {table}.{column}{}", nearest_names(.nearest))]
    UnknownColumn {
        /// As written in the rule.
        table: String,
        /// As written in the rule.
        column: String,
        /// Existing names close to it, best first.
        nearest: Vec<String>,
    },
    /// The kind of masking does not fit the SQL type.
    #[error("`{kind}` does not apply to {column}, which is {sql_type}: {reason}")]
    Inapplicable {
        /// `schema.table.column`, or only the column where the table is not known.
        column: String,
        /// The kind's name in the rules file.
        kind: String,
        /// The column's base type.
        sql_type: String,
        /// What would fit.
        reason: String,
    },
    /// Columns that change together have rules that disagree.
    #[error("{first} and {second} are joined by foreign keys but their rules differ: {difference}")]
    Conflict {
        /// One column.
        first: String,
        /// The other column.
        second: String,
        /// How the rules differ.
        difference: String,
    },
    /// A rule would violate NOT NULL, UNIQUE, a foreign key or a partition bound.
    #[error("the rule for {column} would break its table: {reason}")]
    BreaksConstraint {
        /// `schema.table.column`.
        column: String,
        /// Which constraint, and why.
        reason: String,
    },
    /// A value was not in the form its type promises.
    #[error("column {column}, row {row} of the stream: {reason}")]
    Value {
        /// The column's name.
        column: String,
        /// The row's number in the stream, from 1.
        row: u64,
        /// What was expected.
        reason: &'static str,
    },
    /// The COPY stream broke its own framing, or ended early.
    #[error("COPY stream, row {row}: {reason}")]
    Stream {
        /// The row's number in the stream, from 1; 0 in the header.
        row: u64,
        /// What was expected.
        reason: &'static str,
    },
    /// A program that replaces values failed, took too long or answered something else.
    #[error("column {column}: {reason}")]
    External {
        /// The column's name.
        column: String,
        /// What happened; never a value.
        reason: String,
    },
    /// No transformer is called so.
    #[error("{0}")]
    UnknownTransformer(String),
    /// Encoded fingerprints are not in the format this version writes.
    #[error("fingerprints: {0}")]
    Fingerprints(&'static str),
}

fn nearest_names(nearest: &[String]) -> String {
    if nearest.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", nearest.join(" or "))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::Rules { .. } => Code::BAD_RULES,
            Error::UnknownColumn { .. } => Code::UNKNOWN_COLUMN,
            Error::Inapplicable { .. } => Code::RULE_TYPE_MISMATCH,
            Error::Conflict { .. } => Code::RULES_CONFLICT,
            Error::BreaksConstraint { .. } => Code::RULE_BREAKS_CONSTRAINT,
            Error::Value { .. } => Code::VALUE_NOT_MASKED,
            Error::Stream { .. } => Code::CORRUPT_STREAM,
            Error::External { .. } => Code::EXTERNAL_TRANSFORMER,
            Error::UnknownTransformer(_) => Code::UNKNOWN_TRANSFORMER,
            Error::Fingerprints(_) => Code::BAD_FINGERPRINTS,
        };
        Failure::new(code, error.to_string())
    }
}
