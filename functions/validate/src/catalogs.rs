//! The second look: is there anything in the catalogs of the source that the copy lacks and the schema has no word for?
//!
//! What it finds are warnings. It never fails a clone, so it does not run where it cannot judge: between major versions,
//! where objects were left out on request, where the source cannot be asked under the snapshot and has changed since.

use crate::open_copy;
use nova_catalog::oracle::{Finding, unexplained};
use nova_clone::{Operation, checks};
use nova_errors::{Code, Failure};
use nova_events::{Check, OperationKind};
use nova_kit::{Ports, connections, keeper};
use nova_postgres::{SearchPath, SourceConnection};
use nova_schema::{Database, compare};

/// The warnings as a check that holds; none where nothing was looked at.
pub(crate) async fn check(ports: &Ports, operation: &Operation, expected: &Database) -> Option<Check> {
    if !can_judge(operation) {
        return None;
    }
    match look(ports, operation, expected).await {
        Ok(found) => found.map(|found| checks::catalogs(&found)),
        Err(failure) => {
            tracing::info!(code = %failure.code, "the catalogs were not looked at");
            None
        }
    }
}

fn can_judge(operation: &Operation) -> bool {
    let same_major = operation.guard.as_ref().is_some_and(|guard| {
        let source = guard.source.as_ref().map(|source| source.version);
        source == Some(guard.target.version)
    });
    let all = operation
        .schema
        .as_ref()
        .is_some_and(|schema| schema.skipped.is_empty());
    operation.requested.kind == OperationKind::Clone && same_major && all
}

/// None where the source has changed since its snapshot and that is gone, and where servers have other versions of an
/// extension, whose members then differ.
async fn look(ports: &Ports, operation: &Operation, expected: &Database) -> Result<Option<Vec<String>>, Failure> {
    let owners = operation.options().is_some_and(|options| options.preserve_roles);
    let source = connections::fresh_source(ports, operation, SearchPath::Empty).await?;
    match keeper::join(ports, operation, &source).await {
        Ok(_) => {}
        Err(lost) if lost.code == Code::SNAPSHOT_LOST => {
            source.begin().await?;
            if !is_as_captured(&source, expected).await? {
                return Ok(None);
            }
        }
        Err(failure) => return Err(failure),
    }
    let copy = open_copy(ports, operation).await?;
    copy.begin().await?;
    let findings = source.differences(&copy, owners).await?;
    source.end().await?;
    copy.end().await?;
    let other_version = |finding: &Finding| finding.column.as_deref() == Some("extversion");
    if findings.iter().any(other_version) {
        return Ok(None);
    }
    // Names only: a value may be a secret that somebody has set for the database.
    let lines = unexplained(findings, &[]).into_iter();
    // The schema knows of tablespaces, and which of them the target lacks.
    let lines = lines.filter(|finding| finding.column.as_deref() != Some("reltablespace"));
    Ok(Some(lines.map(|finding| finding.place()).collect()))
}

async fn is_as_captured(source: &SourceConnection, expected: &Database) -> Result<bool, Failure> {
    let options = compare::Options {
        owners: true,
        sequence_values: false,
    };
    let now = source.capture().await?;
    Ok(compare::compare(expected, &now, &options).is_empty())
}
