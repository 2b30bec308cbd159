//! Rows into staging. A ledger row in the same transaction makes a second delivery harmless.

use async_trait::async_trait;
use nova_clone::{ChunkPhase, ChunkState, Operation, names, names::outgoing, plan::PlannedTable};
use nova_errors::{Code, Failure};
use nova_eventlog::BlobKey;
use nova_events::{ChunkImported, Function, Message, SnapshotLoss};
use nova_kit::{Handler, Phase, Ports, Recorder, documents};
use nova_postgres::Staging;

/// The import step.
#[derive(Debug, Clone, Copy)]
pub struct Import;

#[async_trait]
impl Handler for Import {
    fn function(&self) -> Function {
        Function::Import
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure> {
        let Message::Import { epoch, chunk, .. } = message else {
            return Ok(());
        };
        if *epoch != operation.epoch || operation.staging.is_none() {
            return Ok(());
        }
        let state = nova_kit::chunk_state(ports, &operation.id, *epoch, *chunk).await?;
        let plan = documents::plan(ports, &operation.id, *epoch).await?;
        let number = plan
            .chunks
            .get(*chunk as usize)
            .map_or(u32::MAX, |planned| planned.table);
        let table = plan.tables.get(number as usize);
        let table = table.ok_or_else(|| Failure::new(Code::INTERNAL, format!("chunk {chunk} is not in the plan")))?;
        if state.phase() != ChunkPhase::Imported {
            let Some(source) = Rows::of(operation, *chunk, &state) else {
                return Ok(());
            };
            match import(ports, operation, *chunk, table, &source).await {
                Ok(imported) => {
                    let recorder = Recorder::new(ports, &operation.id, "import");
                    recorder
                        .chunk((*epoch, *chunk), &state, "import", imported.into(), Vec::new())
                        .await?;
                }
                Err(lost) if nova_kit::is_lost(&lost) => {
                    return nova_kit::restart_chunk(ports, operation, *chunk, &state, &lost).await;
                }
                Err(failure) => return Err(failure),
            }
            ports.blobs.delete(&source.blob).await?;
        }
        arrive(ports, operation, number, table, *chunk).await
    }
}

/// Where a chunk's rows are and how many there must be.
struct Rows {
    blob: BlobKey,
    attempt: u32,
    count: u64,
    bytes: u64,
}

impl Rows {
    /// What was masked, or what was read where nothing is masked.
    fn of(operation: &Operation, chunk: u32, state: &ChunkState) -> Option<Self> {
        let (id, epoch, attempt) = (&operation.id, operation.epoch, state.attempt);
        if let Some(clean) = &state.anonymized {
            let blob = names::clean_blob(id, epoch, chunk, attempt);
            return Some(Self {
                blob,
                attempt,
                count: clean.rows,
                bytes: clean.bytes,
            });
        }
        let raw = state.exported.as_ref()?;
        Some(Self {
            blob: names::raw_blob(id, epoch, chunk, attempt),
            attempt,
            count: raw.rows,
            bytes: raw.bytes,
        })
    }
}

async fn import(
    ports: &Ports,
    operation: &Operation,
    chunk: u32,
    table: &PlannedTable,
    rows: &Rows,
) -> Result<ChunkImported, Failure> {
    let staging = ports.connections.staging(ports, operation).await?;
    let done = match staging.begin_import(chunk).await? {
        Some(done) => done,
        None if !is_current(ports, operation, &staging, chunk, (table, rows.attempt)).await? => {
            staging.abandon_import().await;
            let cause = format!("chunk {chunk} of {} is being read again", table.name.readable());
            return Err(Failure::new(Code::LOG_CONFLICT, cause).retryable());
        }
        None => match load(ports, &staging, table, rows).await {
            Ok(loaded) if loaded == rows.count => {
                staging.commit_import(chunk, loaded).await?;
                loaded
            }
            Ok(loaded) => {
                staging.abandon_import().await;
                let cause = format!(
                    "chunk {chunk} of {}: {} rows sent, {loaded} taken",
                    table.name.readable(),
                    rows.count
                );
                return Err(Failure::new(Code::ROW_COUNT, cause));
            }
            Err(failure) => {
                staging.abandon_import().await;
                return Err(failure);
            }
        },
    };
    ports.connections.return_staging(operation, staging).await;
    let share = table.estimated_bytes / u64::from(table.chunks.max(1));
    ports.progress.advance(Phase::Import, share, done);
    Ok(ChunkImported {
        rows: done,
        bytes: rows.bytes,
    })
}

/// Under the policy `per-table` a chunk may be read again while its rows are on their way: then the old ones must not
/// get in after the table was emptied.
async fn is_current(
    ports: &Ports,
    operation: &Operation,
    staging: &Staging,
    chunk: u32,
    (table, attempt): (&PlannedTable, u32),
) -> Result<bool, Failure> {
    if operation.options().map(|options| options.on_snapshot_loss) != Some(SnapshotLoss::PerTable) {
        return Ok(true);
    }
    staging.keep_filled(&table.load_into).await?;
    let state = nova_kit::chunk_state(ports, &operation.id, operation.epoch, chunk).await?;
    Ok(state.attempt == attempt)
}

async fn load(ports: &Ports, staging: &Staging, table: &PlannedTable, rows: &Rows) -> Result<u64, Failure> {
    let mut reader = ports.blobs.reader(&rows.blob).await?;
    let mut stream = staging.copy_in(&table.load_into, &table.columns, table.binary).await?;
    while let Some(part) = reader.next().await? {
        stream.send(part).await?;
    }
    stream.finish().await
}

/// The chunk goes through its table's gate; the last one starts the table's indexes.
async fn arrive(
    ports: &Ports,
    operation: &Operation,
    number: u32,
    table: &PlannedTable,
    chunk: u32,
) -> Result<(), Failure> {
    let gate = names::table_gate(&operation.id, operation.epoch, number);
    let gate = ports
        .gates
        .arrive(&gate, chunk - table.first_chunk, table.chunks)
        .await?;
    if gate.is_full() {
        let id = operation.id.clone();
        let finalize = Message::Finalize {
            operation: id,
            epoch: operation.epoch,
            table: Some(number),
        };
        ports.queue.send(&[outgoing(finalize, "full")]).await?;
    }
    Ok(())
}
