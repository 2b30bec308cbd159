//! Makes sure that somebody holds the current epoch's snapshot.
//!
//! 1. While it can be joined, all that may be missing is a keeper.
//! 2. A new snapshot that sees the same rows takes its place; everything read before stays valid.
//! 3. Otherwise the request decides: everything begins again in the next epoch, or each table that was not read whole is
//!    read under the new snapshot, or the operation fails.

use crate::{Hold, open, replace};
use nova_clone::{Operation, names::outgoing};
use nova_errors::{Code, Failure};
use nova_events::{Event, Message, SnapshotLoss, SnapshotLost, SnapshotRenewed};
use nova_kit::{
    Ports, Recorder, connections,
    keeper::{Holder, Shift, join},
};
use nova_postgres::SearchPath;
use std::time::Duration;

/// How often somebody who holds the snapshot is looked for before it counts as lost.
const LOOKS: u32 = 10;

/// Renews the snapshot if need be.
pub(crate) async fn renew(ports: &Ports, operation: &Operation) -> Result<Option<Shift>, Failure> {
    let epoch = operation.epoch;
    if is_held(ports, operation).await? {
        return Ok(None);
    }
    let turn = next_turn(ports, operation).await?;
    let (source, snapshot) = open::open(ports, operation).await?;
    if operation.visibility.as_ref() == Some(&snapshot.visibility) {
        let held = Hold::begin(ports, &operation.id, epoch, turn, source, &snapshot).await?;
        let messages = held.next.into_iter().collect();
        record(ports, operation, "renewal", SnapshotRenewed { epoch }.into(), messages).await?;
        return Ok(held.shift);
    }
    match operation.options().map(|options| options.on_snapshot_loss) {
        Some(SnapshotLoss::Fail) => {
            source.end().await?;
            let cause = "every session that held the snapshot ended, and the source has changed since";
            Err(Failure::new(Code::SNAPSHOT_NOT_REPLACED, cause))
        }
        Some(SnapshotLoss::PerTable) => {
            let Some(decided) = replace::decide(ports, operation, &source).await? else {
                source.end().await?;
                return begin_again(ports, operation).await;
            };
            replace::replace(ports, operation, turn, source, &snapshot, decided).await
        }
        Some(SnapshotLoss::Restart) | None => {
            source.end().await?;
            begin_again(ports, operation).await
        }
    }
}

/// True when the snapshot can be joined. Where it is handed on and nobody says that he lives, a keeper is asked for.
async fn is_held(ports: &Ports, operation: &Operation) -> Result<bool, Failure> {
    let Some(patience_ms) = ports.keeper.renewal_ms() else {
        return Ok(ports.keeper.holds(&operation.id, operation.epoch).await);
    };
    let source = connections::fresh_source(ports, operation, SearchPath::Empty).await?;
    // Somebody may have joined the snapshot a moment ago and be about to announce it.
    for look in 0..=LOOKS {
        match join(ports, operation, &source).await {
            Err(lost) if lost.code == Code::SNAPSHOT_LOST && look < LOOKS => {
                tokio::time::sleep(Duration::from_millis(patience_ms / u64::from(LOOKS))).await;
            }
            Err(lost) if lost.code == Code::SNAPSHOT_LOST => return Ok(false),
            outcome => {
                drop(outcome?);
                break;
            }
        }
    }
    source.end().await?;
    let now = ports.clock.now_ms();
    let living = Holder::all(ports, operation).await?.into_iter();
    if living.filter(|holder| holder.until_ms > now).count() == 0 {
        let keep = Message::Keep {
            operation: operation.id.clone(),
            epoch: operation.epoch,
            turn: next_turn(ports, operation).await?,
        };
        ports.queue.send(&[outgoing(keep, "missing")]).await?;
    }
    Ok(true)
}

/// The turn after all that were announced; the turns of those who left are not taken again while somebody is there who
/// knows of them, and a turn taken twice does no harm.
async fn next_turn(ports: &Ports, operation: &Operation) -> Result<u32, Failure> {
    let holders = Holder::all(ports, operation).await?;
    Ok(holders.first().map_or(0, |newest| newest.turn + 1))
}

/// Ends the epoch; the next one begins with a new snapshot.
async fn begin_again(ports: &Ports, operation: &Operation) -> Result<Option<Shift>, Failure> {
    let epoch = operation.epoch;
    let reason = "the session that held it ended, and the source has changed since".to_owned();
    let again = Message::Snapshot {
        operation: operation.id.clone(),
        epoch: epoch + 1,
    };
    let again = outgoing(again, &format!("again/{epoch}"));
    record(
        ports,
        operation,
        "renewal",
        SnapshotLost { epoch, reason }.into(),
        vec![again],
    )
    .await?;
    Ok(None)
}

pub(crate) async fn record(
    ports: &Ports,
    operation: &Operation,
    what: &str,
    event: Event,
    messages: Vec<nova_events::Outgoing>,
) -> Result<(), Failure> {
    let what = format!("{what}/{}/{}", operation.epoch, operation.head.next);
    Recorder::new(ports, &operation.id, "snapshot")
        .operation(operation, &what, vec![event], messages)
        .await
}
