//! Which operations this process runs.
//!
//! 1. At the start and every minute: every operation that has not ended, or of which messages are left, is taken up if
//!    its lock is free. A free lock proves that no other process runs it.
//! 2. Whenever the API has changed something, and twice a second: the outbox is emptied, and operations whose messages
//!    nobody has in hand are taken up the same way.
//! 3. Each runs with workers of its own until it has ended and none of its messages is left.

use super::mounts;
use crate::runtime::Runtime;
use nova_errors::{Code, Failure};
use std::{
    collections::{BTreeSet, HashMap},
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{Notify, watch},
    task::{Id, JoinError, JoinSet},
    time::{MissedTickBehavior, interval},
};

/// Operations that are run at the same time; further ones wait.
const AT_ONCE: usize = 8;

/// How often messages are looked for although nobody has said that there are any.
const LOOK: Duration = Duration::from_millis(500);

const MINUTE: Duration = Duration::from_mins(1);

/// How long what is at work may take once the process is told to end: a chunk, or a statement that is under way.
const GRACE: Duration = Duration::from_secs(20);

/// Runs operations until it is told to stop.
pub(super) struct Supervisor {
    runtime: Arc<Runtime>,
    changed: Arc<Notify>,
    stopped: watch::Receiver<bool>,
    tasks: JoinSet<Result<(), Failure>>,
    running: HashMap<Id, String>,
    /// Operations that could not be run; left alone until the minute is over.
    resting: BTreeSet<String>,
}

impl Supervisor {
    pub(super) fn new(runtime: Arc<Runtime>, changed: Arc<Notify>, stopped: watch::Receiver<bool>) -> Self {
        Self {
            runtime,
            changed,
            stopped,
            tasks: JoinSet::new(),
            running: HashMap::new(),
            resting: BTreeSet::new(),
        }
    }

    /// Runs operations until it is told to stop.
    pub(super) async fn run(mut self) {
        let (mut minute, mut look) = (interval(MINUTE), interval(LOOK));
        minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let changed = Arc::clone(&self.changed);
        let mut stopped = pin!(super::until(self.stopped.clone()));
        loop {
            let done = tokio::select! {
                biased;
                () = &mut stopped => break,
                Some(ended) = self.tasks.join_next_with_id() => {
                    self.ended(ended);
                    Ok(())
                }
                _ = minute.tick() => self.every_minute().await,
                _ = look.tick() => self.look().await,
                () = changed.notified() => self.look().await,
            };
            if let Err(failure) = done {
                tracing::error!(code = %failure.code, "{}", failure.cause);
            }
        }
        let settled = tokio::time::timeout(GRACE, async {
            while let Some(ended) = self.tasks.join_next_with_id().await {
                self.ended(ended);
            }
        });
        if settled.await.is_err() {
            tracing::warn!("work that was under way is cut short; it is done again at the next start");
        }
    }

    async fn every_minute(&mut self) -> Result<(), Failure> {
        self.resting.clear();
        let mut wanted: BTreeSet<String> = self
            .runtime
            .sqlite()
            .operations_with_messages(None)
            .await?
            .into_iter()
            .collect();
        for operation in nova_kit::operations(self.runtime.ports()).await? {
            if !operation.has_ended() {
                wanted.insert(operation.id);
            }
        }
        self.take_up(wanted);
        mounts::every_minute(&self.runtime).await
    }

    async fn look(&mut self) -> Result<(), Failure> {
        let ports = self.runtime.ports();
        nova_fn_pump::drain(ports, self.runtime.sqlite()).await?;
        let now = ports.clock.now_ms();
        let waiting = self.runtime.sqlite().operations_with_messages(Some(now)).await?;
        self.take_up(waiting);
        Ok(())
    }

    fn take_up(&mut self, operations: impl IntoIterator<Item = String>) {
        for id in operations {
            let known = self.resting.contains(&id) || self.running.values().any(|running| *running == id);
            if known || self.tasks.len() >= AT_ONCE {
                continue;
            }
            let task = run(Arc::clone(&self.runtime), id.clone(), self.stopped.clone());
            let handle = self.tasks.spawn(task);
            self.running.insert(handle.id(), id);
        }
    }

    fn ended(&mut self, ended: Result<(Id, Result<(), Failure>), JoinError>) {
        let (task, outcome) = match ended {
            Ok(ended) => ended,
            Err(error) => (
                error.id(),
                Err(Failure::new(
                    Code::INTERNAL,
                    format!("a task ended unexpectedly: {error}"),
                )),
            ),
        };
        let id = self.running.remove(&task).unwrap_or_default();
        match outcome {
            Ok(()) => {}
            Err(failure) if failure.code == Code::INTERRUPTED => {
                tracing::info!(operation = id, "put aside until the next start");
            }
            // Another process has the lock: one that runs it, or one that only looks whether somebody does.
            Err(failure) if failure.code == Code::OPERATION_RUNNING => {}
            Err(failure) => {
                tracing::error!(operation = id, code = %failure.code, "{}", failure.cause);
                self.resting.insert(id);
            }
        }
    }
}

/// Runs one operation until it has ended and none of its messages is left.
async fn run(runtime: Arc<Runtime>, id: String, stopped: watch::Receiver<bool>) -> Result<(), Failure> {
    let _lock = runtime.lock(&id)?;
    let Some(operation) = nova_kit::operation_if_any(runtime.ports(), &id).await? else {
        return Ok(());
    };
    runtime.take_over_until(&operation, super::until(stopped)).await?;
    Ok(())
}
