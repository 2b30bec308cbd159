//! The result of an operation, with its tables.

use nova_clone::{Operation, Summary, TableSummary};
use nova_errors::Failure;
use nova_kit::{Ports, documents};

/// The result of an operation, with its tables.
///
/// # Errors
/// What the stores say.
pub async fn summary(ports: &Ports, operation: &Operation) -> Result<Summary, Failure> {
    let mut summary = Summary::of(operation);
    if operation.chunks.is_none() {
        return Ok(summary);
    }
    let plan = documents::plan(ports, &operation.id, operation.epoch).await?;
    let (mut bytes, mut values) = (0, 0);
    for table in &plan.tables {
        let mut rows = 0;
        for chunk in table.first_chunk..table.first_chunk + table.chunks {
            let state = nova_kit::chunk_state(ports, &operation.id, operation.epoch, chunk).await?;
            rows += state.imported.as_ref().map_or(0, |imported| imported.rows);
            bytes += state.imported.as_ref().map_or(0, |imported| imported.bytes);
            values += state.anonymized.as_ref().map_or(0, |anonymized| anonymized.values);
        }
        let planned = operation
            .options()
            .is_some_and(|options| options.dry_run && table.chunks > 0);
        let rows = if planned { table.estimated_rows } else { rows };
        summary.tables.push(TableSummary {
            schema: table.name.schema.clone(),
            name: table.name.name.clone(),
            rows,
        });
    }
    summary.tables.sort();
    summary.rows = summary.tables.iter().map(|table| table.rows).sum();
    (summary.bytes, summary.anonymized.values) = (bytes, values);
    Ok(summary)
}
