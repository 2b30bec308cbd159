//! Queues on SQS: one standard queue per function, and beside it one for its dead letters.
//!
//! - A message's body is the request as JSON; its deterministic id and the trace it belongs to are attributes.
//! - `wire`: messages as SQS carries them. `receipt`: what a delivery is named by; it carries the message, because SQS gives none back for a receipt.
//! - SQS counts visibility in whole seconds by its own clock: times are rounded up.
//! - Standard queues deliver at least once and in no order; an id may be sent twice.

mod receipt;
mod wire;

use crate::answer;
use async_trait::async_trait;
use aws_sdk_sqs::{
    Client,
    types::{
        BatchResultErrorEntry, ChangeMessageVisibilityBatchRequestEntry, Message, MessageSystemAttributeName,
        SendMessageBatchRequestEntry,
    },
};
use futures_util::{StreamExt, TryStreamExt, stream};
use nova_eventlog::{DeadLetter, Delivery, Error, Queue};
use nova_events::{Function, Outgoing};
use receipt::Receipt;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

pub use receipt::delivery;

/// Most messages in a call.
const BATCH: usize = 10;

/// Calls at the same time when there is much to send.
const CALLS: usize = 8;

/// How often what SQS did not take of a batch is sent again.
const ATTEMPTS: u32 = 6;

/// Longest time a message may be invisible, in seconds.
const LONGEST: u64 = 43_200;

/// How long a message stays invisible while it is moved to the dead letters, in seconds.
const MOVING: i32 = 30;

/// How long dead letters stay invisible while they are looked at, in seconds.
const LOOKING: i32 = 20;

/// The queues of a deployment.
#[derive(Debug)]
pub struct Queues {
    client: Client,
    prefix: String,
    wait_seconds: i32,
    /// Until when deliveries are invisible that were extended here, by their receipt at SQS.
    extended: Mutex<HashMap<String, u64>>,
}

impl Queues {
    /// Queues whose URLs are `prefix` and the function's name; those of dead letters also end in `-dead`. Receiving
    /// waits up to a second for a first message: an answer without waiting may overlook messages.
    pub fn new(client: Client, prefix: impl Into<String>) -> Self {
        Self {
            client,
            prefix: prefix.into(),
            wait_seconds: 1,
            extended: Mutex::default(),
        }
    }

    /// Waits so long for a first message, in seconds up to 20.
    #[must_use]
    pub fn waiting(mut self, seconds: u8) -> Self {
        self.wait_seconds = i32::from(seconds.min(20));
        self
    }

    fn url(&self, function: Function) -> String {
        format!("{}{}", self.prefix, function.name())
    }

    fn dead_url(&self, function: Function) -> String {
        format!("{}-dead", self.url(function))
    }

    /// Sends up to ten messages, and again those that SQS did not take.
    async fn send_batch(&self, url: &str, mut entries: Vec<SendMessageBatchRequestEntry>) -> Result<(), Error> {
        for attempt in 1.. {
            let call = self.client.send_message_batch().queue_url(url);
            let answer = call.set_entries(Some(entries.clone())).send().await;
            let answer = answer.map_err(|error| answer::failed("sending to SQS", &error))?;
            let refused = answer.failed();
            if let Some(wrong) = refused.iter().find(|entry| entry.sender_fault()) {
                return Err(Error::Store(format!("SQS refuses a message: {}", wrong.code())));
            }
            let left: BTreeSet<&str> = refused.iter().map(BatchResultErrorEntry::id).collect();
            entries.retain(|entry| left.contains(entry.id()));
            if entries.is_empty() {
                break;
            }
            if attempt == ATTEMPTS {
                let left = entries.len();
                return Err(Error::Transient(format!("SQS did not take {left} messages of a batch")));
            }
            answer::pause(attempt).await;
        }
        Ok(())
    }

    /// Makes a delivery invisible for so many seconds from now. False when the receipt no longer means anything.
    async fn hold(&self, function: Function, handle: &str, seconds: i32) -> Result<bool, Error> {
        let call = self.client.change_message_visibility().queue_url(self.url(function));
        let answer = call.receipt_handle(handle).visibility_timeout(seconds).send().await;
        match answer {
            Ok(_) => Ok(true),
            Err(error) if is_void(answer::code(&error)) => Ok(false),
            Err(error) => Err(answer::failed("keeping a message of SQS", &error)),
        }
    }

    async fn delete_handle(&self, function: Function, handle: &str) -> Result<(), Error> {
        self.forget(handle);
        let call = self.client.delete_message().queue_url(self.url(function));
        match call.receipt_handle(handle).send().await {
            Err(error) if !is_void(answer::code(&error)) => Err(answer::failed("deleting a message of SQS", &error)),
            _ => Ok(()),
        }
    }

    /// Whether a receipt has run out, as far as this process knows. SQS itself may still act on it although the
    /// message is in other hands by now.
    fn has_run_out(&self, receipt: &Receipt) -> bool {
        let extended = self.extended.lock().unwrap_or_else(PoisonError::into_inner);
        let until_ms = extended.get(&receipt.handle).copied().or(receipt.until_ms);
        until_ms.is_some_and(|until_ms| until_ms <= now_ms())
    }

    fn note_extension(&self, handle: &str, until_ms: u64) {
        let mut extended = self.extended.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = now_ms().saturating_sub(LONGEST * 1_000);
        extended.retain(|_, until_ms| *until_ms > oldest);
        extended.insert(handle.to_owned(), until_ms);
    }

    fn forget(&self, handle: &str) {
        let mut extended = self.extended.lock().unwrap_or_else(PoisonError::into_inner);
        extended.remove(handle);
    }

    /// Messages of a queue, invisible for so many seconds.
    async fn receive_from(
        &self,
        url: &str,
        limit: usize,
        seconds: i32,
        wait_seconds: i32,
    ) -> Result<Vec<Message>, Error> {
        let answer = self
            .client
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(i32::try_from(limit.clamp(1, BATCH)).unwrap_or(1))
            .visibility_timeout(seconds)
            .wait_time_seconds(wait_seconds)
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
            .message_attribute_names("All")
            .send()
            .await;
        let answer = answer.map_err(|error| answer::failed("receiving from SQS", &error))?;
        Ok(answer.messages.unwrap_or_default())
    }

    /// Gives dead letters back that were looked at.
    async fn give_back(&self, url: &str, looked_at: &[Message]) -> Result<(), Error> {
        for some in looked_at.chunks(BATCH) {
            let mut call = self.client.change_message_visibility_batch().queue_url(url);
            for (number, message) in some.iter().enumerate() {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(number.to_string())
                    .set_receipt_handle(message.receipt_handle.clone())
                    .visibility_timeout(0);
                call = call.entries(entry.build().map_err(wire::unbuilt)?);
            }
            let answer = call.send().await;
            answer.map_err(|error| answer::failed("giving dead letters back to SQS", &error))?;
        }
        Ok(())
    }
}

#[async_trait]
impl Queue for Queues {
    async fn send(&self, messages: &[Outgoing]) -> Result<(), Error> {
        self.send_traced(messages, None).await
    }

    async fn send_traced(&self, messages: &[Outgoing], trace: Option<&str>) -> Result<(), Error> {
        let mut seen = BTreeSet::new();
        let mut entries: BTreeMap<Function, Vec<SendMessageBatchRequestEntry>> = BTreeMap::new();
        for message in messages {
            let function = message.message.to();
            if seen.insert((function, &message.id)) {
                let some = entries.entry(function).or_default();
                some.push(wire::entry(message, trace, some.len() % BATCH)?);
            }
        }
        let batches: Vec<(String, Vec<SendMessageBatchRequestEntry>)> = entries
            .into_iter()
            .flat_map(|(function, entries)| {
                let url = self.url(function);
                let batches: Vec<_> = entries.chunks(BATCH).map(<[_]>::to_vec).collect();
                batches.into_iter().map(move |batch| (url.clone(), batch))
            })
            .collect();
        stream::iter(batches)
            .map(async |(url, batch)| self.send_batch(&url, batch).await)
            .buffer_unordered(CALLS)
            .try_collect()
            .await
    }

    async fn receive(
        &self,
        function: Function,
        limit: usize,
        _now_ms: u64,
        visibility_ms: u64,
    ) -> Result<Vec<Delivery>, Error> {
        let url = self.url(function);
        let received = self
            .receive_from(&url, limit, seconds(visibility_ms), self.wait_seconds)
            .await?;
        let until_ms = now_ms() + visibility_ms;
        // What cannot be read is left to the queue, which sets it aside once it was received too often.
        let readable = received.iter().filter_map(|message| wire::delivery(message, until_ms));
        Ok(readable.collect())
    }

    async fn delete(&self, function: Function, receipt: &str) -> Result<(), Error> {
        let receipt = Receipt::read(receipt);
        if self.has_run_out(&receipt) {
            return Ok(());
        }
        self.delete_handle(function, &receipt.handle).await
    }

    async fn extend(&self, function: Function, receipt: &str, until_ms: u64) -> Result<(), Error> {
        let receipt = Receipt::read(receipt);
        if self.has_run_out(&receipt) {
            return Ok(());
        }
        let left_ms = until_ms.saturating_sub(now_ms());
        if self.hold(function, &receipt.handle, seconds(left_ms)).await? {
            self.note_extension(&receipt.handle, now_ms() + left_ms);
        }
        Ok(())
    }

    async fn bury(&self, function: Function, receipt: &str) -> Result<(), Error> {
        let receipt = Receipt::read(receipt);
        if self.has_run_out(&receipt) {
            return Ok(());
        }
        let Some(letter) = &receipt.letter else {
            let why = "the receipt does not say which message it belongs to; take it from nova_aws::sqs::delivery";
            return Err(Error::Invalid(why.to_owned()));
        };
        // Proves that the message is still in these hands, and keeps it there.
        if !self.hold(function, &receipt.handle, MOVING).await? {
            return Ok(());
        }
        let sent = self
            .client
            .send_message()
            .queue_url(self.dead_url(function))
            .message_body(wire::body(&letter.message)?)
            .set_message_attributes(Some(wire::dead_attributes(&letter.id, letter.received)?))
            .send()
            .await;
        sent.map_err(|error| answer::failed("sending a dead letter to SQS", &error))?;
        self.delete_handle(function, &receipt.handle).await
    }

    /// Nobody else sees the dead letters while they are looked at. Of those that SQS itself moved there, the count
    /// includes looks; those that cannot be read are left out.
    async fn dead_letters(&self, function: Function, limit: usize) -> Result<Vec<DeadLetter>, Error> {
        let url = self.dead_url(function);
        let mut looked_at = Vec::new();
        let mut looking = Ok(());
        while looked_at.len() < limit {
            match self
                .receive_from(&url, limit - looked_at.len(), LOOKING, self.wait_seconds)
                .await
            {
                Ok(some) if some.is_empty() => break,
                Ok(some) => looked_at.extend(some),
                Err(error) => {
                    looking = Err(error);
                    break;
                }
            }
        }
        self.give_back(&url, &looked_at).await?;
        looking?;
        looked_at.sort_by_key(wire::sent_ms);
        Ok(looked_at.iter().filter_map(wire::dead_letter).collect())
    }
}

/// Codes by which SQS says that a receipt no longer means anything, or that its message cannot be kept any longer.
fn is_void(code: Option<&str>) -> bool {
    matches!(
        code,
        Some("ReceiptHandleIsInvalid" | "MessageNotInflight" | "InvalidParameterValue")
    )
}

/// Whole seconds, as SQS counts them.
fn seconds(milliseconds: u64) -> i32 {
    i32::try_from(milliseconds.div_ceil(1_000).min(LONGEST)).unwrap_or(i32::MAX)
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
