//! Staging becomes the target, after a second look at the target's identity, and what the target held stays for a
//! rollback. The staging of a backup becomes the backup instead.

use async_trait::async_trait;
use nova_clone::{Operation, names::outgoing};
use nova_errors::{Code, Failure};
use nova_events::{
    BackupRetired, BackupTaken, Event, Function, Identity, Message, OperationCompleted, OperationKind, Promoted,
    RawDataShredded,
};
use nova_kit::{Handler, Kept, Ports, Recorder, connections, documents};
use nova_postgres::{OwnDatabase, Swap, TargetServer};

/// The promote step.
#[derive(Debug, Clone, Copy)]
pub struct Promote;

#[async_trait]
impl Handler for Promote {
    fn function(&self) -> Function {
        Function::Promote
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure> {
        let Message::Promote { epoch, .. } = message else {
            return Ok(());
        };
        if *epoch != operation.epoch || !matches!(operation.validation, Some((true, _))) {
            return Ok(());
        }
        if operation.has_taken_effect() {
            return complete(ports, operation).await;
        }
        match operation.requested.kind {
            OperationKind::Backup => keep(ports, operation).await,
            _ => swap(ports, operation).await,
        }
    }
}

/// The swap and its event. The message that follows finishes the operation, so that a crash between the two repeats
/// neither.
async fn swap(ports: &Ports, operation: &Operation) -> Result<(), Failure> {
    let guard = operation
        .guard
        .as_ref()
        .ok_or_else(|| Failure::new(Code::INTERNAL, "promotion without a guard"))?;
    ports.connections.close_staging(&operation.id).await;
    let previous = OwnDatabase::previous(&operation.id);
    let server = connections::swap_server(ports, operation, &previous).await?;
    server.exclusively(&operation.id).await?;
    let swap = Swap {
        database: guard.target.database.clone(),
        outgoing_oid: guard.target.database_oid,
        outgoing_name: previous.as_str().to_owned(),
        incoming_name: OwnDatabase::staging(&operation.id, operation.epoch).as_str().to_owned(),
    };
    let oid = server.swap(&swap).await?;
    let identity = Identity {
        database_oid: oid,
        ..guard.target.clone()
    };
    let event: Event = Promoted {
        database: swap.database,
        previous: swap.outgoing_name,
        identity,
    }
    .into();
    record(ports, operation, event).await
}

/// Staging gets the name under which a backup is kept, and the event says so. The target is left alone.
async fn keep(ports: &Ports, operation: &Operation) -> Result<(), Failure> {
    ports.connections.close_staging(&operation.id).await;
    let target = connections::target(ports, operation).await?;
    let server = TargetServer::open(&target).await?;
    server.exclusively(&operation.id).await?;
    let staging = OwnDatabase::staging(&operation.id, operation.epoch);
    let backup = OwnDatabase::previous(&operation.id);
    if let Some(oid) = server.database_oid(staging.as_str()).await? {
        server.set_aside(staging.as_str(), oid, &backup).await?;
    }
    let oid = server.database_oid(backup.as_str()).await?.ok_or_else(|| {
        let cause = format!(
            "database {} is gone: someone else changed the server's databases",
            staging.as_str()
        );
        Failure::new(Code::IDENTITY_CHANGED, cause)
    })?;
    let event: Event = BackupTaken {
        database: backup.as_str().to_owned(),
        identity: Identity {
            database_oid: oid,
            database: backup.as_str().to_owned(),
            ..target.identity().clone()
        },
    }
    .into();
    record(ports, operation, event).await
}

async fn record(ports: &Ports, operation: &Operation, event: Event) -> Result<(), Failure> {
    let again = Message::Promote {
        operation: operation.id.clone(),
        epoch: operation.epoch,
    };
    let recorder = Recorder::new(ports, &operation.id, "promote");
    recorder
        .operation(operation, "promote", vec![event], vec![outgoing(again, "complete")])
        .await
}

/// Everything that follows a successful swap, or a backup; each part bears repetition.
async fn complete(ports: &Ports, operation: &Operation) -> Result<(), Failure> {
    let mut events: Vec<Event> = Vec::new();
    for database in retire(ports, operation).await? {
        events.push(
            BackupRetired {
                environment: operation.requested.target.clone(),
                database,
            }
            .into(),
        );
    }
    nova_kit::shred(ports, &operation.id).await?;
    events.push(RawDataShredded {}.into());
    events.push(totals(ports, operation).await?.into());
    let notify = Message::Notify {
        operation: operation.id.clone(),
        about: "completed".to_owned(),
    };
    let recorder = Recorder::new(ports, &operation.id, "promote");
    recorder
        .operation(operation, "complete", events, vec![outgoing(notify, "complete")])
        .await?;
    nova_kit::release_target(ports, operation).await
}

/// Drops previous contents beyond the number that is kept, or backups beyond theirs: neither takes the place of the
/// other. Only databases that an operation of this environment made are considered.
async fn retire(ports: &Ports, operation: &Operation) -> Result<Vec<String>, Failure> {
    let keep = operation.options().map_or(1, |options| options.keep_previous) as usize;
    let kept = match operation.requested.kind {
        OperationKind::Backup => Kept::Backup,
        _ => Kept::Previous,
    };
    let points = nova_kit::rollback_points(ports, &operation.requested.target).await?;
    let older: Vec<_> = points
        .into_iter()
        .filter(|point| point.operation != operation.id && point.kept == kept)
        .collect();
    // Newest first; this operation's own is one of those that are kept.
    let surplus: Vec<_> = older.into_iter().skip(keep.saturating_sub(1)).collect();
    let mut retired = Vec::new();
    if surplus.is_empty() && keep > 0 {
        return Ok(retired);
    }
    let target = connections::target(ports, operation).await?;
    let server = TargetServer::open(&target).await?;
    let own = (keep == 0).then(|| OwnDatabase::previous(&operation.id).as_str().to_owned());
    for name in surplus.into_iter().map(|point| point.database).chain(own) {
        if let Some(database) = OwnDatabase::recognise(&name) {
            match server.drop(&database).await {
                Ok(()) => retired.push(name),
                Err(failure) if failure.retryable => return Err(failure),
                // What was swapped in is good all the same. It stays listed, and the next clone tries again.
                Err(failure) => {
                    tracing::warn!(code = %failure.code, database = name, "older contents stay: {}", failure.cause);
                }
            }
        }
    }
    Ok(retired)
}

async fn totals(ports: &Ports, operation: &Operation) -> Result<OperationCompleted, Failure> {
    let plan = documents::plan(ports, &operation.id, operation.epoch).await?;
    let (mut rows, mut bytes, mut values) = (0, 0, 0);
    for chunk in 0..u32::try_from(plan.chunks.len()).unwrap_or(u32::MAX) {
        let state = nova_kit::chunk_state(ports, &operation.id, operation.epoch, chunk).await?;
        rows += state.imported.as_ref().map_or(0, |imported| imported.rows);
        bytes += state.imported.as_ref().map_or(0, |imported| imported.bytes);
        values += state.anonymized.as_ref().map_or(0, |anonymized| anonymized.values);
    }
    let columns = operation.masking.as_ref().map_or(0, |masking| masking.columns);
    Ok(OperationCompleted {
        rows,
        bytes,
        columns,
        values,
    })
}
