//! At-least-once delivery.

use crate::error::Error;
use async_trait::async_trait;
use nova_events::{Function, Message, Outgoing};

/// A message in someone's hands until `visible_again_ms`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The message's own id.
    pub id: String,
    /// What to name when deleting or extending this delivery; another delivery of the same message has another one.
    pub receipt: String,
    /// The request.
    pub message: Message,
    /// How often it has been received, this time included.
    pub received: u32,
}

/// A message that was received too often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The message's own id.
    pub id: String,
    /// The request.
    pub message: Message,
    /// How often it was received.
    pub received: u32,
}

/// One queue per function. Times are milliseconds since 1970-01-01 UTC.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Sends messages, each to its function's queue. An id that is waiting already is not sent twice where the adapter
    /// can tell.
    async fn send(&self, messages: &[Outgoing]) -> Result<(), Error>;

    /// Sends messages that belong to a trace (a W3C `traceparent`); an adapter that cannot carry one leaves it out.
    async fn send_traced(&self, messages: &[Outgoing], trace: Option<&str>) -> Result<(), Error> {
        let _ = trace;
        self.send(messages).await
    }

    /// Up to `limit` messages that are visible at `now_ms`; they stay invisible for `visibility_ms`.
    async fn receive(
        &self,
        function: Function,
        limit: usize,
        now_ms: u64,
        visibility_ms: u64,
    ) -> Result<Vec<Delivery>, Error>;

    /// The message is done. A receipt that has expired does nothing.
    async fn delete(&self, function: Function, receipt: &str) -> Result<(), Error>;

    /// The delivery stays invisible until `until_ms`; a time in the past gives the message back at once.
    async fn extend(&self, function: Function, receipt: &str, until_ms: u64) -> Result<(), Error>;

    /// Moves the message of this delivery to the function's dead letters.
    async fn bury(&self, function: Function, receipt: &str) -> Result<(), Error>;

    /// The function's dead letters, oldest first.
    async fn dead_letters(&self, function: Function, limit: usize) -> Result<Vec<DeadLetter>, Error>;
}
