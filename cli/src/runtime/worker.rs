//! Workers: take a message, hand it to its function, empty the outbox, again.

use super::handlers::{ORDER, handler};
use nova_errors::{Code, Failure};
use nova_events::Function;
use nova_kit::{Disposition, Ports, deliver};
use nova_sqlite::Sqlite;
use std::{pin::pin, sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
};

/// Deliveries do not run out while the process lives: nobody else takes this operation's messages, and after a crash
/// they are recovered at once.
const VISIBILITY_MS: u64 = 30 * 24 * 3600 * 1000;

/// How long an idle worker waits before it looks again, unless it is woken.
const IDLE: Duration = Duration::from_millis(50);

/// What workers share.
struct Shared {
    ports: Arc<Ports>,
    sqlite: Sqlite,
    operation: String,
    woken: Notify,
    /// One worker at a time empties the outbox; the others find it empty.
    outbox: tokio::sync::Mutex<()>,
    stop: watch::Receiver<bool>,
}

/// Runs `workers` workers until the operation has ended and its messages are handled, or until `interruption` comes true.
pub(super) async fn run(
    ports: &Arc<Ports>,
    sqlite: &Sqlite,
    operation: &str,
    workers: u32,
    interruption: impl Future<Output = bool>,
) -> Result<(), Failure> {
    let mut interruption = pin!(interruption);
    let mut awaited = true;
    let (stopper, stop) = watch::channel(false);
    let shared = Arc::new(Shared {
        ports: Arc::clone(ports),
        sqlite: sqlite.clone(),
        operation: operation.to_owned(),
        woken: Notify::new(),
        outbox: tokio::sync::Mutex::new(()),
        stop,
    });
    let mut tasks = JoinSet::new();
    for _ in 0..workers.max(1) {
        tasks.spawn(work(Arc::clone(&shared)));
    }
    let mut interrupted = false;
    let mut outcome = Ok(());
    loop {
        tokio::select! {
            finished = tasks.join_next() => match finished {
                None => break,
                Some(Ok(Ok(()))) => {}
                Some(Ok(Err(failure))) => {
                    outcome = Err(failure);
                    let _ = stopper.send(true);
                }
                Some(Err(error)) => {
                    outcome = Err(Failure::new(Code::INTERNAL, format!("a worker ended: {error}")));
                    let _ = stopper.send(true);
                }
            },
            interruption = &mut interruption, if awaited => {
                awaited = false;
                interrupted = interruption;
                let _ = stopper.send(true);
            }
        }
    }
    if interrupted && outcome.is_ok() && !has_ended(&shared).await? {
        let remedy = format!("Continue with `nova resume --operation {operation}`.");
        return Err(
            Failure::new(Code::INTERRUPTED, format!("operation {operation} was interrupted")).with_remedy(remedy),
        );
    }
    outcome
}

async fn work(shared: Arc<Shared>) -> Result<(), Failure> {
    while !*shared.stop.borrow() {
        pump(&shared).await?;
        if step(&shared).await? {
            continue;
        }
        if has_ended(&shared).await? && is_idle(&shared).await? {
            shared.woken.notify_waiters();
            return Ok(());
        }
        let _ = tokio::time::timeout(IDLE, shared.woken.notified()).await;
    }
    Ok(())
}

/// Handles one message; false when there was none.
async fn step(shared: &Arc<Shared>) -> Result<bool, Failure> {
    let now = shared.ports.clock.now_ms();
    let taken = shared
        .sqlite
        .receive_for(&shared.operation, &ORDER, now, VISIBILITY_MS)
        .await?;
    let Some((function, delivery, handler)) = taken.and_then(|(function, delivery)| {
        let handler = handler(function)?;
        Some((function, delivery, handler))
    }) else {
        return Ok(false);
    };
    // A task of its own, so that a panic in a handler is a failed message and not a failed process.
    let task = {
        let (shared, delivery) = (Arc::clone(shared), delivery.clone());
        tokio::spawn(async move { deliver(&shared.ports, handler, &delivery).await })
    };
    match task.await {
        Ok(disposition) => {
            if disposition? != Disposition::Again {
                pump(shared).await?;
            }
        }
        Err(error) => panicked(shared, function, &delivery.receipt, &error.to_string()).await?,
    }
    shared.woken.notify_waiters();
    Ok(true)
}

/// A handler that panicked has a defect: its message is set aside and its operation fails.
async fn panicked(shared: &Shared, function: Function, receipt: &str, what: &str) -> Result<(), Failure> {
    let failure = Failure::new(
        Code::INTERNAL,
        format!("the {} step ended unexpectedly: {what}", function.name()),
    );
    nova_kit::fail_operation(&shared.ports, &shared.operation, function, &failure).await?;
    Ok(shared.ports.queue.bury(function, receipt).await?)
}

async fn pump(shared: &Shared) -> Result<(), Failure> {
    let _turn = shared.outbox.lock().await;
    nova_fn_pump::drain(&shared.ports, &shared.sqlite).await?;
    Ok(())
}

async fn has_ended(shared: &Shared) -> Result<bool, Failure> {
    let operation = nova_kit::operation_if_any(&shared.ports, &shared.operation).await?;
    Ok(operation.is_none_or(|operation| operation.has_ended()))
}

/// True when no message of the operation is left for anyone.
async fn is_idle(shared: &Shared) -> Result<bool, Failure> {
    let waiting = shared.sqlite.waiting(&shared.operation).await?;
    Ok(waiting.visible + waiting.in_flight == 0)
}
