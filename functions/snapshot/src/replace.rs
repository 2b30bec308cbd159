//! Another snapshot in the place of a lost one: tables that were read whole stay, all others are read whole under it.
//!
//! 1. Every chunk of the tables that are read again begins a new attempt. What is still being read under the lost
//!    snapshot cannot be recorded from then on.
//! 2. Their rows are taken out of staging. A loading that was begun before 1 is waited for; one that begins later finds
//!    the new attempt and gives up.
//! 3. The sequences' positions are those of the new snapshot: they must not be behind the rows.
//! 4. The new snapshot is announced, recorded, and all chunks are sent for once more.
//!
//! Done in part and then done again, nothing is lost but work.

use crate::{Hold, renew::record};
use nova_clone::{
    Operation, names, next,
    plan::Plan,
    replacement::{Replacement, replacement, same_shape},
};
use nova_errors::{Code, Failure};
use nova_events::{ChunkRestarted, Event, SnapshotReplaced};
use nova_kit::{Ports, Recorder, documents, keeper::Shift};
use nova_postgres::{Snapshot, SourceConnection};
use nova_schema::Database;
use std::{collections::BTreeSet, sync::Arc};

/// How often a chunk's new attempt is recorded anew because the chunk moved on meanwhile.
const ATTEMPTS: u32 = 10;

/// Names of kept tables that are recorded.
const NAMED: usize = 100;

/// What is going to happen, decided under the new snapshot.
pub(crate) struct Decided {
    plan: Arc<Plan>,
    schema: Database,
    replacement: Replacement,
}

/// Decides what is kept. None when only beginning again makes a copy: nothing is staged yet, or the tables themselves
/// have changed.
pub(crate) async fn decide(
    ports: &Ports,
    operation: &Operation,
    source: &SourceConnection,
) -> Result<Option<Decided>, Failure> {
    if operation.staging.is_none() {
        return Ok(None);
    }
    let (id, epoch) = (&operation.id, operation.epoch);
    let before = documents::schema(ports, id, epoch).await?;
    let mut schema = source.capture().await?;
    schema.unsupported.clear();
    schema.leave_out_side_effects();
    if !same_shape(&before, &schema) {
        return Ok(None);
    }
    let plan = documents::plan(ports, id, epoch).await?;
    let mut chunks = Vec::with_capacity(plan.chunks.len());
    for chunk in (0..).take(plan.chunks.len()) {
        chunks.push(nova_kit::chunk_state(ports, id, epoch, chunk).await?);
    }
    let mut finalized = BTreeSet::new();
    for table in (0..).take(plan.tables.len()) {
        if nova_kit::table_rows(ports, id, epoch, table).await?.is_some() {
            finalized.insert(table);
        }
    }
    let replacement = replacement(&plan, &chunks, &finalized);
    Ok(replacement.map(|replacement| Decided {
        plan,
        schema,
        replacement,
    }))
}

/// Puts the snapshot of `source` in the place of the lost one.
pub(crate) async fn replace(
    ports: &Ports,
    operation: &Operation,
    turn: u32,
    source: SourceConnection,
    snapshot: &Snapshot,
    decided: Decided,
) -> Result<Option<Shift>, Failure> {
    let (id, epoch) = (&operation.id, operation.epoch);
    let Decided {
        plan,
        schema,
        replacement,
    } = decided;
    for chunk in replacement.read.iter().flat_map(|group| &group.chunks) {
        begin_attempt(ports, operation, *chunk).await?;
    }
    let staging = ports.connections.staging(ports, operation).await?;
    for group in &replacement.read {
        staging.empty(&group.load_into, group.own_rows, &group.chunks).await?;
    }
    ports.connections.return_staging(operation, staging).await;
    documents::put(ports, id, &names::schema_blob(epoch), &schema).await?;

    let names = replacement
        .kept
        .iter()
        .filter_map(|table| plan.tables.get(*table as usize));
    let count = |tables: usize| u32::try_from(tables).unwrap_or(u32::MAX);
    let event: Event = SnapshotReplaced {
        epoch,
        visibility: snapshot.visibility.clone(),
        kept: count(replacement.kept.len()),
        read: count(replacement.read.iter().map(|group| group.tables.len()).sum()),
        kept_tables: names.take(NAMED).map(|table| table.name.readable()).collect(),
    }
    .into();
    let held = Hold::begin(ports, id, epoch, turn, source, snapshot).await?;
    let mut messages = next::exports(id, epoch, &plan, &format!("replaced{}", operation.replaced.len()));
    messages.extend(held.next);
    record(ports, operation, "replacement", event, messages).await?;
    Ok(held.shift)
}

/// Begins a new attempt of a chunk, whatever others record of it at the same time.
async fn begin_attempt(ports: &Ports, operation: &Operation, chunk: u32) -> Result<(), Failure> {
    let epoch = operation.epoch;
    let recorder = Recorder::new(ports, &operation.id, "replacement");
    for _ in 0..ATTEMPTS {
        let state = nova_kit::chunk_state(ports, &operation.id, epoch, chunk).await?;
        let event = ChunkRestarted {
            attempt: state.attempt + 1,
            reason: "the snapshot was lost before its table was read whole".to_owned(),
        };
        match recorder
            .chunk((epoch, chunk), &state, "replaced", event.into(), Vec::new())
            .await
        {
            Err(conflict) if conflict.code == Code::LOG_CONFLICT => {}
            outcome => return outcome,
        }
    }
    let cause = format!("chunk {chunk} moves on too fast to begin again");
    Err(Failure::new(Code::LOG_CONFLICT, cause).retryable())
}
