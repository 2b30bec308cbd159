//! The correctness anchor: recomputes from the log which messages must be in flight, and sends them again. Everything
//! else about delivery is only there to be fast.

mod minute;

pub use minute::{Found, Wake, reconcile_all};

use nova_clone::{Operation, next};
use nova_errors::Failure;
use nova_events::{Message, Outgoing};
use nova_kit::{Ports, documents};
use std::collections::BTreeSet;

/// Sends again whatever an operation waits for. Returns how many messages that were.
///
/// # Errors
/// What the stores say.
pub async fn reconcile(ports: &Ports, operation: &Operation) -> Result<usize, Failure> {
    let messages = in_flight(ports, operation).await?;
    ports.queue.send(&messages).await?;
    Ok(messages.len())
}

/// The messages an operation waits for.
async fn in_flight(ports: &Ports, operation: &Operation) -> Result<Vec<Outgoing>, Failure> {
    let messages = next::of_operation(operation);
    let copying = operation.copies() && operation.staging.is_some();
    if !messages.is_empty() || !copying || operation.has_ended() {
        return Ok(messages);
    }
    let epoch = operation.epoch;
    let plan = documents::plan(ports, &operation.id, epoch).await?;
    let mut chunks = Vec::with_capacity(plan.chunks.len());
    for chunk in 0..u32::try_from(plan.chunks.len()).unwrap_or(u32::MAX) {
        chunks.push(nova_kit::chunk_state(ports, &operation.id, epoch, chunk).await?);
    }
    let mut finalized = BTreeSet::new();
    for table in 0..u32::try_from(plan.tables.len()).unwrap_or(u32::MAX) {
        if nova_kit::table_rows(ports, &operation.id, epoch, table)
            .await?
            .is_some()
        {
            finalized.insert(table);
        }
    }
    let mut messages = next::of_copying(operation, &plan, &chunks, &finalized);
    // Reading needs the snapshot, whose holder may be gone: its renewal comes first.
    if messages
        .iter()
        .any(|outgoing| matches!(outgoing.message, Message::Export { .. }))
    {
        let renew = Message::Snapshot {
            operation: operation.id.clone(),
            epoch,
        };
        let about = format!("renew-r{}-{}", operation.resumes, operation.head.next);
        messages.insert(0, nova_clone::names::outgoing(renew, &about));
    }
    Ok(messages)
}
