//! What answers are made of, as the OpenAPI document describes it. The types here name the fields of types that know
//! nothing of HTTP; a test holds one against the other.

use serde::Deserialize;
use utoipa::ToSchema;

/// The result of an operation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes another type")]
pub(crate) struct Summary {
    /// The operation.
    #[schema(example = "01jz0000000000000000000001")]
    operation_id: String,
    /// `clone`, `rollback`, `backup`, `remove` (of an environment that Nova made) or `check`.
    #[schema(example = "clone")]
    kind: String,
    /// `completed`, `refused`, `invalid`, `failed`, `stopped`, or a phase while it runs: `requested`, `planning`,
    /// `copying`, `finalizing`, `validating`, `promoting`.
    #[schema(example = "completed")]
    status: String,
    /// The environment that was read; none for a rollback. A backup reads its target.
    #[schema(example = "production")]
    source: Option<String>,
    /// The environment that was to get new contents.
    #[schema(example = "test")]
    target: String,
    /// From the request to the last event, in milliseconds.
    #[schema(example = 12_345)]
    duration_ms: u64,
    /// Rows copied.
    #[schema(example = 180_000)]
    rows: u64,
    /// Bytes of the COPY streams.
    #[schema(example = 320_000_000)]
    bytes: u64,
    /// Tables with the rows they have; empty in lists.
    tables: Vec<Table>,
    /// What was replaced.
    anonymized: Anonymized,
    /// The verdict.
    validation: Validation,
    /// The operation to name for a rollback; none when there is nothing to bring back.
    #[schema(example = "01jz0000000000000000000001")]
    rollback_id: Option<String>,
    /// Objects that were left out.
    skipped: Vec<String>,
    /// What a person should know.
    warnings: Vec<String>,
    /// Why it did not complete.
    errors: Vec<Reason>,
}

/// One table.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes another type")]
pub(crate) struct Table {
    /// Its schema.
    #[schema(example = "public")]
    schema: String,
    /// Its name.
    #[schema(example = "users")]
    name: String,
    /// Its rows.
    #[schema(example = 1200)]
    rows: u64,
}

/// What was replaced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes another type")]
pub(crate) struct Anonymized {
    /// Columns.
    #[schema(example = 12)]
    columns: u32,
    /// Values.
    #[schema(example = 90_000)]
    values: u64,
}

/// The verdict.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes another type")]
pub(crate) struct Validation {
    /// Every check passed.
    #[schema(example = true)]
    passed: bool,
    /// Every check.
    checks: Vec<Check>,
}

/// The result of one check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes another type")]
pub(crate) struct Check {
    /// Stable name.
    #[schema(example = "row_counts")]
    name: String,
    /// True when it holds.
    #[schema(example = true)]
    passed: bool,
    /// One line with figures.
    #[schema(example = "180,000 rows in 31 tables")]
    detail: String,
}

/// One reason of a refusal or a failure.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes another type")]
pub(crate) struct Reason {
    /// Its code.
    #[schema(example = "NOVA-1101")]
    code: String,
    /// One line.
    #[schema(example = "environment test leads to the database recorded as production environment production")]
    cause: String,
    /// One line: what to do.
    #[schema(example = "Choose a target that is not production; production is only ever a source.")]
    remedy: String,
    /// Further lines.
    details: Vec<String>,
}

#[cfg(test)]
mod tests {
    use nova_clone::{AnonymizedSummary, Status, TableSummary, ValidationSummary};
    use nova_events::{Check, Reason};

    #[test]
    fn what_is_described_is_what_is_sent() {
        let text = || "x".to_owned();
        let sent = nova_clone::Summary {
            operation_id: text(),
            kind: nova_events::OperationKind::Backup,
            status: Status::Completed,
            source: Some(text()),
            target: text(),
            duration_ms: 1,
            rows: 1,
            bytes: 1,
            tables: vec![TableSummary {
                schema: text(),
                name: text(),
                rows: 1,
            }],
            anonymized: AnonymizedSummary { columns: 1, values: 1 },
            validation: ValidationSummary {
                passed: true,
                checks: vec![Check {
                    name: text(),
                    passed: true,
                    detail: text(),
                }],
            },
            rollback_id: Some(text()),
            skipped: vec![text()],
            warnings: vec![text()],
            errors: vec![Reason {
                code: text(),
                cause: text(),
                remedy: text(),
                details: vec![text()],
            }],
        };
        let described: Result<super::Summary, _> = serde_json::from_value(serde_json::to_value(&sent).unwrap());
        assert!(described.is_ok(), "{described:?}");
    }
}
