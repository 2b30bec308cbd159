//! How operations begin, stop and go on: the command line, the API, webhooks and schedules all ask here.
//!
//! A request may carry a key. Asking again with the same key and the same request starts nothing and names the same
//! operation; the same key with another request is an error. Keys of different actors do not meet.
//!
//! | module | holds |
//! |---|---|
//! | `clone` | [`request_clone`], its choices and their defaults |
//! | `backup` | [`request_backup`] |
//! | `rollback` | [`request_rollback`] |
//! | `control` | [`stop`], [`resume`], [`discard_abandoned`] |
//! | `upkeep` | [`request_removal`], [`request_check`] |
//! | `keys` | what a key stands for |

mod backup;
mod clone;
mod control;
mod keys;
mod rollback;
mod upkeep;

pub use backup::{check_backup, request_backup, request_backup_as};
pub use clone::{
    CheckedRules, CloneDefaults, CloneRequest, DefaultRules, RulesText, check_clone, parse_rules, request_clone,
    request_clone_as,
};
pub use control::{abandoned, discard, discard_abandoned, named, resume, stop};
pub use rollback::{RollbackRequest, check_rollback, request_rollback, request_rollback_as};
pub use upkeep::{request_check, request_removal};

use crate::{ports::Ports, record::Recorder, state};
use keys::Key;
use nova_clone::names::{operation_stream, outgoing};
use nova_errors::Failure;
use nova_eventlog::Head;
use nova_events::{Event, Message};

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requested {
    /// The operation.
    pub operation: String,
    /// True when an earlier request with the same key had started it.
    pub repeated: bool,
}

/// The operation that an earlier request with this key has started. Asked before the request is checked: what it names
/// may be used up or gone by now, and a mistake must not use a key up.
async fn started(ports: &Ports, key: Option<&Key>) -> Result<Option<Requested>, Failure> {
    let Some(key) = key else { return Ok(None) };
    let Some(operation) = key.known(ports).await? else {
        return Ok(None);
    };
    let repeated = state::operation_if_any(ports, &operation).await?.is_some();
    Ok(repeated.then_some(Requested { operation, repeated }))
}

/// Which operation a request stands for: the one its key already names, or `id`, under which it may be recorded now.
async fn reserve(ports: &Ports, key: Option<&Key>, actor: &str, id: &str) -> Result<Requested, Failure> {
    let operation = match key {
        None => id.to_owned(),
        Some(key) => key.take(ports, actor, id).await?,
    };
    // A process that died between taking the key and recording the operation left the second to whoever comes next.
    let repeated = operation != id && state::operation_if_any(ports, &operation).await?.is_some();
    Ok(Requested { operation, repeated })
}

/// Records the request of an operation and asks the guard to look at it.
async fn record(ports: &Ports, actor: &str, id: &str, events: Vec<Event>) -> Result<(), Failure> {
    let guard = Message::Guard {
        operation: id.to_owned(),
    };
    Recorder::by(ports, id, actor)
        .append(
            operation_stream(id)?,
            Head::start(),
            "request",
            events,
            vec![outgoing(guard, "request")],
        )
        .await
}
