//! What becomes of a message: done, tried again later, or the end of its operation.

use crate::{ports::Ports, record::Recorder, state};
use async_trait::async_trait;
use nova_clone::{Operation, names::outgoing};
use nova_errors::{Code, Exit, Failure};
use nova_eventlog::Delivery;
use nova_events::{Function, Message, OperationFailed, Reason};

/// How often a message may be received before its operation fails.
const ATTEMPTS: u32 = 6;

/// How often a message may wait for a snapshot that is being renewed, which takes as long as reading the catalogs does.
/// A renewal that fails ends the operation by itself.
const SNAPSHOT_WAITS: u32 = 200;

/// One function of the pipeline. Handling the same message again, at the same time or later, must do no harm.
#[async_trait]
pub trait Handler: Send + Sync {
    /// The queue it listens to.
    fn function(&self) -> Function;

    /// Does what the message asks. The operation has not ended, unless the function is one that acts on ended ones.
    ///
    /// # Errors
    /// A retryable failure puts the message back; any other ends the operation.
    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure>;
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It was handled, or there was nothing to do any more.
    Done,
    /// It will be delivered again.
    Again,
    /// It failed for good and so did its operation.
    Failed,
}

/// Hands a message to its function and settles it with the queue.
///
/// # Errors
/// Only what the log or the queue say; a failing handler is settled, not reported.
pub async fn deliver(ports: &Ports, handler: &dyn Handler, delivery: &Delivery) -> Result<Disposition, Failure> {
    let function = handler.function();
    let message = &delivery.message;
    let Some(operation) = state::operation_if_any(ports, message.operation()).await? else {
        ports.queue.delete(function, &delivery.receipt).await?;
        return Ok(Disposition::Done);
    };
    if operation.has_ended() && !matches!(function, Function::Notify | Function::Rollback) {
        ports.queue.delete(function, &delivery.receipt).await?;
        return Ok(Disposition::Done);
    }
    let Err(failure) = handler.handle(ports, &operation, message).await else {
        ports.queue.delete(function, &delivery.receipt).await?;
        return Ok(Disposition::Done);
    };
    tracing::warn!(
        operation = message.operation(), step = function.name(), code = %failure.code, attempt = delivery.received,
        retryable = failure.retryable, "{}", failure.cause
    );
    let limit = if failure.code == Code::SNAPSHOT_LOST {
        SNAPSHOT_WAITS
    } else {
        ATTEMPTS
    };
    // A second delivery of the same step may have finished it meanwhile and taken away what this one worked on. The
    // next turn sees the operation as it is now: either there is nothing to do any more, or the failure is real.
    let moved_on = state::operation(ports, message.operation()).await?.head.next != operation.head.next;
    if (failure.retryable || moved_on) && delivery.received < limit {
        // 0.2 s, 0.4 s, 0.8 s … 3.2 s: long enough for a lock or a reconnect, short enough for a person who waits.
        let wait_ms = 100_u64 << delivery.received.min(5);
        ports
            .queue
            .extend(function, &delivery.receipt, ports.clock.now_ms() + wait_ms)
            .await?;
        return Ok(Disposition::Again);
    }
    fail_operation(ports, message.operation(), function, &failure).await?;
    ports.queue.bury(function, &delivery.receipt).await?;
    Ok(Disposition::Failed)
}

/// Records that an operation failed. What it built stays for a resume, unless repeating could only fail again.
///
/// # Errors
/// What the log says.
pub async fn fail_operation(ports: &Ports, id: &str, function: Function, failure: &Failure) -> Result<(), Failure> {
    // Someone else may append at the same moment: the state is read again until one attempt wins.
    for _ in 0..ATTEMPTS {
        let operation = state::operation(ports, id).await?;
        if operation.has_ended() {
            return Ok(());
        }
        let step = function.name();
        let event = OperationFailed {
            step: step.to_owned(),
            reason: reason(failure),
        };
        let about = format!("failed{}", operation.resumes);
        let mut messages = vec![outgoing(
            Message::Notify {
                operation: id.to_owned(),
                about: "failed".to_owned(),
            },
            &about,
        )];
        if !is_worth_resuming(failure.code) {
            messages.push(outgoing(
                Message::Rollback {
                    operation: id.to_owned(),
                },
                &about,
            ));
        }
        let recorder = Recorder::new(ports, id, step);
        match recorder
            .operation(&operation, &about, vec![event.into()], messages)
            .await
        {
            Err(conflict) if conflict.retryable => {}
            outcome => return outcome,
        }
    }
    Err(Failure::new(
        Code::LOG_CONFLICT,
        format!("the failure of operation {id} could not be recorded"),
    ))
}

/// False for failures that come back whatever happens outside: the choices of the operation themselves are at fault.
fn is_worth_resuming(code: &Code) -> bool {
    let hopeless = [
        Code::APPLY,
        Code::IMPORT_REJECTED,
        Code::CORRUPT_STREAM,
        Code::BAD_RULES,
        Code::UNKNOWN_COLUMN,
    ];
    !matches!(code.exit, Exit::Refused | Exit::Usage | Exit::Invalid) && !hopeless.contains(&code)
}

/// A failure as it is recorded.
pub fn reason(failure: &Failure) -> Reason {
    Reason {
        code: failure.code.to_string(),
        cause: failure.cause.clone(),
        remedy: failure.remedy.clone(),
        details: failure.details.clone(),
    }
}
