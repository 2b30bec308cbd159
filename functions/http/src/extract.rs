//! What handlers take from a request; what cannot be taken is a problem.

use crate::Problem;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use nova_errors::{Code, Failure};
use serde::de::DeserializeOwned;

/// Most bytes of a body.
pub const LONGEST_BODY: usize = 1 << 20;

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        if !is_json {
            let cause = "the body must be JSON, and Content-Type must say application/json";
            return Err(Failure::new(Code::MEDIA_TYPE, cause).into());
        }
        Ok(Self(parse(&bytes(request, state).await?)?))
    }
}

/// A JSON body that may be left out.
pub struct OptionalBody<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let says = request.headers().contains_key(header::CONTENT_TYPE);
        if says {
            return Body::from_request(request, state).await.map(|Body(body)| Self(body));
        }
        let bytes = bytes(request, state).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        let cause = "the body must be JSON, and Content-Type must say application/json";
        Err(Failure::new(Code::MEDIA_TYPE, cause).into())
    }
}

async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        let failure = if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Failure::new(Code::TOO_LARGE, format!("the body has more than {LONGEST_BODY} bytes"))
        } else {
            Failure::new(Code::BAD_BODY, "the body did not arrive whole")
        };
        failure.into()
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    // Fields have names: a list of their values would be taken for them.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Failure::new(
            Code::BAD_BODY,
            "the body must be a JSON object, and is a list",
        ));
    }
    serde_json::from_slice(bytes).map_err(|error| Failure::new(Code::BAD_BODY, error.to_string()))
}

fn is_json(headers: &HeaderMap) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = given.and_then(|value| value.split(';').next()).map(str::trim);
    essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"))
}

/// What stands behind `?`.
pub struct Parameters<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(parameters)| Self(parameters))
            .map_err(|rejection| {
                let text = rejection.body_text();
                let cause = text
                    .strip_prefix("Failed to deserialize query string: ")
                    .unwrap_or(&text);
                Failure::new(Code::BAD_ARGUMENT, cause).into()
            })
    }
}

/// The one name in the path.
pub struct Named(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Path::from_request_parts(parts, state)
            .await
            .map(|Path(name)| Self(name))
            .map_err(|_| Failure::new(Code::NO_ROUTE, "the path cannot be read").into())
    }
}

/// `Idempotency-Key`.
pub struct Key(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        match value.to_str() {
            Ok(key) => Ok(Self(Some(key.to_owned()))),
            Err(_) => Err(Failure::new(Code::BAD_ARGUMENT, "Idempotency-Key holds other characters than ASCII").into()),
        }
    }
}
