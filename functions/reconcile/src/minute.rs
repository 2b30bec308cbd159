//! What happens every minute: operations that have gone quiet are asked for again.
//!
//! A queue that cannot tell that a message is waiting already would fill up if everything were sent every minute. So:
//!
//! 1. An operation whose stream moved on a moment ago is left alone.
//! 2. One that copies moves on in the streams of its chunks: what it waits for is noted, and only if it still waits for
//!    the same the next time, that is sent.
//! 3. What was sent and changed nothing is sent again after twice the time, and so on.
//!
//! Of an operation that has ended, what it had built may be left, or people may not have been told: that is asked for
//! the same way, for a day. Then it has ended for good, which is noted, and it is not looked at any more.

use crate::in_flight;
use nova_clone::{Operation, ending, next};
use nova_errors::Failure;
use nova_events::Outgoing;
use nova_kit::{Ports, keeper::Holder};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
};

/// The kind of view item with what is known of an operation that goes on.
const QUIET: &str = "reconcile";

/// The kind of view item that names operations which have ended for good.
const SETTLED: &str = "settled";

/// How long an operation must not have come further before it is helped, in seconds, unless the event says otherwise.
const QUIET_SECONDS: u64 = 60;

/// The time between two helps doubles up to this many times.
const DOUBLINGS: u32 = 5;

/// An operation that has not come further for this long is stuck.
const STUCK_MS: u64 = 30 * 60 * 1000;

/// The event of the schedule. Its detail may name another time than the usual; schedulers that say nothing send a text
/// there, or no detail at all.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Wake {
    #[serde(default)]
    detail: Value,
}

impl Wake {
    /// How long an operation must not have come further before it is helped, in milliseconds.
    pub fn quiet_ms(&self) -> u64 {
        self.detail["quiet_seconds"].as_u64().unwrap_or(QUIET_SECONDS) * 1000
    }
}

/// What was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Messages that were sent.
    pub sent: usize,
    /// Operations that have not ended and have not come further for half an hour.
    pub stuck: u64,
    /// How long ago the oldest snapshot that is held was opened, in milliseconds.
    pub snapshot_age_ms: u64,
}

/// What is known of an operation from the last time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// Where its stream ended.
    head: u64,
    /// What it waited for.
    waits_for: Option<u64>,
    /// Since when it has been like this, in milliseconds since 1970-01-01 UTC.
    since_ms: u64,
    /// How often it was helped since then.
    helped: u32,
    /// When it last moved on or was looked at.
    last_ms: u64,
}

/// Helps every operation that has gone quiet for `quiet_ms`.
///
/// # Errors
/// What the stores say; operations that could be helped have been helped all the same.
pub async fn reconcile_all(ports: &Ports, quiet_ms: u64) -> Result<Found, Failure> {
    let mut found = Found::default();
    let settled: BTreeSet<String> = ports
        .views
        .list(SETTLED, "")
        .await?
        .into_iter()
        .map(|(operation, _)| operation)
        .collect();
    let mut failed = None;
    for stream in nova_kit::streams(ports, "operation/").await? {
        let id = stream.as_str().trim_start_matches("operation/");
        if settled.contains(id) {
            continue;
        }
        if let Err(failure) = look_after(ports, id, quiet_ms, &mut found).await {
            tracing::error!(operation = id, code = %failure.code, "{}", failure.cause);
            failed = Some(failure);
        }
    }
    failed.map_or(Ok(found), Err)
}

/// Helps one operation, or notes that it needs no more help.
async fn look_after(ports: &Ports, id: &str, quiet_ms: u64, found: &mut Found) -> Result<(), Failure> {
    let Some(operation) = nova_kit::operation_if_any(ports, id).await? else {
        return Ok(());
    };
    let now = ports.clock.now_ms();
    if operation.has_ended() {
        let messages = left_to_do(ports, &operation, now).await?;
        if !messages.is_empty() {
            return follow_up(ports, &operation, &messages, quiet_ms, found).await;
        }
        if !operation.is_resumable() {
            let item = serde_json::json!({ "at_ms": now });
            ports.views.put(SETTLED, id, &item).await?;
            ports.views.delete(QUIET, id).await?;
        }
        return Ok(());
    }
    let note = look(ports, &operation, quiet_ms, found).await?;
    found.stuck += u64::from(now.saturating_sub(note.since_ms) > STUCK_MS);
    for holder in Holder::all(ports, &operation).await? {
        found.snapshot_age_ms = found.snapshot_age_ms.max(now.saturating_sub(holder.since_ms));
    }
    Ok(())
}

/// What an operation that has ended still waits for.
async fn left_to_do(ports: &Ports, operation: &Operation, now: u64) -> Result<Vec<Outgoing>, Failure> {
    let told = match ending::about(operation).filter(|_| ending::is_looked_after(operation, now)) {
        Some(about) => nova_kit::was_told(ports, operation, about).await?,
        None => true,
    };
    Ok(ending::messages(operation, told, now))
}

/// Sends what an operation that has ended waits for, unless that was done a moment ago.
async fn follow_up(
    ports: &Ports,
    operation: &Operation,
    messages: &[Outgoing],
    quiet_ms: u64,
    found: &mut Found,
) -> Result<(), Failure> {
    let now = ports.clock.now_ms();
    let mut note = note(ports, operation).await?;
    if now < note.last_ms + (quiet_ms << note.helped.min(DOUBLINGS)) {
        return Ok(());
    }
    ports.queue.send(messages).await?;
    found.sent += messages.len();
    note.helped += 1;
    note.last_ms = now;
    let item = serde_json::to_value(&note).unwrap_or_default();
    Ok(ports.views.put(QUIET, &operation.id, &item).await?)
}

/// What is known of an operation as it is now.
async fn note(ports: &Ports, operation: &Operation) -> Result<Note, Failure> {
    let known = ports.views.get(QUIET, &operation.id).await?;
    let known: Option<Note> = known.and_then(|item| serde_json::from_value(item).ok());
    Ok(known.filter(|note| note.head == operation.head.next).unwrap_or(Note {
        head: operation.head.next,
        since_ms: operation.updated_at_ms,
        last_ms: operation.updated_at_ms,
        ..Note::default()
    }))
}

/// Looks at an operation that goes on, and helps it if it needs that.
async fn look(ports: &Ports, operation: &Operation, quiet_ms: u64, found: &mut Found) -> Result<Note, Failure> {
    let now = ports.clock.now_ms();
    let mut note = note(ports, operation).await?;
    if now >= note.last_ms + (quiet_ms << note.helped.min(DOUBLINGS)) {
        let messages = in_flight(ports, operation).await?;
        let waits_for = fingerprint(&messages);
        // Outside of copying the operation's own stream says all there is to know.
        let own_stream_only = !next::of_operation(operation).is_empty();
        if own_stream_only || note.waits_for == Some(waits_for) {
            ports.queue.send(&messages).await?;
            found.sent += messages.len();
            note.helped += 1;
        } else {
            (note.since_ms, note.helped) = (now, 0);
        }
        note.waits_for = Some(waits_for);
        note.last_ms = now;
    }
    let item = serde_json::to_value(&note).unwrap_or_default();
    ports.views.put(QUIET, &operation.id, &item).await?;
    Ok(note)
}

/// Tells sets of messages apart. Only compared with what the same program has noted a minute ago; another build may see
/// a change where there is none and waits once more.
fn fingerprint(messages: &[Outgoing]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for outgoing in messages {
        outgoing.id.hash(&mut hasher);
    }
    // JSON numbers are exact up to 53 bits everywhere.
    hasher.finish() >> 11
}
