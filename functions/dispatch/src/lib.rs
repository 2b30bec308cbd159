//! What the practice platform does every minute.
//!
//! | function | does |
//! |---|---|
//! | [`hand_on`] | messages that commits left in the outbox, to whoever follows |
//! | [`letters`] | what people are sent because of it |
//! | [`tend`] | looks at cabinets, and whom to remind |
//! | [`tidy`] | forgets what is over: holds, links, keys of requests, counts |
//! | [`ask_again`] | provisionings that should be under way and do not move |
//!
//! A message is claimed, handed on outside of any transaction, and marked: one whose hander died is handed on again. Whoever
//! follows knows it by its number, which is the same every time.

mod carrier;
pub mod letters;
mod tend;
mod tidy;
#[cfg(feature = "aws")]
mod topic;

pub use carrier::{Carrier, Log};
pub use tend::{Tended, tend};
pub use tidy::{Tidied, tidy};
#[cfg(feature = "aws")]
pub use topic::Topic;

use nova_errors::Failure;
use nova_eventlog::Queue;
use nova_fn_practice::{Platform, provisioning::Overdue};
use nova_practice_store::{Actor, outbox, provisioning};
use serde::Serialize;

/// Who acts, in the audit.
pub(crate) const ACTOR: Actor = Actor::System("dispatch");

/// Messages claimed at once.
const BATCH: i64 = 100;

/// How long they are whoever claimed them's, in seconds.
const CLAIM: i32 = 60;

/// How long a provisioning must not have moved before it is asked for again, in milliseconds. Longer than the longest pause
/// between two tries of a step.
const QUIET_MS: u64 = 90_000;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Minute {
    /// Messages that were handed on.
    pub handed_on: usize,
    /// What was looked at.
    pub tended: Tended,
    /// What was forgotten.
    pub tidied: Tidied,
    /// Provisionings that were asked for again.
    pub asked_again: usize,
}

/// Everything that is to be done every minute.
///
/// # Errors
/// What the stores say; what comes after is done all the same.
pub async fn minute(platform: &Platform, carrier: &dyn Carrier, queue: &dyn Queue) -> Result<Minute, Failure> {
    // First, so that what it leaves is handed on at once.
    let tended = tend(platform).await;
    let handed_on = hand_on(platform, carrier).await;
    let tidied = tidy(platform).await;
    let asked_again = ask_again(platform, queue).await;
    Ok(Minute {
        handed_on: handed_on?,
        tended: tended?,
        tidied: tidied?,
        asked_again: asked_again?,
    })
}

/// Hands on what waits in the outbox. Returns how many messages that were.
///
/// # Errors
/// What the store says; what was not marked is handed on again.
pub async fn hand_on(platform: &Platform, carrier: &dyn Carrier) -> Result<usize, Failure> {
    let store = platform.store();
    let mut handed_on = 0;
    loop {
        let claimed = store
            .with_group(&ACTOR, async |tx| outbox::claim(tx, BATCH, CLAIM).await)
            .await?;
        if claimed.is_empty() {
            return Ok(handed_on);
        }
        let taken = carrier.carry(platform, &claimed).await;
        if taken.is_empty() {
            return Ok(handed_on);
        }
        store
            .with_group(&ACTOR, async |tx| outbox::sent(tx, &taken).await)
            .await?;
        handed_on += taken.len();
    }
}

/// Sends for provisionings that should be under way again. Returns how many.
///
/// # Errors
/// What the stores say.
pub async fn ask_again(platform: &Platform, queue: &dyn Queue) -> Result<usize, Failure> {
    let store = platform.store();
    let candidates = store
        .with_group(&ACTOR, async |tx| provisioning::lately(tx).await)
        .await?;
    let mut messages = Vec::new();
    for cabinet in candidates {
        if let Overdue::Yes(message) = platform.provisioning().overdue(cabinet, QUIET_MS).await? {
            messages.push(message);
        }
    }
    queue.send(&messages).await?;
    Ok(messages.len())
}
