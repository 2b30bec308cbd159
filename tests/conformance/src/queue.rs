//! Laws of [`Queue`]. No law relies on the order of messages: not every queue keeps one.

use crate::{Make, Time, message};
use nova_eventlog::{Delivery, Queue};
use nova_events::{Function, Message, Outgoing};
use std::{collections::BTreeMap, sync::Arc};

/// How long deliveries last in these laws; a queue that reads the clock itself counts in whole seconds.
const VISIBILITY: u64 = 2_000;

const EXPORT: Function = Function::Export;

async fn receive(queue: &dyn Queue, limit: usize, time: &Time) -> Vec<Delivery> {
    queue.receive(EXPORT, limit, time.now_ms(), VISIBILITY).await.unwrap()
}

/// One message, received.
async fn one(queue: &dyn Queue, time: &Time) -> Delivery {
    let mut received = receive(queue, 10, time).await;
    assert_eq!(received.len(), 1, "{received:?}");
    received.remove(0)
}

/// To its function and no other, invisible while someone has it, gone once deleted.
pub async fn a_message_is_delivered_to_its_function_until_it_is_deleted(make: Make<'_, dyn Queue>, time: &Time) {
    let queue = make().await;
    let notify = Outgoing {
        id: "a".to_owned(),
        message: Message::Notify {
            operation: "op1".to_owned(),
            about: "completed".to_owned(),
        },
    };
    queue.send(&[message("a"), notify]).await.unwrap();
    let delivery = one(&*queue, time).await;
    assert_eq!((delivery.id.as_str(), delivery.received), ("a", 1));
    assert_eq!(delivery.message, message("a").message);
    assert_eq!(receive(&*queue, 10, time).await, []);
    // A receipt means something to its own queue only.
    let _ = queue.delete(Function::Notify, &delivery.receipt).await;
    queue.delete(EXPORT, &delivery.receipt).await.unwrap();
    queue.delete(EXPORT, &delivery.receipt).await.unwrap();
    time.pass(VISIBILITY + 100).await;
    assert_eq!(receive(&*queue, 10, time).await, []);
    let other = queue
        .receive(Function::Notify, 10, time.now_ms(), VISIBILITY)
        .await
        .unwrap();
    assert_eq!(other.len(), 1);
}

/// At least once: a receiver that dies loses nothing, and one that is late cannot delete another's delivery.
pub async fn a_delivery_that_runs_out_is_delivered_again_and_its_receipt_is_void(
    make: Make<'_, dyn Queue>,
    time: &Time,
) {
    let queue = make().await;
    queue.send(&[message("a")]).await.unwrap();
    let first = one(&*queue, time).await;
    time.pass(VISIBILITY + 100).await;
    let second = one(&*queue, time).await;
    assert_eq!((second.id.as_str(), second.received), ("a", 2));
    assert_ne!(first.receipt, second.receipt);
    queue.delete(EXPORT, &first.receipt).await.unwrap();
    queue.bury(EXPORT, &first.receipt).await.unwrap();
    queue.extend(EXPORT, &first.receipt, 0).await.unwrap();
    assert_eq!(receive(&*queue, 10, time).await, []);
    assert_eq!(queue.dead_letters(EXPORT, 10).await.unwrap(), []);
    time.pass(VISIBILITY + 100).await;
    let third = one(&*queue, time).await;
    assert_eq!(third.received, 3);
    queue.delete(EXPORT, &third.receipt).await.unwrap();
}

/// Long work keeps its message.
pub async fn an_extended_delivery_stays_invisible_longer(make: Make<'_, dyn Queue>, time: &Time) {
    let queue = make().await;
    queue.send(&[message("a")]).await.unwrap();
    let delivery = one(&*queue, time).await;
    let until = time.now_ms() + 3 * VISIBILITY;
    queue.extend(EXPORT, &delivery.receipt, until).await.unwrap();
    time.pass(VISIBILITY + 100).await;
    assert_eq!(receive(&*queue, 10, time).await, []);
    time.pass(2 * VISIBILITY).await;
    let again = one(&*queue, time).await;
    assert_eq!(again.received, 2);
}

/// A handler that failed need not hold its message.
pub async fn a_delivery_can_be_given_back_at_once(make: Make<'_, dyn Queue>, time: &Time) {
    let queue = make().await;
    queue.send(&[message("a")]).await.unwrap();
    let delivery = one(&*queue, time).await;
    queue.extend(EXPORT, &delivery.receipt, 0).await.unwrap();
    assert_eq!(one(&*queue, time).await.received, 2);
}

/// Reconciliation sends the same id again; a new life, counted from one.
pub async fn a_message_can_be_sent_again_once_it_is_done(make: Make<'_, dyn Queue>, time: &Time) {
    let queue = make().await;
    let mut receipts: Vec<String> = Vec::new();
    for _ in 0..3 {
        queue.send(&[message("a")]).await.unwrap();
        let delivery = one(&*queue, time).await;
        assert_eq!(delivery.received, 1);
        // An old receipt does not reach the new message.
        for old in &receipts {
            queue.delete(EXPORT, old).await.unwrap();
        }
        queue.extend(EXPORT, &delivery.receipt, 0).await.unwrap();
        let delivery = one(&*queue, time).await;
        assert_eq!(delivery.received, 2);
        queue.delete(EXPORT, &delivery.receipt).await.unwrap();
        receipts.push(delivery.receipt);
    }
}

/// Where the adapter can tell: sending what waits, or is being worked on, adds nothing.
pub async fn an_id_that_is_waiting_or_in_flight_is_not_sent_twice(make: Make<'_, dyn Queue>, time: &Time) {
    let queue = make().await;
    queue.send(&[message("a"), message("b"), message("a")]).await.unwrap();
    queue.send(&[message("b")]).await.unwrap();
    let received = receive(&*queue, 10, time).await;
    assert_eq!(received.len(), 2);
    queue.send(&[message("a"), message("b")]).await.unwrap();
    assert_eq!(receive(&*queue, 10, time).await, []);
    for delivery in received {
        queue.delete(EXPORT, &delivery.receipt).await.unwrap();
    }
    time.pass(VISIBILITY + 100).await;
    assert_eq!(receive(&*queue, 10, time).await, []);
}

/// Dead letters tell what they were and how often they were received.
pub async fn a_buried_message_is_a_dead_letter_and_never_delivered(make: Make<'_, dyn Queue>, time: &Time) {
    let queue = make().await;
    for id in ["a", "b"] {
        queue.send(&[message(id)]).await.unwrap();
        let first = one(&*queue, time).await;
        queue.extend(EXPORT, &first.receipt, 0).await.unwrap();
        let second = one(&*queue, time).await;
        queue.bury(EXPORT, &second.receipt).await.unwrap();
        queue.bury(EXPORT, &second.receipt).await.unwrap();
    }
    time.pass(VISIBILITY + 100).await;
    assert_eq!(receive(&*queue, 10, time).await, []);
    let letters = queue.dead_letters(EXPORT, 10).await.unwrap();
    let found: Vec<_> = letters
        .iter()
        .map(|letter| (letter.id.as_str(), letter.received))
        .collect();
    assert_eq!(found, [("a", 2), ("b", 2)]);
    assert_eq!(letters[0].message, message("a").message);
    assert_eq!(queue.dead_letters(EXPORT, 1).await.unwrap().len(), 1);
    assert_eq!(queue.dead_letters(Function::Import, 10).await.unwrap(), []);
}

/// Many receivers on many messages: each message is held by one of them.
pub async fn no_two_receivers_hold_the_same_message(make: Make<'_, dyn Queue>, time: &Time) {
    let queue = make().await;
    // A service that is emulated looks at every message for each answer, and answers that come late count as lost.
    let (messages, receivers_at_once) = match time {
        Time::Virtual(_) => (500, 16),
        Time::Real => (120, 8),
    };
    let ids: Vec<String> = (0..messages).map(|number| format!("message{number}")).collect();
    for some in ids.chunks(10) {
        let some: Vec<_> = some.iter().map(|id| message(id)).collect();
        queue.send(&some).await.unwrap();
    }
    let now = time.now_ms();
    let mut receivers = tokio::task::JoinSet::new();
    for _ in 0..receivers_at_once {
        let queue: Arc<dyn Queue> = queue.share();
        receivers.spawn(async move {
            let mut held = Vec::new();
            loop {
                let some = queue.receive(EXPORT, 7, now, 600_000).await.unwrap();
                assert!(some.len() <= 7);
                if some.is_empty() {
                    return held;
                }
                held.extend(some);
            }
        });
    }
    let mut holders: BTreeMap<String, u32> = BTreeMap::new();
    for delivery in receivers.join_all().await.concat() {
        assert_eq!(delivery.received, 1);
        *holders.entry(delivery.id).or_default() += 1;
    }
    assert!(holders.values().all(|count| *count == 1));
    // What an answer held that came too late is held all the same, by nobody here.
    match time {
        Time::Virtual(_) => assert_eq!(holders.len(), ids.len()),
        Time::Real => assert!(holders.len() > ids.len() / 2, "{} of {}", holders.len(), ids.len()),
    }
}
