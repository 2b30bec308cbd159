//! Messages as SQS carries them: the request as JSON in the body, everything else in attributes.

use super::receipt;
use aws_sdk_sqs::types::{
    Message as Received, MessageAttributeValue, MessageSystemAttributeName, SendMessageBatchRequestEntry,
};
use nova_eventlog::{DeadLetter, Delivery, Error};
use nova_events::{Message, Outgoing};
use std::collections::HashMap;

/// The attribute with a message's deterministic id.
const ID: &str = "id";

/// The attribute with the trace.
const TRACE: &str = "trace";

/// The attribute of a dead letter with how often it had been received.
const RECEIVED: &str = "received";

/// A message as an entry of a batch.
pub(super) fn entry(
    message: &Outgoing,
    trace: Option<&str>,
    number: usize,
) -> Result<SendMessageBatchRequestEntry, Error> {
    let mut entry = SendMessageBatchRequestEntry::builder()
        .id(number.to_string())
        .message_body(body(&message.message)?)
        .message_attributes(ID, text(&message.id)?);
    if let Some(trace) = trace.filter(|trace| !trace.is_empty()) {
        entry = entry.message_attributes(TRACE, text(trace)?);
    }
    entry.build().map_err(unbuilt)
}

/// The body of a message.
pub(super) fn body(message: &Message) -> Result<String, Error> {
    serde_json::to_string(message).map_err(|error| Error::Invalid(error.to_string()))
}

fn text(value: &str) -> Result<MessageAttributeValue, Error> {
    let attribute = MessageAttributeValue::builder().data_type("String").string_value(value);
    attribute.build().map_err(unbuilt)
}

/// What is missing in a call.
#[expect(clippy::needless_pass_by_value, reason = "an argument of map_err")]
pub(super) fn unbuilt(error: aws_sdk_sqs::error::BuildError) -> Error {
    Error::Invalid(error.to_string())
}

/// The attributes of a dead letter.
pub(super) fn dead_attributes(id: &str, received: u32) -> Result<HashMap<String, MessageAttributeValue>, Error> {
    let received = text(&received.to_string())?;
    Ok(HashMap::from([
        (ID.to_owned(), text(id)?),
        (RECEIVED.to_owned(), received),
    ]))
}

/// A message that was received, invisible until then; none when it cannot be read.
pub(super) fn delivery(message: &Received, until_ms: u64) -> Option<Delivery> {
    let handle = message.receipt_handle.as_deref()?;
    let body = message.body.as_deref()?;
    receipt::timed_delivery(handle, id(message)?, body, received_count(message), Some(until_ms)).ok()
}

/// A dead letter that was received; none when it cannot be read.
pub(super) fn dead_letter(message: &Received) -> Option<DeadLetter> {
    let received = attribute(message, RECEIVED).and_then(|count| count.parse().ok());
    Some(DeadLetter {
        id: id(message)?.to_owned(),
        message: serde_json::from_str(message.body.as_deref()?).ok()?,
        received: received.unwrap_or_else(|| received_count(message)),
    })
}

/// When a message was sent, in milliseconds since 1970-01-01 UTC.
pub(super) fn sent_ms(message: &Received) -> u64 {
    system(message, &MessageSystemAttributeName::SentTimestamp).unwrap_or(0)
}

fn id(message: &Received) -> Option<&str> {
    attribute(message, ID).or(message.message_id.as_deref())
}

fn attribute<'a>(message: &'a Received, name: &str) -> Option<&'a str> {
    message.message_attributes.as_ref()?.get(name)?.string_value.as_deref()
}

fn system(message: &Received, name: &MessageSystemAttributeName) -> Option<u64> {
    message.attributes.as_ref()?.get(name)?.parse().ok()
}

fn received_count(message: &Received) -> u32 {
    let count = system(message, &MessageSystemAttributeName::ApproximateReceiveCount);
    count.and_then(|count| u32::try_from(count).ok()).unwrap_or(1)
}
