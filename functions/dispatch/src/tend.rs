//! What is looked at by itself: how cabinets are, and which patients are to be reminded.

use crate::ACTOR;
use jiff::Timestamp;
use nova_errors::Failure;
use nova_fn_practice::Platform;
use nova_practice::CabinetId;
use nova_practice_store::{Scope, booking::remind, cabinets, health};
use serde::Serialize;

/// How often a cabinet is looked at, in minutes.
const CHECK_MINUTES: i32 = 15;

/// Most cabinets that are looked at in one minute; the others' turn comes with the next.
const CHECKED_AT_ONCE: usize = 200;

/// What was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tended {
    /// Cabinets whose checks were made.
    pub checked: usize,
    /// Reminders that were left in the outbox.
    pub reminders: usize,
}

/// Checks each active cabinet that nobody looked at for a quarter of an hour, and leaves the reminders that are due in the
/// outbox. A cabinet where that fails does not keep it from the others.
///
/// # Errors
/// What the store says, once all were tried.
pub async fn tend(platform: &Platform) -> Result<Tended, Failure> {
    let store = platform.store();
    let now_ms = i64::try_from(platform.now_ms()).unwrap_or(i64::MAX);
    let now = Timestamp::from_millisecond(now_ms).unwrap_or_default();
    let all: Vec<CabinetId> = store.with_group(&ACTOR, async |tx| cabinets::active(tx).await).await?;
    let (mut done, mut failed) = (Tended::default(), None);
    for cabinet in all {
        let scope = Scope {
            cabinet,
            actor: ACTOR,
            request_id: String::new(),
            reason: None,
        };
        // Two transactions: a cabinet that cannot be checked reminds its patients all the same.
        if done.checked < CHECKED_AT_ONCE {
            let checked = store.with_cabinet(&scope, async |tx| health::check_if_due(tx, CHECK_MINUTES).await);
            match checked.await {
                Ok(findings) => done.checked += usize::from(findings.is_some()),
                Err(error) => failed = Some(Failure::from(error)),
            }
        }
        match store.with_cabinet(&scope, async |tx| remind(tx, now).await).await {
            Ok(left) => done.reminders += left,
            Err(error) => failed = Some(Failure::from(error)),
        }
    }
    failed.map_or(Ok(done), Err)
}
