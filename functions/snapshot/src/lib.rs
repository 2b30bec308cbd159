//! One consistent snapshot, and everything that is decided under it: the schema, what is masked, the chunks.
//!
//! The algorithm:
//!
//! 1. Open a read-only transaction, export its snapshot, lock every table against truncation. A table that was
//!    truncated between the two would read as empty; it is found by its changed file, and the snapshot is taken anew.
//! 2. Capture the schema, sample columns, plan masking and chunks. Plans are stored as documents.
//! 3. Keep the transaction open and announce the snapshot's id; append all of it as one commit.
//!
//! Where no process lives as long as a clone takes, this one holds the snapshot only until a keeper has taken it over.
//!
//! When nobody holds the snapshot any more, the same message asks for a renewal ([`renew`]).

mod open;
mod plan;
mod renew;
mod replace;
mod rows;

use async_trait::async_trait;
use nova_clone::{Operation, names, names::outgoing};
use nova_errors::{Code, Failure};
use nova_events::{Function, Message, OperationCompleted};
use nova_kit::{
    Handler, Ports, Recorder,
    keeper::{Holder, Shift},
};
use nova_postgres::{Snapshot as Exported, SourceConnection};
use std::time::Duration;

/// How long somebody who opens a snapshot and then says nothing keeps others out, in milliseconds. He prolongs it while
/// he works, so that no second one writes a plan beside his.
const TURN_MS: u64 = 30_000;

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
        let turn = ports.keeper.turn().await;
        let Some(life) = ports.keeper.life() else {
            act(ports, &operation.id, *epoch).await?;
            return Ok(());
        };
        let (lease, me) = (names::snapshot_lease(&operation.id), ports.ids.next());
        let now = ports.clock.now_ms();
        if ports.leases.acquire(&lease, &me, now, TURN_MS).await?.is_err() {
            return Ok(());
        }
        let acted = tokio::select! {
            acted = act(ports, &operation.id, *epoch) => acted,
            lost = prolong(ports, &lease, &me) => Err(lost),
        };
        ports.leases.release(&lease, &me).await?;
        drop(turn);
        match acted? {
            Some(shift) => shift.stand(ports, life).await,
            None => Ok(()),
        }
    }
}

/// Prolongs the lease again and again; returns when somebody else has got it.
async fn prolong(ports: &Ports, lease: &str, me: &str) -> Failure {
    loop {
        tokio::time::sleep(Duration::from_millis(TURN_MS / 3)).await;
        let prolonged = ports.leases.acquire(lease, me, ports.clock.now_ms(), TURN_MS).await;
        // A store that does not answer once may answer the next time.
        if matches!(prolonged, Ok(Err(_))) {
            return Failure::new(Code::LOG_CONFLICT, "somebody else opens the snapshot").retryable();
        }
    }
}

/// Opens or renews the snapshot; returns the shift that has to be stood until a keeper takes over.
async fn act(ports: &Ports, id: &str, epoch: u32) -> Result<Option<Shift>, Failure> {
    let operation = &nova_kit::operation(ports, id).await?;
    if operation.has_ended() {
        return Ok(None);
    }
    let lost = operation.visibility.is_none();
    if epoch == operation.epoch && !lost {
        return renew::renew(ports, operation).await;
    }
    if epoch == operation.epoch + 1 && lost {
        return begin(ports, operation, epoch).await;
    }
    Ok(None)
}

/// Opens a new epoch.
async fn begin(ports: &Ports, operation: &Operation, epoch: u32) -> Result<Option<Shift>, Failure> {
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
        recorder.operation(operation, &what, events, Vec::new()).await?;
        return Ok(None);
    }
    let prepare = outgoing(
        Message::Prepare {
            operation: operation.id.clone(),
            epoch,
        },
        &what,
    );
    let held = Hold::begin(ports, &operation.id, epoch, 0, source, &snapshot).await?;
    let messages = std::iter::once(prepare).chain(held.next).collect();
    recorder.operation(operation, &what, planned.events, messages).await?;
    Ok(held.shift)
}

/// A snapshot that is held now.
struct Hold {
    /// The shift to be stood, where snapshots are handed on.
    shift: Option<Shift>,
    /// The message that asks for the first keeper.
    next: Option<nova_events::Outgoing>,
}

impl Hold {
    /// Holds a snapshot in this process, or until the keeper of the turn after `turn` takes over. It can be joined from
    /// now on by whoever knows from the log what it has to see.
    async fn begin(
        ports: &Ports,
        operation: &str,
        epoch: u32,
        turn: u32,
        source: SourceConnection,
        snapshot: &Exported,
    ) -> Result<Self, Failure> {
        let Some(life) = ports.keeper.life() else {
            ports.keeper.hold(ports, operation, epoch, source, snapshot).await?;
            return Ok(Self {
                shift: None,
                next: None,
            });
        };
        let holder = Holder {
            turn,
            id: ports.ids.next(),
            snapshot: snapshot.id.clone(),
            visibility: snapshot.visibility.clone(),
            since_ms: ports.clock.now_ms(),
            until_ms: 0,
        };
        let mut shift = Shift::new(operation, epoch, holder, source, true);
        shift.announce(ports, life).await?;
        let keep = Message::Keep {
            operation: operation.to_owned(),
            epoch,
            turn: turn + 1,
        };
        Ok(Self {
            shift: Some(shift),
            next: Some(outgoing(keep, "first")),
        })
    }
}
