//! Who holds an operation's snapshot: one item per holder, written by that holder alone.

use crate::ports::Ports;
use nova_clone::{Operation, names, names::outgoing};
use nova_errors::{Code, Failure};
use nova_events::Message;
use nova_postgres::SourceConnection;
use nova_schema::QualifiedName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The kind of view item that names a holder of a snapshot.
const ITEM: &str = "snapshot";

/// Someone who holds a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Counts the holders of an epoch; whoever opened the snapshot is number 0.
    pub turn: u32,
    /// Tells apart two holders that took the same turn.
    pub id: String,
    /// What a session has to name to join.
    pub snapshot: String,
    /// `pg_current_snapshot()`: a holder of another state is not this operation's.
    pub visibility: String,
    /// When the first holder opened it, in milliseconds since 1970-01-01 UTC.
    pub since_ms: u64,
    /// Until when it counts as living without another word, in milliseconds since 1970-01-01 UTC.
    pub until_ms: u64,
}

/// Announces a holder, or that it still lives.
pub(super) async fn announce(ports: &Ports, operation: &str, epoch: u32, holder: &Holder) -> Result<(), Failure> {
    let key = names::holder_item(operation, epoch, holder.turn, &holder.id);
    let item = serde_json::to_value(holder)
        .map_err(|error| Failure::new(Code::INTERNAL, format!("a holder cannot be written: {error}")))?;
    ports.views.put(ITEM, &key, &item).await?;
    Ok(())
}

/// Takes the announcement back.
pub(super) async fn withdraw(ports: &Ports, operation: &str, epoch: u32, holder: &Holder) -> Result<(), Failure> {
    let key = names::holder_item(operation, epoch, holder.turn, &holder.id);
    ports.views.delete(ITEM, &key).await?;
    Ok(())
}

/// Takes back every announcement of an operation.
pub(super) async fn withdraw_all(ports: &Ports, operation: &str) -> Result<(), Failure> {
    for (key, _) in ports.views.list(ITEM, &names::holders(operation)).await? {
        ports.views.delete(ITEM, &key).await?;
    }
    Ok(())
}

impl Holder {
    /// Those who hold what an operation's current snapshot sees, the newest first; some may be gone without a word.
    ///
    /// # Errors
    /// What the view store says.
    pub async fn all(ports: &Ports, operation: &Operation) -> Result<Vec<Self>, Failure> {
        let prefix = format!("{}{}/", names::holders(&operation.id), operation.epoch);
        let items = ports.views.list(ITEM, &prefix).await?;
        let mut holders: Vec<Self> = items
            .into_iter()
            .filter_map(|(_, item)| serde_json::from_value(item).ok())
            .filter(|holder: &Self| Some(&holder.visibility) == operation.visibility.as_ref())
            .collect();
        holders.sort_by_key(|holder| std::cmp::Reverse(holder.turn));
        Ok(holders)
    }
}

/// Begins a transaction that sees what the operation's snapshot sees, with the newest holder that can be joined. Holders
/// change all the time, so they are looked up a second time before the snapshot counts as lost.
///
/// # Errors
/// `NOVA-1503` when nobody holds it any more; `NOVA-12xx`.
pub async fn join(ports: &Ports, operation: &Operation, source: &SourceConnection) -> Result<Holder, Failure> {
    let mut tried = BTreeSet::new();
    for _ in 0..2 {
        for holder in Holder::all(ports, operation).await? {
            if !tried.insert(holder.snapshot.clone()) {
                continue;
            }
            match source.join(&holder.snapshot).await {
                Err(lost) if lost.code == Code::SNAPSHOT_LOST => {}
                outcome => return outcome.map(|()| holder),
            }
        }
    }
    let cause = format!("nobody holds the snapshot of epoch {} any more", operation.epoch);
    Err(Failure::new(Code::SNAPSHOT_LOST, cause))
}

/// Asks for the renewal of a snapshot that could not be joined. Where many may miss it at once, one of them asks.
///
/// # Errors
/// What the leases or the queue say.
pub async fn ask_for_renewal(ports: &Ports, operation: &Operation) -> Result<(), Failure> {
    if let Some(ttl_ms) = ports.keeper.renewal_ms() {
        let (lease, me) = (names::renewal_lease(&operation.id), ports.ids.next());
        let now = ports.clock.now_ms();
        if ports.leases.acquire(&lease, &me, now, ttl_ms).await?.is_err() {
            return Ok(());
        }
    }
    let renew = Message::Snapshot {
        operation: operation.id.clone(),
        epoch: operation.epoch,
    };
    Ok(ports.queue.send(&[outgoing(renew, "renew")]).await?)
}

/// Locks every table against truncation, as seen by the open transaction. Returns those that were truncated or rewritten
/// after its snapshot was taken and before they were locked: it would see them empty.
///
/// # Errors
/// `NOVA-1504` when a table is gone, `NOVA-1506` when one cannot be locked; `NOVA-12xx`.
pub async fn lock_tables(source: &SourceConnection) -> Result<Vec<String>, Failure> {
    let tables: Vec<QualifiedName> = source.sizes().await?.into_iter().map(|size| size.name).collect();
    source.lock(&tables).await?;
    source.rewritten().await
}

/// True while somebody may still have to read under the operation's snapshot: not all rows are read, and the operation
/// goes on.
///
/// # Errors
/// What the gates say.
pub async fn is_needed(ports: &Ports, operation: &Operation) -> Result<bool, Failure> {
    if operation.has_ended() || operation.visibility.is_none() || operation.schema_finalized {
        return Ok(false);
    }
    let chunks = operation.chunks.as_ref().map_or(0, |planned| planned.chunks);
    let gate = ports.gates.look(&operation.exports_gate()).await?;
    Ok(chunks > 0 && !(gate.expected > 0 && gate.is_full()))
}
