//! The pipeline, one message after the other, until there is nothing left to do.

use nova_cli::runtime::handler;
use nova_events::Function;
use nova_kit::{Ports, deliver};
use nova_sqlite::Sqlite;
use std::time::{Duration, Instant};

/// The longest a test waits.
const PATIENCE: Duration = Duration::from_secs(90);

const VISIBILITY_MS: u64 = 3_600_000;

/// Handles messages of the chosen functions until none is waiting.
pub(crate) async fn run(ports: &Ports, outbox: &Sqlite, functions: &[Function]) {
    let (started, mut idle) = (Instant::now(), 0);
    // A message that is put off comes back within seconds.
    while idle < 20 {
        assert!(started.elapsed() < PATIENCE, "the pipeline does not come to rest");
        nova_fn_pump::drain(ports, outbox).await.unwrap();
        let mut busy = false;
        for function in functions {
            let now = ports.clock.now_ms();
            for delivery in ports.queue.receive(*function, 10, now, VISIBILITY_MS).await.unwrap() {
                busy = true;
                deliver(ports, handler(*function).unwrap(), &delivery).await.unwrap();
            }
        }
        if busy {
            idle = 0;
        } else {
            idle += 1;
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}
