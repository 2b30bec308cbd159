//! The ids that a path names below a cabinet. What is no id names nothing, as an id does that nobody has.

use crate::Refusal;
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use nova_errors::{Code, Failure};
use std::str::FromStr;

/// The id that stands as `{id}` in the path.
#[derive(Debug, Clone, Copy)]
pub struct Item<T>(pub T);

/// The id that stands as `{entry}` in the path.
#[derive(Debug, Clone, Copy)]
pub struct Entry<T>(pub T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Item<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        named(parts, state, "id").await.map(Self)
    }
}

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Entry<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        named(parts, state, "entry").await.map(Self)
    }
}

async fn named<T: FromStr, S: Send + Sync>(parts: &mut Parts, state: &S, name: &str) -> Result<T, Refusal> {
    let nothing = || Failure::new(Code::PRACTICE_UNKNOWN, "the path names nothing that is there");
    let parameters = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| nothing())?;
    let given = parameters.iter().find(|(known, _)| *known == name);
    Ok(given.and_then(|(_, text)| text.parse().ok()).ok_or_else(nothing)?)
}
