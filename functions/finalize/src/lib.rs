//! Indexes per table as soon as that table is in; then, once, what spans tables: foreign keys, sequences, triggers,
//! policies, grants, views.

use async_trait::async_trait;
use futures_util::future::try_join_all;
use nova_clone::{ChunkPhase, Operation, keys, names, names::outgoing, plan::PlannedTable};
use nova_errors::{Code, Failure};
use nova_eventlog::Head;
use nova_events::{ChunkImported, Event, Function, Message, SchemaFinalized, TableFinalized};
use nova_kit::{Cut, Handler, Phase, Ports, Recorder, documents, quiet};
use nova_postgres::Staging;
use nova_schema::emit::{self, Statement};
use std::sync::{Mutex, PoisonError};

/// The finalize step.
#[derive(Debug, Clone, Copy)]
pub struct Finalize;

/// Memory that one index build may take on the target's server, in megabytes.
const INDEX_MEMORY_MB: u32 = 128;

#[async_trait]
impl Handler for Finalize {
    fn function(&self) -> Function {
        Function::Finalize
    }

    fn cut(&self) -> Cut {
        // A statement that was begun runs on in the server, and the next turn waits for it.
        Cut::GoesOn
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure> {
        let Message::Finalize { epoch, table, .. } = message else {
            return Ok(());
        };
        if *epoch != operation.epoch || operation.staging.is_none() || operation.schema_finalized {
            return Ok(());
        }
        match table {
            Some(number) => finalize_table(ports, operation, *number).await,
            None => match finalize_schema(ports, operation).await {
                // The ledger goes with the last statement, which a second delivery, or what a process that died had
                // left the server to do, may have reached just now: the next turn will see.
                Err(failure) if ledger_is_gone(ports, operation).await => Err(failure.retryable()),
                outcome => outcome,
            },
        }
    }
}

async fn finalize_table(ports: &Ports, operation: &Operation, number: u32) -> Result<(), Failure> {
    let epoch = operation.epoch;
    let plan = documents::plan(ports, &operation.id, epoch).await?;
    let table = plan.tables.get(number as usize);
    let table = table.ok_or_else(|| Failure::new(Code::INTERNAL, format!("table {number} is not in the plan")))?;
    if nova_kit::table_rows(ports, &operation.id, epoch, number)
        .await?
        .is_none()
    {
        let schema = documents::tables(ports, &operation.id, epoch).await?;
        let statements = emit::table_post_data(&schema, &table.name, &options(operation));
        let staging = ports.connections.staging(ports, operation).await?;
        if bring_back_lost(ports, operation, &staging, table).await? {
            ports.connections.return_staging(operation, staging).await;
            return Ok(());
        }
        staging.allow_memory(INDEX_MEMORY_MB).await?;
        staging.apply_each(&format!("table/{number}"), &statements).await?;
        ports.connections.return_staging(operation, staging).await;

        let mut rows = 0;
        for chunk in table.first_chunk..table.first_chunk + table.chunks {
            let state = nova_kit::chunk_state(ports, &operation.id, epoch, chunk).await?;
            rows += state
                .imported
                .as_ref()
                .map_or(0, |imported: &ChunkImported| imported.rows);
        }
        let stream = names::table_stream(&operation.id, epoch, number)?;
        let event: Event = TableFinalized { rows }.into();
        let recorder = Recorder::new(ports, &operation.id, "finalize");
        recorder
            .append(stream, Head::start(), "finalize", vec![event], Vec::new())
            .await?;
        ports.progress.advance(Phase::Finalize, 1, 0);
    }
    let expected = u32::try_from(plan.tables.len()).unwrap_or(u32::MAX);
    let gate = ports
        .gates
        .arrive(&names::tables_gate(&operation.id, epoch), number, expected)
        .await?;
    if gate.is_full() {
        let whole = Message::Finalize {
            operation: operation.id.clone(),
            epoch,
            table: None,
        };
        ports.queue.send(&[outgoing(whole, "full")]).await?;
    }
    Ok(())
}

/// Loading does not wait for the target's disk: a crash of its server may take back chunks whose loading was recorded.
/// The ledger, which is in the same transactions, knows. True when there are such chunks; they are read again, and the
/// last of them asks for this step again.
async fn bring_back_lost(
    ports: &Ports,
    operation: &Operation,
    staging: &Staging,
    table: &PlannedTable,
) -> Result<bool, Failure> {
    let there = staging.imported(table.first_chunk, table.chunks).await?;
    let mut any = false;
    for chunk in (table.first_chunk..table.first_chunk + table.chunks).filter(|chunk| !there.contains(chunk)) {
        let state = nova_kit::chunk_state(ports, &operation.id, operation.epoch, chunk).await?;
        if state.phase() == ChunkPhase::Imported {
            let lost = Failure::new(Code::CONNECTION_LOST, "the target's server lost the rows in a crash");
            nova_kit::restart_chunk(ports, operation, chunk, &state, &lost).await?;
        }
        any = true;
    }
    Ok(any)
}

async fn finalize_schema(ports: &Ports, operation: &Operation) -> Result<(), Failure> {
    let epoch = operation.epoch;
    let staging = ports.connections.staging(ports, operation).await?;
    // Without a ledger every step is done, and only the event is missing.
    if staging.has_ledger().await? {
        let mut schema = documents::schema(ports, &operation.id, epoch).await?;
        let checks = keys::check_later(&mut schema);
        staging.allow_memory(INDEX_MEMORY_MB).await?;
        staging
            .apply("whole", &emit::post_data(&schema, &options(operation)))
            .await?;
        check_keys(ports, operation, checks).await?;
        staging.apply("quiet", &quiet::end(&schema)).await?;
        staging.close_ledger(&emit::event_triggers(&schema)).await?;
    }
    ports.connections.return_staging(operation, staging).await;
    ports.progress.advance(Phase::Finalize, 1, 0);
    let validate = Message::Validate {
        operation: operation.id.clone(),
        epoch,
    };
    let what = format!("finalize/{epoch}");
    let recorder = Recorder::new(ports, &operation.id, "finalize");
    let event: Event = SchemaFinalized { epoch }.into();
    recorder
        .operation(operation, &what, vec![event], vec![outgoing(validate, &what)])
        .await
}

/// True when every step is known to be done.
async fn ledger_is_gone(ports: &Ports, operation: &Operation) -> bool {
    let Ok(staging) = ports.connections.staging(ports, operation).await else {
        return false;
    };
    let gone = matches!(staging.has_ledger().await, Ok(false));
    ports.connections.return_staging(operation, staging).await;
    gone
}

/// Checks foreign keys, those of several tables at a time.
async fn check_keys(ports: &Ports, operation: &Operation, checks: Vec<Vec<Statement>>) -> Result<(), Failure> {
    let sessions = operation.options().map_or(1, |options| options.parallel).clamp(1, 8) as usize;
    let sessions = sessions.min(checks.len());
    let waiting = Mutex::new(checks.into_iter().enumerate().collect::<Vec<_>>());
    let work = || async {
        let staging = ports.connections.staging(ports, operation).await?;
        loop {
            let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some((number, statements)) = next else { break };
            staging.apply_each(&format!("keys/{number}"), &statements).await?;
        }
        ports.connections.return_staging(operation, staging).await;
        Ok::<_, Failure>(())
    };
    try_join_all((0..sessions).map(|_| work())).await?;
    Ok(())
}

fn options(operation: &Operation) -> emit::Options {
    emit::Options {
        target_version: operation.guard.as_ref().map_or(0, |guard| guard.target.version),
        owners: operation.options().is_some_and(|options| options.preserve_roles),
    }
}
