//! Attributes of items.

use aws_sdk_dynamodb::types::AttributeValue;
use nova_eventlog::Error;
use std::collections::HashMap;

/// An item as the client knows it.
pub(super) type Item = HashMap<String, AttributeValue>;

/// A text.
pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number.
pub(super) fn number(value: impl Into<u64>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}

/// The key of an item of the work table.
pub(super) fn key(partition: &str, sort: &str) -> Item {
    HashMap::from([("p".to_owned(), text(partition)), ("s".to_owned(), text(sort))])
}

/// A text attribute that our own items always have.
pub(super) fn text_of<'a>(item: &'a Item, name: &str) -> Result<&'a str, Error> {
    let found = item.get(name).and_then(|value| value.as_s().ok());
    found.map(String::as_str).ok_or_else(|| malformed(name))
}

/// A number attribute that our own items always have.
pub(super) fn number_of(item: &Item, name: &str) -> Result<u64, Error> {
    let found = item.get(name).and_then(|value| value.as_n().ok());
    found
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| malformed(name))
}

/// The error for an item that Nova has not written.
pub(super) fn malformed(name: &str) -> Error {
    Error::Store(format!("an item of DynamoDB is malformed: its attribute {name:?}"))
}
