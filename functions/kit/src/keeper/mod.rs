//! The snapshot that is held open, and how others find it.
//!
//! A snapshot lives as long as a transaction that exported it. Two ways to keep it for hours:
//!
//! - In one process: the session stays open until the operation lets go of it.
//! - By relay, where no process lives that long: a keeper joins the snapshot, exports it again and holds it for its own
//!   life, while the next one is already there ([`Shift`]).
//!
//! Everyone who holds a snapshot says so in an item of its own; whoever reads joins the newest one that can be joined.

mod holders;
mod shift;

pub use holders::{Holder, ask_for_renewal, is_needed, join, lock_tables};
pub use shift::Shift;

use crate::ports::Ports;
use holders::{announce, withdraw_all};
use nova_errors::Failure;
use nova_postgres::{Snapshot, SourceConnection};
use std::{collections::HashMap, time::Duration};
use tokio::sync::{Mutex, MutexGuard};

/// What the one holder of a process calls itself.
const PROCESS: &str = "process";

struct Held {
    epoch: u32,
    connection: SourceConnection,
}

/// How a keeper knows how long it may live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// To the deadline of its invocation.
    Invocation,
    /// This long.
    Fixed(Duration),
}

/// The snapshots this process holds, or the rules by which it hands them on.
#[derive(Default)]
pub struct Keeper {
    relay: Option<Life>,
    held: Mutex<HashMap<String, Held>>,
    turn: Mutex<()>,
}

impl Keeper {
    /// Snapshots are handed on from worker to worker, each of which lives for `life`.
    pub fn relay(life: Life) -> Self {
        Self {
            relay: Some(life),
            ..Self::default()
        }
    }

    /// How long a worker holds a snapshot before others must have taken it over; none where one process keeps it.
    pub fn life(&self) -> Option<Life> {
        self.relay
    }

    /// How long whoever needs a lost snapshot waits before looking again, in milliseconds; none where that is for the
    /// queue to decide.
    pub fn renewal_ms(&self) -> Option<u64> {
        match self.relay? {
            Life::Invocation => Some(10_000),
            Life::Fixed(life) => u64::try_from((life / 4).as_millis()).ok(),
        }
    }

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
        let holder = Holder {
            turn: 0,
            id: PROCESS.to_owned(),
            snapshot: snapshot.id.clone(),
            visibility: snapshot.visibility.clone(),
            since_ms: ports.clock.now_ms(),
            until_ms: u64::MAX,
        };
        announce(ports, operation, epoch, &holder).await
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

    /// Lets go of an operation's snapshot and proves that the session never wrote. Keepers elsewhere notice by
    /// themselves that the operation has ended.
    ///
    /// # Errors
    /// What the source says; letting go twice is fine.
    pub async fn release(&self, ports: &Ports, operation: &str) -> Result<(), Failure> {
        let held = self.held.lock().await.remove(operation);
        withdraw_all(ports, operation).await?;
        match held {
            Some(held) if !held.connection.is_closed() => held.connection.end().await,
            _ => Ok(()),
        }
    }
}
