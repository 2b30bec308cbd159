//! Versions: `ETag` of what is read, `If-Match` of what is changed.

use crate::{
    Refusal,
    headers::Said,
    routes::{Condition, Takes},
};
use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use nova_errors::{Code, Failure};
use ring::digest::{SHA256, digest};
use serde::Serialize;
use std::fmt::Display;

/// The version that a change is made for: `If-Match` with the `ETag` of what was read, or `*` for whatever is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(pub Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for Version {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        // What is no version of ours is not the version that is there.
        let given = condition(parts)?.filter(|text| text != "*");
        Ok(Self(given.map(|text| text.parse().unwrap_or(-1))))
    }
}

/// JSON with the version of what it shows.
pub fn tagged(version: i64, body: impl Serialize) -> Response {
    saying(Json(body).into_response(), |said| said.tag = tag(&version))
}

/// The same for something that counts no changes: its tag is a hash of what is shown.
pub fn hashed(shown: &impl Serialize) -> Response {
    let (hash, body) = print(shown);
    let mut response = body.into_response();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    saying(response, |said| said.tag = tag(&hash))
}

/// The answer to a request that made something: 201, and where it is.
pub fn made(place: &str, shown: impl IntoResponse) -> Response {
    asked(StatusCode::CREATED, place, shown)
}

/// The same for something that counts no changes.
pub fn added(place: &str, shown: &impl Serialize) -> Response {
    made(place, hashed(shown))
}

/// The answer to a request for something that will be there, or be done, before long: 202, and where to look.
pub fn begun(place: &str, shown: &impl Serialize) -> Response {
    asked(StatusCode::ACCEPTED, place, Json(shown))
}

fn asked(status: StatusCode, place: &str, shown: impl IntoResponse) -> Response {
    let place = HeaderValue::from_str(place).ok();
    saying((status, shown).into_response(), |said| said.place = place)
}

/// Notes something about an answer. What of it becomes a header is the route's to say.
fn saying(mut response: Response, what: impl FnOnce(&mut Said)) -> Response {
    let mut said = response.extensions_mut().remove::<Said>().unwrap_or_default();
    what(&mut said);
    response.extensions_mut().insert(said);
    response
}

fn tag(version: &impl Display) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("\"{version}\"")).ok()
}

/// The hash of what is shown, and how it is shown.
fn print(shown: &impl Serialize) -> (String, Vec<u8>) {
    let body = serde_json::to_vec(shown).unwrap_or_default();
    let hash = digest(&SHA256, &body);
    let hash = hash.as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    (hash, body)
}

/// The version that a change is made for, of something that counts no changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown(Option<String>);

impl Shown {
    /// Makes sure that what is there is what was read; `*` is whatever is there, or nothing yet.
    ///
    /// # Errors
    /// `NOVA-3007` when it is not, or is not there at all.
    pub fn is_still(
        &self,
        what: &'static str,
        there: Option<&impl Serialize>,
    ) -> Result<(), nova_practice_store::Error> {
        let Some(read) = self.0.as_ref().filter(|read| *read != "*") else {
            return Ok(());
        };
        match there {
            Some(there) if print(there).0 == *read => Ok(()),
            _ => Err(nova_practice_store::Error::Stale(what)),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Shown {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Ok(Self(condition(parts)?))
    }
}

/// What `If-Match` says, without quotes; none where it may be left out and is.
fn condition(parts: &Parts) -> Result<Option<String>, Refusal> {
    let declared = parts.extensions.get::<Takes>().and_then(|takes| takes.version);
    let Some(condition) = declared else {
        return Err(Failure::new(Code::INTERNAL, "the address does not declare that it takes If-Match").into());
    };
    match (parts.headers.get(header::IF_MATCH), condition) {
        (Some(given), _) => {
            let text = given.to_str().unwrap_or_default().trim();
            Ok(Some(text.trim_start_matches("W/").trim_matches('"').to_owned()))
        }
        (None, Condition::Optional) => Ok(None),
        (None, Condition::Needed) => {
            let cause = "a change needs If-Match with the ETag of what was read";
            Err(Failure::new(Code::CONDITION_MISSING, cause).into())
        }
    }
}
