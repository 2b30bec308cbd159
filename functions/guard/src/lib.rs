//! The guard: may this operation happen at all? It reads both ends and writes to neither.
//!
//! Every reason against an operation is collected before it is refused, so that a person mends them in one go. What
//! cannot be reached or understood is a failure, not a refusal.

mod backup;
mod check;
mod clone;
mod identify;
mod remove;
mod rollback;

use async_trait::async_trait;
use nova_clone::{Operation, names, names::outgoing};
use nova_errors::{Code, Exit, Failure};
use nova_events::{Event, Function, Message, OperationCompleted, OperationKind, OperationRefused};
use nova_kit::{Handler, Ports, Recorder, reason};

/// How long a target stays reserved for an operation that is neither finished nor stopped: 30 days in milliseconds.
const RESERVATION_MS: u64 = 30 * 24 * 3600 * 1000;

/// The guard.
#[derive(Debug, Clone, Copy)]
pub struct Guard;

#[async_trait]
impl Handler for Guard {
    fn function(&self) -> Function {
        Function::Guard
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure> {
        if operation.guard.is_some() {
            return Ok(());
        }
        let recorder = Recorder::new(ports, &operation.id, message.to().name());
        let verdict = match operation.requested.kind {
            OperationKind::Clone => clone::judge(ports, operation).await?,
            OperationKind::Rollback => rollback::judge(ports, operation).await?,
            OperationKind::Remove => remove::judge(ports, operation).await?,
            OperationKind::Check => check::judge(ports, operation).await?,
            OperationKind::Backup => backup::judge(ports, operation).await?,
        };
        match verdict {
            Ok(passed) => {
                let mut events: Vec<Event> = vec![passed.into()];
                let id = operation.id.clone();
                let next = match operation.requested.kind {
                    OperationKind::Clone | OperationKind::Backup => Some(Message::Snapshot {
                        operation: id,
                        epoch: 1,
                    }),
                    OperationKind::Rollback | OperationKind::Remove => Some(Message::Rollback { operation: id }),
                    OperationKind::Check => {
                        events.push(OperationCompleted::default().into());
                        None
                    }
                };
                let messages = next.into_iter().map(|next| outgoing(next, "guard")).collect();
                recorder.operation(operation, "guard", events, messages).await
            }
            Err(refusals) => refuse(ports, &recorder, operation, refusals).await,
        }
    }
}

async fn refuse(
    ports: &Ports,
    recorder: &Recorder<'_>,
    operation: &Operation,
    refusals: Vec<Failure>,
) -> Result<(), Failure> {
    // A mistake in the request outranks a refusal: it is reported as what it is.
    if let Some(mistake) = refusals.iter().find(|refusal| refusal.code.exit != Exit::Refused) {
        return Err(mistake.clone());
    }
    let event: Event = OperationRefused {
        reasons: refusals.iter().map(reason).collect(),
    }
    .into();
    let about = Message::Notify {
        operation: operation.id.clone(),
        about: "refused".to_owned(),
    };
    recorder
        .operation(operation, "guard", vec![event], vec![outgoing(about, "guard")])
        .await?;
    nova_kit::release_target(ports, operation).await
}

/// Reserves the target. An operation that ended without cleaning up, so that it could be resumed, gives way.
async fn reserve(ports: &Ports, operation: &Operation) -> Result<Option<Failure>, Failure> {
    let lease = names::target_lease(&operation.requested.target);
    // Two turns: the second after the lease of an operation that had ended was freed.
    for _ in 0..2 {
        let now = ports.clock.now_ms();
        let Err(taken) = ports.leases.acquire(&lease, &operation.id, now, RESERVATION_MS).await? else {
            return Ok(None);
        };
        let holder = nova_kit::operation_if_any(ports, &taken.holder).await?;
        if holder.as_ref().is_none_or(Operation::has_ended) {
            if let Some(holder) = holder.filter(|holder| holder.rolled_back.is_none() && !holder.has_taken_effect()) {
                let message = Message::Rollback {
                    operation: holder.id.clone(),
                };
                ports.queue.send(&[outgoing(message, "superseded")]).await?;
            }
            ports.leases.release(&lease, &taken.holder).await?;
            continue;
        }
        let cause = format!(
            "operation {} is working on environment {}",
            taken.holder, operation.requested.target
        );
        let remedy = format!(
            "nova resume --operation {0}, or nova stop --operation {0}.",
            taken.holder
        );
        return Ok(Some(Failure::new(Code::TARGET_BUSY, cause).with_remedy(remedy)));
    }
    Ok(None)
}

/// The refusal while everything is blocked.
async fn blocked(ports: &Ports) -> Result<Option<Failure>, Failure> {
    let block = ports.views.get("guard", "emergency-block").await?;
    Ok(block.map(|_| Failure::new(Code::EMERGENCY_BLOCK, "an emergency block is set")))
}
