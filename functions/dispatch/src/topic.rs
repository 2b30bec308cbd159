//! Messages of the platform to an SNS topic.

use crate::Carrier;
use async_trait::async_trait;
use aws_sdk_sns::{
    Client,
    types::{MessageAttributeValue, PublishBatchRequestEntry},
};
use nova_fn_practice::Platform;
use nova_practice_store::outbox::Waiting;

/// Messages that SNS takes at once.
const AT_ONCE: usize = 10;

/// To an SNS topic. Subscribers choose by the attributes `kind` and `cabinet`, and know a message that comes twice by its
/// `id`.
#[derive(Debug, Clone)]
pub struct Topic {
    /// The client.
    pub client: Client,
    /// The topic's ARN.
    pub topic: String,
}

#[async_trait]
impl Carrier for Topic {
    async fn carry(&self, _: &Platform, messages: &[Waiting]) -> Vec<i64> {
        let mut taken = Vec::new();
        for few in messages.chunks(AT_ONCE) {
            let entries = few.iter().filter_map(entry).collect();
            let sent = self.client.publish_batch().topic_arn(&self.topic);
            match sent.set_publish_batch_request_entries(Some(entries)).send().await {
                Ok(answer) => {
                    let ids = answer
                        .successful()
                        .iter()
                        .filter_map(|entry| entry.id()?.parse::<i64>().ok());
                    taken.extend(ids);
                    for refused in answer.failed() {
                        tracing::warn!(number = refused.id(), reason = refused.code(), "not taken by the topic");
                    }
                }
                // Those behind it wait for it: order is kept as far as it can be.
                Err(error) => {
                    tracing::warn!("the topic is out of reach: {}", error.into_service_error());
                    break;
                }
            }
        }
        taken
    }
}

fn entry(message: &Waiting) -> Option<PublishBatchRequestEntry> {
    let text = |value: String| {
        MessageAttributeValue::builder()
            .data_type("String")
            .string_value(value)
            .build()
            .ok()
    };
    let mut entry = PublishBatchRequestEntry::builder()
        .id(message.id.to_string())
        .message(serde_json::to_string(message).ok()?)
        .message_attributes("kind", text(message.kind.clone())?);
    if let Some(cabinet) = message.cabinet {
        entry = entry.message_attributes("cabinet", text(cabinet.to_string())?);
    }
    entry.build().ok()
}
