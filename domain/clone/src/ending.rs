//! What is still to be done for an operation that has ended: remove what it had built, tell people. The messages for
//! that are in the commit that ended it; whoever delivers them may have given up, so they are asked for again until the
//! log says that it was done, but not for ever.

use crate::{
    names::outgoing,
    next,
    operation::{Operation, Outcome},
};
use nova_errors::{Code, Exit};
use nova_events::{Function, Message, OperationKind, Outgoing};

/// For how long an operation that has ended is looked after, in milliseconds: a day. What could not be done by then
/// needs a person.
pub const LOOKED_AFTER_MS: u64 = 24 * 3_600_000;

/// The longest a step may go on in a next message and a next, in milliseconds: two days.
pub const LONGEST_STEP_MS: u64 = 48 * 3_600_000;

/// The messages that an ended operation still waits for; none a day after its last event. `told` says whether the log
/// knows that people were told what [`about`] names.
pub fn messages(operation: &Operation, told: bool, now_ms: u64) -> Vec<Outgoing> {
    if !is_looked_after(operation, now_ms) {
        return Vec::new();
    }
    let mut messages = next::of_operation(operation);
    if let Some(about) = about(operation).filter(|_| !told) {
        let message = Message::Notify {
            operation: operation.id.clone(),
            about: about.to_owned(),
        };
        messages.push(outgoing(message, &format!("r{}", operation.resumes)));
    }
    messages
}

/// True for a day after the last event of an operation that has ended.
pub fn is_looked_after(operation: &Operation, now_ms: u64) -> bool {
    operation.has_ended() && now_ms.saturating_sub(operation.updated_at_ms) <= LOOKED_AFTER_MS
}

/// What people are told of the end of an operation; none when nobody is told.
pub fn about(operation: &Operation) -> Option<&'static str> {
    match operation.outcome.as_ref()? {
        // A check that found everything well, and a plan that somebody is looking at, are no news.
        Outcome::Completed(_) if operation.requested.kind == OperationKind::Check => None,
        Outcome::Completed(_) if operation.options().is_some_and(|options| options.dry_run) => None,
        Outcome::Completed(_) => Some("completed"),
        Outcome::Refused(_) => Some("refused"),
        Outcome::Invalid => Some("invalid"),
        Outcome::Failed { .. } => Some("failed"),
        Outcome::Stopped => None,
    }
}

/// True when an operation has ended in a way that leaves nothing worth keeping, and what it had built is still there as
/// far as the log knows. A removal that was tried and failed is not tried again by itself.
pub(crate) fn leaves_something_to_remove(operation: &Operation) -> bool {
    if !operation.copies() || operation.rolled_back.is_some() || operation.has_taken_effect() {
        return false;
    }
    match &operation.outcome {
        Some(Outcome::Invalid) => true,
        Some(Outcome::Failed { step, .. }) if step == Function::Rollback.name() => false,
        Some(Outcome::Failed { reason, .. }) => {
            let number = reason.code.trim_start_matches("NOVA-").parse().ok();
            number
                .and_then(Code::by_number)
                .is_some_and(|code| !is_worth_resuming(code))
        }
        Some(Outcome::Stopped) => operation.discarded,
        _ => false,
    }
}

/// False for failures that come back whatever happens outside: the choices of the operation themselves are at fault.
pub fn is_worth_resuming(code: &Code) -> bool {
    let hopeless = [
        Code::APPLY,
        Code::IMPORT_REJECTED,
        Code::CORRUPT_STREAM,
        Code::BAD_RULES,
        Code::UNKNOWN_COLUMN,
        Code::SNAPSHOT_NOT_REPLACED,
    ];
    !matches!(code.exit, Exit::Refused | Exit::Usage | Exit::Invalid) && !hopeless.contains(&code)
}

/// True when a step that was cut off may go on in a next message. Validation reads a copy that nobody changes: one that
/// has not come to its end two days after the operation's last event never will. The other steps that go on wait for the
/// target's server or for the operation's end.
pub fn may_go_on(operation: &Operation, step: Function, now_ms: u64) -> bool {
    step != Function::Validate || now_ms.saturating_sub(operation.updated_at_ms) <= LONGEST_STEP_MS
}
