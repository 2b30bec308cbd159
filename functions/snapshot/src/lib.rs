//! One consistent snapshot, and everything that is decided under it: the schema, what is masked, the chunks.
//!
//! The algorithm:
//!
//! 1. Open a read-only transaction, export its snapshot, lock every table against truncation. A table that was
//!    truncated between the two would read as empty; it is found by its changed file, and the snapshot is taken anew.
//! 2. Capture the schema, sample columns, plan masking and chunks. Plans are stored as documents.
//! 3. Keep the transaction open and announce the snapshot's id; append all of it as one commit.
//!
//! When the holder died, the same message asks for a renewal: a new snapshot with the same visibility sees the same
//! rows, so that everything read before stays valid; otherwise the epoch is lost and the next one begins.

mod open;
mod plan;

use async_trait::async_trait;
use nova_clone::{Operation, names::outgoing};
use nova_errors::Failure;
use nova_events::{Event, Function, Message, OperationCompleted, SnapshotLost, SnapshotRenewed};
use nova_kit::{Handler, Ports, Recorder};

/// The snapshot step.
#[derive(Debug, Clone, Copy)]
pub struct Snapshot;

#[async_trait]
impl Handler for Snapshot {
    fn function(&self) -> Function {
        Function::Snapshot
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure> {
        let Message::Snapshot { epoch, .. } = message else {
            return Ok(());
        };
        let _turn = ports.keeper.turn().await;
        let operation = &nova_kit::operation(ports, &operation.id).await?;
        if operation.has_ended() {
            return Ok(());
        }
        let lost = operation.visibility.is_none();
        if *epoch == operation.epoch && !lost {
            return renew(ports, operation).await;
        }
        if *epoch == operation.epoch + 1 && lost {
            return begin(ports, operation, *epoch).await;
        }
        Ok(())
    }
}

/// Opens a new epoch.
async fn begin(ports: &Ports, operation: &Operation, epoch: u32) -> Result<(), Failure> {
    let (source, snapshot) = open::open(ports, operation).await?;
    let planned = plan::plan(ports, operation, epoch, &source, &snapshot).await?;
    let recorder = Recorder::new(ports, &operation.id, "snapshot");
    let what = format!("snapshot/{epoch}");
    if operation.options().is_some_and(|options| options.dry_run) {
        source.end().await?;
        let mut events = planned.events;
        events.push(
            OperationCompleted {
                rows: 0,
                bytes: 0,
                columns: planned.columns,
                values: 0,
            }
            .into(),
        );
        return recorder.operation(operation, &what, events, Vec::new()).await;
    }
    ports
        .keeper
        .hold(ports, &operation.id, epoch, source, &snapshot)
        .await?;
    let prepare = outgoing(
        Message::Prepare {
            operation: operation.id.clone(),
            epoch,
        },
        &what,
    );
    recorder
        .operation(operation, &what, planned.events, vec![prepare])
        .await
}

/// Makes sure that the current epoch's snapshot is held, by a new one that sees the same rows if need be.
async fn renew(ports: &Ports, operation: &Operation) -> Result<(), Failure> {
    let epoch = operation.epoch;
    if ports.keeper.holds(&operation.id, epoch).await {
        return Ok(());
    }
    let (source, snapshot) = open::open(ports, operation).await?;
    let recorder = Recorder::new(ports, &operation.id, "snapshot");
    let what = format!("renewal/{epoch}/{}", operation.head.next);
    if operation.visibility.as_ref() == Some(&snapshot.visibility) {
        ports
            .keeper
            .hold(ports, &operation.id, epoch, source, &snapshot)
            .await?;
        return recorder
            .operation(operation, &what, vec![SnapshotRenewed { epoch }.into()], Vec::new())
            .await;
    }
    source.end().await?;
    let reason = "the session that held it ended, and the source has changed since".to_owned();
    let event: Event = SnapshotLost { epoch, reason }.into();
    let again = outgoing(
        Message::Snapshot {
            operation: operation.id.clone(),
            epoch: epoch + 1,
        },
        &what,
    );
    recorder.operation(operation, &what, vec![event], vec![again]).await
}
