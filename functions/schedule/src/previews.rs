//! Previews between deliveries: one that was opened and never filled is filled, those that expired are closed, those that
//! were closed are removed.

use crate::{ACTOR, occurrences::started};
use nova_automation::{Preview, Stage};
use nova_clone::Operation;
use nova_errors::Failure;
use nova_events::OperationKind;
use nova_kit::{
    Ports, previews,
    requests::{self, CloneRequest},
};

/// Whoever opens a preview requests its contents right away. After this long, in milliseconds, nobody will.
const UNFILLED_MS: u64 = 2 * 60 * 1000;

/// A removal that ended without removing is asked for again after this long, in milliseconds, and after twice as long
/// each further time: whoever worked on the environment, or its server, may have needed a while.
const AGAIN_MS: u64 = 10 * 60 * 1000;

/// The longest such wait is the shortest, doubled so often: about two days.
const DOUBLINGS: u32 = 8;

/// Requests the contents of a preview that got none, closes one that has expired, and has a closed one removed unless that
/// is under way. Returns the operation that this call started.
pub(crate) async fn look_after(ports: &Ports, preview: &Preview) -> Result<Option<String>, Failure> {
    let name = &preview.opened.environment;
    let now_ms = ports.clock.now_ms();
    if preview.has_expired(now_ms) {
        let key = format!("expired-{}", preview.incarnation);
        previews::close(ports, ACTOR, name, "expired", &key).await?;
    } else if preview.stage == Stage::Open {
        return fill(ports, preview, now_ms).await;
    } else if preview.stage != Stage::Closing {
        return Ok(None);
    }
    let Some(attempt) = next_attempt(ports, preview, now_ms).await? else {
        return Ok(None);
    };
    let key = format!("remove/{name}/{}/{attempt}", preview.incarnation);
    Ok(started(requests::request_removal(ports, ACTOR, name, &key).await?))
}

/// Requests the clone that whoever opened a preview could not request, and whose sender may never deliver again.
async fn fill(ports: &Ports, preview: &Preview, now_ms: u64) -> Result<Option<String>, Failure> {
    let Some(source) = &preview.opened.source else {
        return Ok(None);
    };
    let name = &preview.opened.environment;
    // Who has a database had a clone. Only of the others all operations are looked at.
    if preview.created.is_some() || now_ms < preview.opened_at_ms + UNFILLED_MS {
        return Ok(None);
    }
    let filled = |operation: &Operation| {
        operation.copies() && operation.requested.target == *name && operation.requested_at_ms >= preview.opened_at_ms
    };
    if nova_kit::operations(ports).await?.iter().any(filled) {
        return Ok(None);
    }
    let key = format!("fill/{name}/{}", preview.incarnation);
    let request = CloneRequest::anonymized(source, name);
    Ok(started(
        requests::request_clone(ports, ACTOR, request, Some(&key)).await?,
    ))
}

/// How many removals of this preview have failed; none while one is under way or the last one is too recent.
async fn next_attempt(ports: &Ports, preview: &Preview, now_ms: u64) -> Result<Option<u32>, Failure> {
    let operations = nova_kit::operations(ports).await?;
    let (mut attempts, mut last_ms) = (0, 0);
    for operation in operations.iter().filter(|operation| {
        operation.requested.kind == OperationKind::Remove
            && operation.requested.target == preview.opened.environment
            && operation.requested_at_ms >= preview.opened_at_ms
    }) {
        if !operation.has_ended() {
            return Ok(None);
        }
        attempts += 1;
        last_ms = last_ms.max(operation.updated_at_ms);
    }
    let wait_ms = match attempts {
        0 => 0,
        failed => AGAIN_MS << DOUBLINGS.min(failed - 1),
    };
    Ok((now_ms >= last_ms + wait_ms).then_some(attempts))
}
