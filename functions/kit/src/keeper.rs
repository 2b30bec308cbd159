//! The snapshot that is held open.
//!
//! A snapshot lives as long as the transaction that exported it. This process holds one per operation; other sessions,
//! here or in other processes, join it by the id that the item `snapshot/<operation>` names.

use crate::ports::Ports;
use nova_clone::names;
use nova_errors::{Code, Failure};
use nova_postgres::{Snapshot, SourceConnection};
use std::collections::HashMap;
use tokio::sync::{Mutex, MutexGuard};

/// The kind of view item that names the current snapshot of an operation.
const ITEM: &str = "snapshot";

struct Held {
    epoch: u32,
    connection: SourceConnection,
}

/// The snapshots this process holds.
#[derive(Default)]
pub struct Keeper {
    held: Mutex<HashMap<String, Held>>,
    turn: Mutex<()>,
}

impl Keeper {
    /// Holds a connection whose open transaction exported `snapshot`, and tells others where to find it.
    ///
    /// # Errors
    /// What the view store says.
    pub async fn hold(
        &self,
        ports: &Ports,
        operation: &str,
        epoch: u32,
        connection: SourceConnection,
        snapshot: &Snapshot,
    ) -> Result<(), Failure> {
        self.held
            .lock()
            .await
            .insert(operation.to_owned(), Held { epoch, connection });
        let item = serde_json::json!({ "epoch": epoch, "snapshot": snapshot.id });
        ports.views.put(ITEM, &names::snapshot_item(operation), &item).await?;
        Ok(())
    }

    /// Waits until nobody else in this process opens a snapshot. What was known of the operation before may be out of
    /// date then.
    pub async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// True when this process holds that snapshot and its connection lives.
    pub async fn holds(&self, operation: &str, epoch: u32) -> bool {
        let held = self.held.lock().await;
        held.get(operation)
            .is_some_and(|held| held.epoch == epoch && !held.connection.is_closed())
    }

    /// What a session has to name to join the snapshot of an epoch.
    ///
    /// # Errors
    /// `NOVA-1503` when nobody has announced one.
    pub async fn announced(ports: &Ports, operation: &str, epoch: u32) -> Result<String, Failure> {
        let item = ports.views.get(ITEM, &names::snapshot_item(operation)).await?;
        let id = item
            .as_ref()
            .filter(|item| item["epoch"] == epoch)
            .and_then(|item| item["snapshot"].as_str());
        id.map(str::to_owned)
            .ok_or_else(|| Failure::new(Code::SNAPSHOT_LOST, format!("no snapshot of epoch {epoch} is held")))
    }

    /// Lets go of an operation's snapshot and proves that the session never wrote.
    ///
    /// # Errors
    /// What the source says; letting go twice is fine.
    pub async fn release(&self, ports: &Ports, operation: &str) -> Result<(), Failure> {
        let held = self.held.lock().await.remove(operation);
        ports.views.delete(ITEM, &names::snapshot_item(operation)).await?;
        match held {
            Some(held) if !held.connection.is_closed() => held.connection.end().await,
            _ => Ok(()),
        }
    }
}
