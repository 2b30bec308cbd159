//! A queue as an event source: batches to the function, what it reports as failed stays in the queue.

use crate::{faults::Faults, invoke::Invoker, switch::Switch};
use aws_sdk_sqs::types::{DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName};
use serde_json::{Map, Value, json};
use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// How long a look at an empty queue takes.
const LONG_POLL: Duration = Duration::from_secs(2);

/// One queue and the function behind it.
pub(crate) struct Queue {
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) url: String,
    pub(crate) name: &'static str,
    pub(crate) batch: usize,
    pub(crate) window: Duration,
    /// How many invocations run at the same time.
    pub(crate) concurrency: usize,
    pub(crate) invoker: Invoker,
    pub(crate) faults: Arc<Faults>,
    pub(crate) switch: Switch,
}

impl Queue {
    /// Takes batches and hands them over, for ever.
    pub(crate) async fn run(self) {
        let slots = Arc::new(Semaphore::new(self.concurrency));
        let queue = Arc::new(self);
        loop {
            queue.switch.wait().await;
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
                return;
            };
            let messages = queue.gather().await;
            if messages.is_empty() {
                continue;
            }
            let queue = Arc::clone(&queue);
            tokio::spawn(async move {
                queue.hand_over(messages).await;
                drop(slot);
            });
        }
    }

    /// A batch: what is there, and what comes while it is gathered.
    async fn gather(&self) -> Vec<Message> {
        let mut messages = self.receive(self.batch, LONG_POLL).await;
        let began = Instant::now();
        while !messages.is_empty() && messages.len() < self.batch && began.elapsed() < self.window {
            messages.extend(self.receive(self.batch - messages.len(), Duration::from_secs(1)).await);
        }
        messages
    }

    async fn receive(&self, most: usize, wait: Duration) -> Vec<Message> {
        let answer = self
            .sqs
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(i32::try_from(most).unwrap_or(10))
            .wait_time_seconds(i32::try_from(wait.as_secs()).unwrap_or(1))
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All")
            .send()
            .await;
        match answer {
            Ok(answer) => answer.messages.unwrap_or_default(),
            Err(error) => {
                tracing::warn!(queue = self.name, "cannot receive: {error:?}");
                tokio::time::sleep(Duration::from_secs(1)).await;
                Vec::new()
            }
        }
    }

    /// Invokes the function and deletes what it handled.
    async fn hand_over(&self, messages: Vec<Message>) {
        tokio::time::sleep(self.faults.delay()).await;
        let event = json!({ "Records": messages.iter().map(|message| self.record(message)).collect::<Vec<_>>() });
        let answer = if self.faults.doubles() {
            tracing::info!(queue = self.name, "a batch is delivered twice");
            let (first, second) = tokio::join!(self.invoker.invoke(event.clone()), self.invoker.invoke(event));
            first.and(second)
        } else {
            self.invoker.invoke(event).await
        };
        let Some(answer) = answer else {
            return self.give_back(&messages).await;
        };
        let failed = failures(&answer, "itemIdentifier");
        let handled = messages.into_iter().filter(|message| {
            let id = message.message_id.as_deref().unwrap_or_default();
            !failed.contains(id)
        });
        let entries: Vec<_> = handled
            .filter_map(|message| message.receipt_handle)
            .enumerate()
            .filter_map(|(n, receipt)| {
                let entry = DeleteMessageBatchRequestEntry::builder().id(n.to_string());
                entry.receipt_handle(receipt).build().ok()
            })
            .collect();
        if entries.is_empty() {
            return;
        }
        let deleted = self.sqs.delete_message_batch().queue_url(&self.url);
        if let Err(error) = deleted.set_entries(Some(entries)).send().await {
            // It comes again, as it may.
            tracing::warn!(queue = self.name, "cannot delete: {error:?}");
        }
    }

    /// Makes messages of an invocation that failed visible again soon: nobody wants to wait for the visibility time-out
    /// on a machine of one's own.
    async fn give_back(&self, messages: &[Message]) {
        for receipt in messages.iter().filter_map(|message| message.receipt_handle.as_ref()) {
            let change = self.sqs.change_message_visibility().queue_url(&self.url);
            let change = change.receipt_handle(receipt).visibility_timeout(1);
            if let Err(error) = change.send().await {
                tracing::warn!(queue = self.name, "cannot give back: {error:?}");
            }
        }
    }

    /// A message as Lambda shows it to a function.
    fn record(&self, message: &Message) -> Value {
        let attributes: Map<_, _> = message
            .attributes
            .iter()
            .flatten()
            .map(|(name, value)| (name.as_str().to_owned(), Value::from(value.as_str())))
            .collect();
        let said: Map<_, _> = message
            .message_attributes
            .iter()
            .flatten()
            .map(|(name, value)| {
                let value = json!({
                    "dataType": value.data_type,
                    "stringValue": value.string_value,
                    "stringListValues": [],
                    "binaryListValues": [],
                });
                (name.clone(), value)
            })
            .collect();
        json!({
            "messageId": message.message_id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "md5OfBody": message.md5_of_body,
            "attributes": attributes,
            "messageAttributes": said,
            "eventSource": "aws:sqs",
            "eventSourceARN": format!("arn:aws:sqs:eu-west-3:123456789012:nova-{}", self.name),
            "awsRegion": "eu-west-3",
        })
    }
}

/// The identifiers in `batchItemFailures`.
pub(crate) fn failures(answer: &Value, key: &str) -> HashSet<String> {
    let failures = answer.get("batchItemFailures").and_then(Value::as_array);
    failures
        .into_iter()
        .flatten()
        .filter_map(|failure| failure.get(key).and_then(Value::as_str).map(str::to_owned))
        .collect()
}
