//! Versions: `ETag` of what is read, `If-Match` of what is changed.

use crate::Refusal;
use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use nova_errors::{Code, Failure};
use ring::digest::{SHA256, digest};
use serde::Serialize;

/// The version that a change is made for: `If-Match` with the `ETag` of what was read, or `*` for whatever is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(pub Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for Version {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let Some(given) = parts.headers.get(header::IF_MATCH) else {
            let cause = "a change needs If-Match with the ETag of what was read";
            return Err(Failure::new(Code::CONDITION_MISSING, cause).into());
        };
        let text = given.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let number = text.trim_start_matches("W/").trim_matches('"').parse();
        // What is no version of ours is not the version that is there.
        Ok(Self(Some(number.unwrap_or(-1))))
    }
}

/// JSON with the version of what it shows.
pub fn tagged(version: i64, body: impl Serialize) -> Response {
    let mut response = Json(body).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The answer to a request that made something: 201, and where it is.
pub fn made(place: &str, shown: impl IntoResponse) -> Response {
    let mut response = (StatusCode::CREATED, shown).into_response();
    if let Ok(place) = HeaderValue::from_str(place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

/// The same for something that counts no changes: its tag is a hash of what is shown.
pub fn added(place: &str, shown: &impl Serialize) -> Response {
    let body = serde_json::to_vec(shown).unwrap_or_default();
    let hash = digest(&SHA256, &body);
    let tag: String = hash.as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let mut response = made(place, body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{tag}\"")) {
        headers.insert(header::ETAG, tag);
    }
    response
}
