//! Where messages go.

use async_trait::async_trait;
use nova_fn_practice::Platform;
use nova_practice_store::outbox::Waiting;

/// Hands messages on.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Hands these on, in order; returns the numbers of those that were taken. The others come again.
    async fn carry(&self, platform: &Platform, messages: &[Waiting]) -> Vec<i64>;
}

/// To the process's log, where nobody else follows.
#[derive(Debug, Clone, Copy)]
pub struct Log;

#[async_trait]
impl Carrier for Log {
    async fn carry(&self, _: &Platform, messages: &[Waiting]) -> Vec<i64> {
        for message in messages {
            let cabinet = message.cabinet.map(|cabinet| cabinet.to_string());
            tracing::info!(number = message.id, kind = message.kind, subject = ?message.subject, cabinet, "handed on");
        }
        messages.iter().map(|message| message.id).collect()
    }
}
