//! What a delivery is named by: the handle SQS knows it under and, because SQS tells nothing about a handle, the message
//! itself.

use nova_eventlog::{Delivery, Error};
use nova_events::Message;
use serde::{Deserialize, Serialize};

/// A receipt, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Receipt {
    /// The handle at SQS.
    pub(super) handle: String,
    /// Until when the delivery is invisible, in milliseconds since 1970-01-01 UTC, where that is known.
    pub(super) until_ms: Option<u64>,
    /// What was delivered; none for a bare handle.
    pub(super) letter: Option<Letter>,
}

/// What was delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Letter {
    /// The message's deterministic id.
    pub(super) id: String,
    /// The request.
    pub(super) message: Message,
    /// How often it was received.
    pub(super) received: u32,
}

impl Receipt {
    /// Reads a receipt; what is not one of ours is a bare handle, good for deleting and extending.
    pub(super) fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_else(|_| Self {
            handle: text.to_owned(),
            until_ms: None,
            letter: None,
        })
    }
}

/// A message that a Lambda was handed: its receipt handle, its id (the attribute `id`, or the message's id where there
/// is none), its body and its `ApproximateReceiveCount`.
///
/// # Errors
/// [`Error::Invalid`] when the body is not a message.
pub fn delivery(handle: &str, id: &str, body: &str, received: u32) -> Result<Delivery, Error> {
    timed_delivery(handle, id, body, received, None)
}

/// The same, invisible to others until a known time.
pub(super) fn timed_delivery(
    handle: &str,
    id: &str,
    body: &str,
    received: u32,
    until_ms: Option<u64>,
) -> Result<Delivery, Error> {
    let unreadable = |error: serde_json::Error| Error::Invalid(format!("a message cannot be read: {error}"));
    let message: Message = serde_json::from_str(body).map_err(unreadable)?;
    let receipt = Receipt {
        handle: handle.to_owned(),
        until_ms,
        letter: Some(Letter {
            id: id.to_owned(),
            message: message.clone(),
            received,
        }),
    };
    Ok(Delivery {
        id: id.to_owned(),
        receipt: serde_json::to_string(&receipt).map_err(unreadable)?,
        message,
        received,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"to":"guard","operation":"op1"}"#;

    #[test]
    fn a_receipt_says_which_message_it_belongs_to() {
        let delivery = delivery("AQEB/+=", "guard-op1", BODY, 3).unwrap();
        let receipt = Receipt::read(&delivery.receipt);
        assert_eq!((receipt.handle.as_str(), receipt.until_ms), ("AQEB/+=", None));
        let letter = receipt.letter.unwrap();
        assert_eq!((letter.id.as_str(), letter.received), ("guard-op1", 3));
        assert_eq!(letter.message, delivery.message);
    }

    #[test]
    fn a_bare_handle_is_a_receipt_without_a_message() {
        let receipt = Receipt::read("AQEB/+=");
        assert_eq!((receipt.handle.as_str(), receipt.letter), ("AQEB/+=", None));
    }

    #[test]
    fn a_body_that_is_no_message_is_refused() {
        assert!(matches!(delivery("h", "a", "{}", 1), Err(Error::Invalid(_))));
    }
}
