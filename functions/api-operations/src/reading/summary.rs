//! The result of an operation, with its tables.

use futures_util::{StreamExt, TryStreamExt, stream};
use nova_clone::{ChunkState, Operation, Summary, TableSummary};
use nova_errors::Failure;
use nova_kit::{Ports, documents};

/// Chunks that are read at the same time.
const AT_ONCE: usize = 32;

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
    let planned_only = operation.options().is_some_and(|options| options.dry_run);
    let chunks = if planned_only {
        Vec::new()
    } else {
        chunks(ports, operation, plan.chunks.len()).await?
    };
    for table in &plan.tables {
        let own = chunks
            .iter()
            .skip(table.first_chunk as usize)
            .take(table.chunks as usize);
        let imported = own.filter_map(|chunk| chunk.imported.as_ref());
        let rows = if planned_only && table.chunks > 0 {
            table.estimated_rows
        } else {
            imported.map(|imported| imported.rows).sum()
        };
        summary.tables.push(TableSummary {
            schema: table.name.schema.clone(),
            name: table.name.name.clone(),
            rows,
        });
    }
    summary.tables.sort();
    summary.rows = summary.tables.iter().map(|table| table.rows).sum();
    let imported = chunks.iter().filter_map(|chunk| chunk.imported.as_ref());
    summary.bytes = imported.map(|imported| imported.bytes).sum();
    let anonymized = chunks.iter().filter_map(|chunk| chunk.anonymized.as_ref());
    summary.anonymized.values = anonymized.map(|anonymized| anonymized.values).sum();
    Ok(summary)
}

async fn chunks(ports: &Ports, operation: &Operation, count: usize) -> Result<Vec<ChunkState>, Failure> {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    stream::iter(0..count)
        .map(|chunk| nova_kit::chunk_state(ports, &operation.id, operation.epoch, chunk))
        .buffered(AT_ONCE)
        .try_collect()
        .await
}
