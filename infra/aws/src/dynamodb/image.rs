//! Commits as items, and back: from the table, and from the table's stream.

use super::items::{Item, malformed, number, number_of, text, text_of};
use nova_eventlog::{Commit, Error};
use serde_dynamo::AttributeValue as Streamed;
use std::collections::HashMap;

/// The commit that an item of the events table holds.
///
/// # Errors
/// [`Error::Store`] when it is not one of ours.
pub fn commit_of(item: &Item) -> Result<Commit, Error> {
    decode(text_of(item, "p")?, number_of(item, "n")?, text_of(item, "b")?)
}

/// The commit that a record of the events table's stream holds: its new image, as a function receives it.
///
/// # Errors
/// As [`commit_of`].
pub fn commit_of_image(image: &serde_dynamo::Item) -> Result<Commit, Error> {
    let stream = match image.get("p") {
        Some(Streamed::S(stream)) => Some(stream),
        _ => None,
    };
    let number = match image.get("n") {
        Some(Streamed::N(digits)) => digits.parse().ok(),
        _ => None,
    };
    let body = match image.get("b") {
        Some(Streamed::S(body)) => Some(body),
        _ => None,
    };
    decode(
        stream.ok_or_else(|| malformed("p"))?,
        number.ok_or_else(|| malformed("n"))?,
        body.ok_or_else(|| malformed("b"))?,
    )
}

fn decode(stream: &str, number: u64, body: &str) -> Result<Commit, Error> {
    let commit: Commit =
        serde_json::from_str(body).map_err(|error| Error::Store(format!("a commit is malformed: {error}")))?;
    if commit.stream.as_str() == stream && commit.number == number {
        Ok(commit)
    } else {
        Err(malformed("b"))
    }
}

/// The item that holds a commit. Id and hash stand beside the body, so that a stream can be checked without its bodies.
///
/// # Errors
/// [`Error::Invalid`] when the commit is too large.
pub(super) fn item_of(commit: &Commit) -> Result<Item, Error> {
    Ok(HashMap::from([
        ("p".to_owned(), text(commit.stream.as_str())),
        ("n".to_owned(), number(commit.number)),
        ("i".to_owned(), text(&commit.id)),
        ("h".to_owned(), text(&commit.hash)),
        ("b".to_owned(), text(commit.to_json()?)),
    ]))
}
