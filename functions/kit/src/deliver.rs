//! What becomes of a message: done, tried again later, or the end of its operation.

use crate::{ports::Ports, record::Recorder, state, trace};
use async_trait::async_trait;
use futures_util::FutureExt;
use nova_clone::{Operation, ending, names::outgoing};
use nova_errors::{Code, Failure};
use nova_eventlog::Delivery;
use nova_events::{Function, Message, OperationFailed, Reason};
use std::{panic::AssertUnwindSafe, time::Duration};

/// How often a message may be received before its operation fails.
const ATTEMPTS: u32 = 6;

/// How often a message may wait for a snapshot that is being renewed, which takes as long as reading the catalogs does.
/// A renewal that fails ends the operation by itself.
const SNAPSHOT_WAITS: u32 = 200;

/// What is left of a handler that is cut off at the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nothing: the message is handled from the start, which counts as another attempt.
    StartsOver,
    /// What it had done: the work goes on in a next message, as often as [`ending::may_go_on`] allows.
    GoesOn,
}

/// One function of the pipeline. Handling the same message again, at the same time or later, must do no harm.
#[async_trait]
pub trait Handler: Send + Sync {
    /// The queue it listens to.
    fn function(&self) -> Function;

    /// What is left when it is cut off.
    fn cut(&self) -> Cut {
        Cut::StartsOver
    }

    /// Does what the message asks. The operation has not ended, unless the function is one that acts on ended ones.
    ///
    /// # Errors
    /// A retryable failure puts the message back; any other ends the operation.
    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure>;
}

/// What has to become of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was handled, or there was nothing to do any more.
    Done,
    /// It is to be delivered again.
    Again {
        /// When, in milliseconds from now.
        wait_ms: u64,
        /// False when the message only waits for something: that is not its fault.
        counts: bool,
    },
    /// Time is up, what was done is kept: the work goes on in a next message.
    GoesOn,
    /// It failed for good and so did its operation.
    Failed,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It was handled, or there was nothing to do any more.
    Done,
    /// It will be delivered again, or goes on in a next one.
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
    match attempt(ports, handler, delivery).await? {
        Verdict::Done => {
            ports.queue.delete(function, &delivery.receipt).await?;
            Ok(Disposition::Done)
        }
        Verdict::Again { wait_ms, .. } => {
            let until_ms = ports.clock.now_ms() + wait_ms;
            ports.queue.extend(function, &delivery.receipt, until_ms).await?;
            Ok(Disposition::Again)
        }
        Verdict::GoesOn => {
            send_on(ports, &delivery.message).await?;
            ports.queue.delete(function, &delivery.receipt).await?;
            Ok(Disposition::Again)
        }
        Verdict::Failed => {
            ports.queue.bury(function, &delivery.receipt).await?;
            Ok(Disposition::Failed)
        }
    }
}

/// Sends a message once more, as a new one whose deliveries are counted from the start.
///
/// # Errors
/// What the queue says.
pub async fn send_on(ports: &Ports, message: &Message) -> Result<(), Failure> {
    let about = format!("on{}", ports.clock.now_ms());
    Ok(ports.queue.send(&[outgoing(message.clone(), &about)]).await?)
}

/// Hands a message to its function and says what has to become of it. The handler is cut off at the deadline, and a
/// panic of it is a failure like any other.
///
/// # Errors
/// Only what the log says; the failure of an operation is recorded here.
pub async fn attempt(ports: &Ports, handler: &dyn Handler, delivery: &Delivery) -> Result<Verdict, Failure> {
    let function = handler.function();
    let message = &delivery.message;
    let Some(operation) = state::operation_if_any(ports, message.operation()).await? else {
        return Ok(Verdict::Done);
    };
    if operation.has_ended() && !matches!(function, Function::Notify | Function::Rollback) {
        return Ok(Verdict::Done);
    }
    let belongs_to = trace::current().or_else(|| operation.trace.clone());
    let work = AssertUnwindSafe(handler.handle(ports, &operation, message)).catch_unwind();
    let work = trace::within(belongs_to.clone(), work);
    let outcome = match ports.deadline.left_ms(ports.clock.as_ref()) {
        None => Some(work.await),
        Some(left_ms) => tokio::time::timeout(Duration::from_millis(left_ms), work).await.ok(),
    };
    let failure = match outcome {
        Some(Ok(Ok(()))) => return Ok(Verdict::Done),
        Some(Ok(Err(failure))) => failure,
        Some(Err(_)) => Failure::new(
            Code::INTERNAL,
            format!("the {} step ended unexpectedly", function.name()),
        ),
        None if handler.cut() == Cut::GoesOn => {
            if ending::may_go_on(&operation, function, ports.clock.now_ms()) {
                return Ok(Verdict::GoesOn);
            }
            let cause = format!(
                "the {} step has gone on for days and has not come to its end",
                function.name()
            );
            Failure::new(Code::TOO_LONG, cause)
        }
        None => {
            let cause = format!("the {} step did not end within the time it may take", function.name());
            Failure::new(Code::TOO_LONG, cause).retryable()
        }
    };
    tracing::warn!(
        operation = message.operation(), step = function.name(), code = %failure.code, attempt = delivery.received,
        retryable = failure.retryable, "{}", failure.cause
    );
    let (limit, wait_ms) = patience(ports, delivery, &failure);
    // A second delivery of the same step may have finished it meanwhile and taken away what this one worked on. The
    // next turn sees the operation as it is now: either there is nothing to do any more, or the failure is real.
    let moved_on = state::operation(ports, message.operation()).await?.head.next != operation.head.next;
    if (failure.retryable || moved_on) && delivery.received < limit {
        let counts = failure.code != Code::SNAPSHOT_LOST;
        return Ok(Verdict::Again { wait_ms, counts });
    }
    trace::within(
        belongs_to,
        fail_operation(ports, message.operation(), function, &failure),
    )
    .await?;
    Ok(Verdict::Failed)
}

/// How often a message may be received that fails like this, and how long it waits for its next turn, in milliseconds.
fn patience(ports: &Ports, delivery: &Delivery, failure: &Failure) -> (u32, u64) {
    // 0.2 s, 0.4 s, 0.8 s … 3.2 s: long enough for a lock or a reconnect, short enough for a person who waits.
    let wait_ms = 100_u64 << delivery.received.min(5);
    if failure.code == Code::SNAPSHOT_LOST {
        (SNAPSHOT_WAITS, ports.keeper.renewal_ms().unwrap_or(wait_ms))
    } else {
        (ATTEMPTS, wait_ms)
    }
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
        if !ending::is_worth_resuming(failure.code) {
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

/// A failure as it is recorded.
pub fn reason(failure: &Failure) -> Reason {
    Reason {
        code: failure.code.to_string(),
        cause: failure.cause.clone(),
        remedy: failure.remedy.clone(),
        details: failure.details.clone(),
    }
}
