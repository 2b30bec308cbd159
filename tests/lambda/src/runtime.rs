//! Every function beside the others, as deployed: each takes messages from its own queue; keepers can be killed.

use crate::world::World;
use async_trait::async_trait;
use nova_clone::Operation;
use nova_errors::Failure;
use nova_events::{Function, Message};
use nova_kit::{Handler, Ports, deliver, keeper::Holder};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::task::{AbortHandle, JoinSet};

/// A message in the hands of somebody who was killed does not come back within a test.
const VISIBILITY_MS: u64 = 3_600_000;

/// How long reading a chunk takes at least.
const SLOWNESS: Duration = Duration::from_millis(250);

/// The longest a test may wait for something.
const PATIENCE: Duration = Duration::from_mins(2);

/// Reading, slowed down.
struct SlowExport;

#[async_trait]
impl Handler for SlowExport {
    fn function(&self) -> Function {
        Function::Export
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure> {
        tokio::time::sleep(SLOWNESS).await;
        nova_fn_export::Export.handle(ports, operation, message).await
    }
}

/// The functions as they are, but for the slow one.
fn handler(function: Function) -> &'static dyn Handler {
    match function {
        Function::Export => &SlowExport,
        other => nova_cli::runtime::handler(other).unwrap(),
    }
}

/// The keepers that were started, oldest first.
type Keepers = Arc<Mutex<Vec<(u32, AbortHandle)>>>;

/// The running functions; they end with it.
pub struct Runtime<'a> {
    world: &'a World,
    keepers: Keepers,
    _loops: JoinSet<()>,
}

impl<'a> Runtime<'a> {
    /// Starts every function.
    pub fn start(world: &'a World) -> Self {
        Self::start_with(world, &[])
    }

    /// Starts every function, some of them with handlers of the test's own that have this long for a message.
    pub fn start_with(world: &'a World, hurried: &[(&'static dyn Handler, Duration)]) -> Self {
        let keepers = Keepers::default();
        let mut loops = JoinSet::new();
        for function in Function::ALL {
            let hurried = hurried.iter().find(|(handler, _)| handler.function() == function);
            if let Some((handler, limit)) = hurried {
                loops.spawn(hurry(world.other_ports(), *handler, *limit));
            } else {
                loops.spawn(listen(Arc::clone(&world.ports), function, Arc::clone(&keepers)));
            }
        }
        let (ports, outbox) = (Arc::clone(&world.ports), world.folder.sqlite.clone());
        loops.spawn(async move {
            loop {
                nova_fn_pump::drain(&ports, &outbox).await.unwrap();
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        Self {
            world,
            keepers,
            _loops: loops,
        }
    }

    /// The operation as it is now.
    pub async fn operation(&self, id: &str) -> Operation {
        nova_kit::operation(&self.world.ports, id).await.unwrap()
    }

    /// Waits until the operation is as wanted.
    pub async fn until(&self, id: &str, what: &str, holds: impl Fn(&Operation) -> bool) -> Operation {
        let started = Instant::now();
        loop {
            let operation = self.operation(id).await;
            if holds(&operation) {
                return operation;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "in vain: waiting until {what}: {operation:#?}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The holders that live, newest first.
    pub async fn living(&self, id: &str) -> Vec<Holder> {
        let operation = self.operation(id).await;
        let now = self.world.ports.clock.now_ms();
        let mut holders = Holder::all(&self.world.ports, &operation).await.unwrap();
        holders.retain(|holder| holder.until_ms > now);
        holders
    }

    /// Waits until two keepers live, none of them among `dead`, and rows are being read; returns their turns, newest
    /// first.
    pub async fn two_keepers(&self, id: &str, dead: &[u32]) -> [u32; 2] {
        let started = Instant::now();
        loop {
            let operation = self.operation(id).await;
            assert!(
                operation.outcome.is_none(),
                "it ended too early: {:?}",
                operation.outcome
            );
            let turns: Vec<u32> = self.living(id).await.iter().map(|holder| holder.turn).collect();
            if let [newer, older] = turns[..]
                && operation.staging.is_some()
                && older > 0
                && !dead.contains(&newer)
                && !dead.contains(&older)
            {
                return [newer, older];
            }
            assert!(
                started.elapsed() < PATIENCE,
                "in vain: waiting for two keepers, there are {turns:?}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Turns that were begun.
    pub fn turns(&self) -> Vec<u32> {
        self.keepers.lock().unwrap().iter().map(|(turn, _)| *turn).collect()
    }

    /// Kills the keepers of these turns where they stand, as the end of a process would.
    pub fn kill(&self, turns: &[u32]) {
        for (turn, keeper) in self.keepers.lock().unwrap().iter() {
            if turns.contains(turn) {
                keeper.abort();
            }
        }
    }
}

/// Takes messages of one function, which has a limited time for each.
async fn hurry(ports: Ports, handler: &dyn Handler, limit: Duration) {
    loop {
        let now = ports.clock.now_ms();
        let received = ports
            .queue
            .receive(handler.function(), 1, now, VISIBILITY_MS)
            .await
            .unwrap();
        let Some(delivery) = received.into_iter().next() else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        ports.deadline.set_ms(now + u64::try_from(limit.as_millis()).unwrap());
        deliver(&ports, handler, &delivery).await.unwrap();
    }
}

/// Takes messages of one function: one at a time, but those that hold a snapshot side by side. Messages for keepers are
/// always delivered twice.
async fn listen(ports: Arc<Ports>, function: Function, keepers: Keepers) {
    let mut holding = JoinSet::new();
    loop {
        let now = ports.clock.now_ms();
        let received = ports.queue.receive(function, 1, now, VISIBILITY_MS).await.unwrap();
        let Some(delivery) = received.into_iter().next() else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        if !matches!(function, Function::Keeper | Function::Snapshot) {
            deliver(&ports, handler(function), &delivery).await.unwrap();
            continue;
        }
        for _ in 0..2 {
            let (ports, delivery, message) = (Arc::clone(&ports), delivery.clone(), delivery.message.clone());
            let task = holding.spawn(async move {
                deliver(&ports, handler(function), &delivery).await.unwrap();
            });
            if let Message::Keep { turn, .. } = message {
                keepers.lock().unwrap().push((turn, task));
            }
        }
    }
}
