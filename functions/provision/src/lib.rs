//! One step of a cabinet's provisioning for each message: what that means is in
//! [`nova_fn_practice::provisioning`], here is what becomes of the message.

use nova_errors::{Code, Failure};
use nova_eventlog::{Delivery, Queue};
use nova_events::{Function, Message};
use nova_fn_practice::{
    Platform,
    provisioning::{Steps, Workflow},
};

/// How often a message may be received before it is set aside; who tends the platform sends another one.
const ATTEMPTS: u32 = 8;

/// Makes the turn that a message asks for. True when the message needs no further delivery; otherwise it was put off.
///
/// # Errors
/// What the queue says.
pub async fn settle(platform: &Platform, queue: &dyn Queue, delivery: &Delivery) -> Result<bool, Failure> {
    settle_with(
        platform.provisioning(),
        platform.store(),
        queue,
        delivery,
        platform.now_ms(),
    )
    .await
}

/// The same with other steps.
///
/// # Errors
/// What the queue says.
pub async fn settle_with(
    workflow: Workflow<'_>,
    steps: &dyn Steps,
    queue: &dyn Queue,
    delivery: &Delivery,
    now_ms: u64,
) -> Result<bool, Failure> {
    let turned = match &delivery.message {
        Message::Provision { cabinet } => match cabinet.parse() {
            Ok(cabinet) => workflow.turn(steps, cabinet).await.map(|_| ()),
            Err(_) => Err(Failure::new(Code::INTERNAL, "the message names no cabinet")),
        },
        _ => Err(Failure::new(Code::INTERNAL, "the message is for another function")),
    };
    let Err(failure) = turned else {
        return Ok(true);
    };
    if !failure.retryable || delivery.received >= ATTEMPTS {
        tracing::error!(message = delivery.id, code = %failure.code, "given up: {}", failure.cause);
        queue.bury(Function::Provision, &delivery.receipt).await?;
        return Ok(true);
    }
    // 2 s, 4 s, 8 s … 32 s: a database that is started anew is there again.
    let wait_ms = 1000_u64 << delivery.received.min(5);
    queue
        .extend(Function::Provision, &delivery.receipt, now_ms + wait_ms)
        .await?;
    Ok(false)
}
