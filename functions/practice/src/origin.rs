//! Pages of another origin: those of the site where people use the platform may call it (the CORS protocol of the Fetch
//! standard), and no others.

use crate::headers::readable;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

/// Headers that pages may send.
const TAKEN: &str = "authorization, content-type, if-match, idempotency-key, x-access-reason, x-request-id";

/// The origin of a request that comes from a page of the site.
pub(crate) fn of_site(site: Option<&str>, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let site = site?.trim_end_matches('/');
    (origin.as_bytes() == site.as_bytes()).then(|| origin.clone())
}

/// Lets a page of that origin read an answer.
pub(crate) fn allow(origin: HeaderValue, headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if let Ok(readable) = HeaderValue::from_str(&readable()) {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, readable);
    }
    headers.append(header::VARY, HeaderValue::from_static("origin"));
}

/// The answer to a question about an address: which methods it takes, and, to a page of the site, what it may send.
pub(crate) fn options(methods: &HeaderValue, parts: &Parts) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::ALLOW, methods.clone());
    if parts.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods.clone());
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(TAKEN));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    response
}
