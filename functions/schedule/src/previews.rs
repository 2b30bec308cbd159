//! The end of previews: those that expired are closed, those that were closed are removed.

use crate::{ACTOR, occurrences::started};
use nova_automation::{Preview, Stage};
use nova_errors::Failure;
use nova_events::OperationKind;
use nova_kit::{Ports, previews, requests};

/// A removal that ended without removing is asked for again after this long, in milliseconds: whoever worked on the
/// environment, or its server, may have needed a while.
const AGAIN_MS: u64 = 10 * 60 * 1000;

/// Closes a preview that has expired, and has a closed one removed unless that is under way. Returns the operation that
/// this call started.
pub(crate) async fn look_after(ports: &Ports, preview: &Preview) -> Result<Option<String>, Failure> {
    let name = &preview.opened.environment;
    let now_ms = ports.clock.now_ms();
    if preview.has_expired(now_ms) {
        let key = format!("expired-{}", preview.incarnation);
        previews::close(ports, ACTOR, name, "expired", &key).await?;
    } else if preview.stage != Stage::Closing {
        return Ok(None);
    }
    if is_under_way(ports, name).await? {
        return Ok(None);
    }
    let key = format!("remove/{name}/{}/{}", preview.incarnation, now_ms / AGAIN_MS);
    Ok(started(requests::request_removal(ports, ACTOR, name, &key).await?))
}

async fn is_under_way(ports: &Ports, name: &str) -> Result<bool, Failure> {
    let operations = nova_kit::operations(ports).await?;
    Ok(operations.iter().any(|operation| {
        operation.requested.kind == OperationKind::Remove
            && operation.requested.target == name
            && !operation.has_ended()
    }))
}
