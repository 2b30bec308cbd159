//! What the platform's functions do on AWS, in this process: messages that ask for a step of a provisioning, the outbox, and
//! what is done every minute.
//!
//! All of it ends with the process wherever it is: a step and a message are done again at the next start.

use crate::runtime::Runtime;
use nova_errors::Failure;
use nova_events::Function;
use nova_fn_dispatch::{Carrier, ask_again, hand_on, tend as look_after, tidy};
use nova_fn_practice::Platform;
use nova_practice_store::{Actor, provisioning::claim_log};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};

/// How often messages are looked for.
const LOOK: Duration = Duration::from_millis(250);

/// How often the outbox is emptied.
const POST: Duration = Duration::from_secs(1);

const MINUTE: Duration = Duration::from_mins(1);

/// Who acts, in the audit.
const SERVE: Actor = Actor::System("serve");

/// How long a step is this process's, in milliseconds: if it dies, the next one takes it up after that.
const VISIBILITY_MS: u64 = 60_000;

/// Begins all of it.
pub(super) fn begin(runtime: &Arc<Runtime>, platform: &Platform, carrier: Arc<dyn Carrier>) {
    tokio::spawn(provision(Arc::clone(runtime), platform.clone()));
    tokio::spawn(post(platform.clone(), carrier));
    tokio::spawn(tend(Arc::clone(runtime), platform.clone()));
}

/// Says that the platform's provisionings are in this log.
///
/// # Errors
/// `NOVA-3224` when another server has another.
pub(super) async fn claim(platform: &Platform, log: &str) -> Result<(), Failure> {
    let store = platform.store();
    let claimed = store.with_group(&SERVE, async |tx| claim_log(tx, log).await);
    Ok(claimed.await?)
}

/// Says it again every minute, for as long as this process serves.
pub(super) async fn keep_claim(platform: Platform, log: String) {
    // It was said at the start.
    let mut minute = interval_at(Instant::now() + MINUTE, MINUTE);
    minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minute.tick().await;
        if let Err(failure) = claim(&platform, &log).await {
            tracing::error!(code = %failure.code, "{}", failure.cause);
        }
    }
}

/// Takes messages that ask for a step, one at a time.
async fn provision(runtime: Arc<Runtime>, platform: Platform) {
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        match step(&runtime, &platform).await {
            Ok(true) => {}
            Ok(false) => {
                look.tick().await;
            }
            Err(failure) => {
                tracing::error!(code = %failure.code, "{}", failure.cause);
                tokio::time::sleep(POST).await;
            }
        }
    }
}

/// Handles one message; false when there was none.
async fn step(runtime: &Runtime, platform: &Platform) -> Result<bool, Failure> {
    let ports = runtime.ports();
    let (queue, now) = (&ports.queue, ports.clock.now_ms());
    let taken = queue.receive(Function::Provision, 1, now, VISIBILITY_MS).await?;
    let Some(delivery) = taken.into_iter().next() else {
        return Ok(false);
    };
    if nova_fn_provision::settle(platform, queue.as_ref(), &delivery).await? {
        queue.delete(Function::Provision, &delivery.receipt).await?;
    }
    // What was appended asks for the next step.
    nova_fn_pump::drain(ports, runtime.sqlite()).await?;
    Ok(true)
}

async fn post(platform: Platform, carrier: Arc<dyn Carrier>) {
    let mut often = interval(POST);
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        often.tick().await;
        if let Err(failure) = hand_on(&platform, carrier.as_ref()).await {
            tracing::warn!(code = %failure.code, "messages wait: {}", failure.cause);
        }
    }
}

async fn tend(runtime: Arc<Runtime>, platform: Platform) {
    let mut minute = interval(MINUTE);
    minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minute.tick().await;
        if let Err(failure) = look_after(&platform).await {
            tracing::warn!(code = %failure.code, "cabinets were not looked after: {}", failure.cause);
        }
        if let Err(failure) = tidy(&platform).await {
            tracing::warn!(code = %failure.code, "not tidied: {}", failure.cause);
        }
        if let Err(failure) = ask_again(&platform, runtime.ports().queue.as_ref()).await {
            tracing::warn!(code = %failure.code, "provisionings were not looked after: {}", failure.cause);
        }
    }
}
