//! Operations that exist: found by name, stopped, resumed, discarded.

use crate::{ports::Ports, record::Recorder, state};
use nova_clone::{Operation, names::outgoing};
use nova_errors::{Code, Failure};
use nova_events::{Event, Message, OperationResumed, OperationStopped, Outgoing};

/// How often appending is tried while the pipeline appends, too.
const ATTEMPTS: u32 = 20;

/// An operation that a person named.
///
/// # Errors
/// `NOVA-1901` when it does not exist.
pub async fn named(ports: &Ports, id: &str) -> Result<Operation, Failure> {
    let unknown = || Failure::new(Code::UNKNOWN_OPERATION, format!("operation {id:?} does not exist"));
    if nova_clone::names::operation_stream(id).is_err() {
        return Err(unknown());
    }
    state::operation_if_any(ports, id).await?.ok_or_else(unknown)
}

/// Stops an operation; nothing new starts. With `discard`, what it has built is removed, too, so that it cannot be
/// resumed; that also applies to one that had ended and could be resumed.
///
/// # Errors
/// `NOVA-1901` when it does not exist, `NOVA-1903` when it has ended.
pub async fn stop(ports: &Ports, actor: &str, id: &str, discard: bool) -> Result<Operation, Failure> {
    append(ports, actor, id, "stop", |found, what| {
        if found.has_taken_effect() || (found.has_ended() && !(discard && found.is_resumable())) {
            let cause = format!("operation {} is {} already", found.id, found.status().name());
            return Err(Failure::new(Code::OPERATION_ENDED, cause));
        }
        let messages = if discard {
            vec![removal(&found.id, what)]
        } else {
            Vec::new()
        };
        Ok((OperationStopped { discard }.into(), messages))
    })
    .await
}

/// Lets a stopped, failed or interrupted operation go on. The caller makes sure that nobody runs it, and sends what it
/// waits for: `reconcile` does.
///
/// # Errors
/// `NOVA-1901` when it does not exist, `NOVA-1903` when it cannot go on.
pub async fn resume(ports: &Ports, actor: &str, id: &str) -> Result<Operation, Failure> {
    append(ports, actor, id, "resume", |found, _| {
        if !found.is_resumable() {
            let cause = format!(
                "operation {} is {} and cannot be resumed",
                found.id,
                found.status().name()
            );
            return Err(Failure::new(Code::OPERATION_ENDED, cause));
        }
        Ok((OperationResumed {}.into(), Vec::new()))
    })
    .await
}

/// Operations on this target that were stopped or failed, could be resumed and have built something: a new operation
/// takes their place.
///
/// # Errors
/// What the log says.
pub async fn abandoned(ports: &Ports, target: &str) -> Result<Vec<Operation>, Failure> {
    let mut operations = state::operations(ports).await?;
    operations.retain(|operation| {
        operation.requested.target == target
            && operation.has_ended()
            && operation.is_resumable()
            && !operation.has_taken_effect()
            && operation.epoch > 0
    });
    Ok(operations)
}

/// Asks for the removal of what an operation that has ended left behind.
///
/// # Errors
/// What the queue says.
pub async fn discard(ports: &Ports, operation: &Operation) -> Result<(), Failure> {
    Ok(ports.queue.send(&[removal(&operation.id, "superseded")]).await?)
}

/// [`discard`] for all that are [`abandoned`].
///
/// # Errors
/// What the log and the queue say.
pub async fn discard_abandoned(ports: &Ports, target: &str) -> Result<(), Failure> {
    for operation in abandoned(ports, target).await? {
        discard(ports, &operation).await?;
    }
    Ok(())
}

fn removal(operation: &str, about: &str) -> Outgoing {
    let message = Message::Rollback {
        operation: operation.to_owned(),
    };
    outgoing(message, about)
}

/// Appends what `decide` says of the operation as it is now, and again of what it has become when someone else was
/// faster. Returns the operation afterwards.
async fn append(
    ports: &Ports,
    actor: &str,
    id: &str,
    deed: &str,
    decide: impl Fn(&Operation, &str) -> Result<(Event, Vec<Outgoing>), Failure>,
) -> Result<Operation, Failure> {
    for _ in 0..ATTEMPTS {
        let found = named(ports, id).await?;
        let what = format!("{deed}/{}", found.head.next);
        let (event, messages) = decide(&found, &what)?;
        let recorder = Recorder::by(ports, &found.id, actor);
        match recorder.operation(&found, &what, vec![event], messages).await {
            Err(conflict) if conflict.retryable => {}
            Err(failure) => return Err(failure),
            Ok(()) => return named(ports, id).await,
        }
    }
    Err(Failure::new(
        Code::LOG_CONFLICT,
        format!("operation {id} moves on too fast for {deed} to come between"),
    ))
}
