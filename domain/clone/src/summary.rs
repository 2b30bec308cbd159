//! The result of an operation, as `--output json` prints it. Field names are part of the contract.

use crate::checks;
use crate::operation::{Operation, Status};
use nova_events::{Check, OperationKind, Reason};
use serde::{Deserialize, Serialize};

/// The result of an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The operation.
    pub operation_id: String,
    /// `clone`, `rollback`, `backup`, `remove` or `check`.
    pub kind: OperationKind,
    /// `completed`, `refused`, `invalid`, `failed`, `stopped`, or a phase while it runs.
    pub status: Status,
    /// The environment that was read.
    pub source: Option<String>,
    /// The environment that was to get new contents.
    pub target: String,
    /// From the request to the last event, in milliseconds.
    pub duration_ms: u64,
    /// Rows copied.
    pub rows: u64,
    /// Bytes of the COPY streams.
    pub bytes: u64,
    /// Tables with the rows they have, in the order of their names.
    pub tables: Vec<TableSummary>,
    /// What was replaced.
    pub anonymized: AnonymizedSummary,
    /// The verdict.
    pub validation: ValidationSummary,
    /// What `nova rollback --to-backup` takes; none when there is nothing to bring back.
    pub rollback_id: Option<String>,
    /// Objects that were left out.
    pub skipped: Vec<String>,
    /// What a person should know.
    pub warnings: Vec<String>,
    /// Why it did not complete.
    pub errors: Vec<Reason>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TableSummary {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: u64,
}

/// What was replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnonymizedSummary {
    /// Columns.
    pub columns: u32,
    /// Values.
    pub values: u64,
}

/// The verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidationSummary {
    /// Every check passed.
    pub passed: bool,
    /// Every check.
    pub checks: Vec<Check>,
}

impl Summary {
    /// What the operation's own events say; rows, bytes and tables are added by whoever has read the chunks.
    pub fn of(operation: &Operation) -> Self {
        use crate::operation::Outcome;
        let errors = match &operation.outcome {
            Some(Outcome::Refused(reasons)) => reasons.clone(),
            Some(Outcome::Failed { reason, .. }) => vec![reason.clone()],
            _ => Vec::new(),
        };
        let (passed, checks) = operation.validation.clone().unwrap_or_default();
        let (rows, bytes, values) = match &operation.outcome {
            Some(Outcome::Completed(completed)) => (completed.rows, completed.bytes, completed.values),
            _ => (0, 0, 0),
        };
        Self {
            operation_id: operation.id.clone(),
            kind: operation.requested.kind,
            status: operation.status(),
            source: operation.requested.source.clone(),
            target: operation.requested.target.clone(),
            duration_ms: operation.updated_at_ms.saturating_sub(operation.requested_at_ms),
            rows,
            bytes,
            tables: Vec::new(),
            anonymized: AnonymizedSummary {
                columns: operation.masking.as_ref().map_or(0, |plan| plan.columns),
                values,
            },
            validation: ValidationSummary { passed, checks },
            rollback_id: operation.has_taken_effect().then(|| operation.id.clone()),
            skipped: operation
                .schema
                .as_ref()
                .map(|schema| schema.skipped.clone())
                .unwrap_or_default(),
            warnings: warnings(operation),
            errors,
        }
    }
}

/// What the guard said, which sensitive columns nothing replaces, and which tables are older than the others because a snapshot was lost on the way;
/// and what only the catalogs tell apart.
fn warnings(operation: &Operation) -> Vec<String> {
    let guard = operation.guard.iter().flat_map(|guard| guard.warnings.clone());
    let lost = operation.replaced.iter().map(|replaced| {
        let shown = replaced.kept_tables.len();
        let more = (replaced.kept as usize).saturating_sub(shown);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let kept = if shown == 0 {
            "no table was whole yet".to_owned()
        } else {
            format!(
                "of an earlier moment than the others: {}{more}",
                replaced.kept_tables.join(", ")
            )
        };
        format!(
            "the snapshot was lost on the way and replaced, {} read anew; {kept}",
            tables(replaced.read)
        )
    });
    let copied = operation
        .masking
        .iter()
        .filter(|masking| !masking.copied.is_empty())
        .map(|masking| {
            let shown: Vec<&str> = masking.copied.iter().take(SHOWN).map(String::as_str).collect();
            let more = masking.copied.len() - shown.len();
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            format!(
                "copied as they are although they look sensitive: {}{more}; give them rules or exemptions",
                shown.join(", ")
            )
        });
    let validated = operation.validation.iter().flat_map(|(_, checks)| checks);
    let catalogs = validated.filter_map(checks::warning).map(str::to_owned);
    guard.chain(copied).chain(lost).chain(catalogs).collect()
}

/// Columns that are named in a warning.
const SHOWN: usize = 20;

fn tables(count: u32) -> String {
    if count == 1 {
        "1 table was".to_owned()
    } else {
        format!("{count} tables were")
    }
}
