//! What is over is forgotten.

use crate::ACTOR;
use nova_errors::Failure;
use nova_fn_practice::Platform;
use nova_practice_store::{
    Scope,
    booking::expire_holds,
    cabinets, health, idempotency,
    identity::{keyed, links, sessions, throttles},
    letters, outbox,
};
use serde::Serialize;

/// How long the answer to a request with a key is kept, in hours.
const KEYS_HOURS: i32 = 48;

/// How long a message is kept that was handed on, in days.
const MESSAGES_DAYS: i32 = 30;

/// How long findings of health checks are kept, in days.
const FINDINGS_DAYS: i32 = 90;

/// What was forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tidied {
    /// Holds that were over.
    pub holds: u64,
    /// Keys of requests.
    pub keys: u64,
    /// Sessions, links, failures to sign in.
    pub sign_ins: u64,
    /// Messages that were handed on long ago, and who was written because of them.
    pub messages: u64,
    /// Findings of health checks.
    pub findings: u64,
}

/// Forgets what is over, in the group and in every cabinet.
///
/// # Errors
/// What the store says.
pub async fn tidy(platform: &Platform) -> Result<Tidied, Failure> {
    let (store, now_ms) = (platform.store(), platform.now_ms());
    let mut done = Tidied::default();
    let cabinets = store
        .with_group(&ACTOR, async |tx| {
            done.sign_ins += throttles::forget(tx, now_ms).await?;
            done.sign_ins += sessions::forget(tx, now_ms).await?;
            done.sign_ins += links::forget(tx, now_ms).await?;
            done.keys += keyed::forget(tx).await?;
            done.messages += outbox::forget(tx, MESSAGES_DAYS).await?;
            done.messages += letters::forget(tx, 2 * MESSAGES_DAYS).await?;
            cabinets::active(tx).await
        })
        .await?;
    for cabinet in cabinets {
        let scope = Scope {
            cabinet,
            actor: ACTOR,
            request_id: String::new(),
            reason: None,
        };
        let (holds, keys, findings) = store
            .with_cabinet(&scope, async |tx| {
                Ok((
                    expire_holds(tx).await?,
                    idempotency::forget(tx, KEYS_HOURS).await?,
                    health::forget(tx, FINDINGS_DAYS).await?,
                ))
            })
            .await?;
        done.holds += holds;
        done.keys += keys;
        done.findings += findings;
    }
    Ok(done)
}
