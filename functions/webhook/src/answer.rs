//! Answers: what was accepted, or a problem (RFC 9457) with the code that the command line shows.

use crate::Outcome;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use nova_errors::{Code, Failure};
use serde_json::{Value, json};

/// 202 with what follows, whether that is an operation or nothing.
pub(crate) fn accepted(outcome: &Outcome) -> Response {
    let body = match outcome {
        Outcome::Requested {
            what,
            environment,
            operation,
        } => {
            tracing::info!(operation, environment, "{what} by a delivery");
            json!({ "outcome": what, "environment": environment, "operation": operation })
        }
        Outcome::Ignored(why) => json!({ "outcome": "ignored", "reason": why }),
    };
    with(StatusCode::ACCEPTED, &body, "application/json")
}

/// What stands against a delivery.
pub(crate) fn problem(failure: &Failure) -> Response {
    let status = status(failure);
    tracing::warn!(code = %failure.code, status = status.as_u16(), "{}", failure.cause);
    let body = json!({
        "type": format!("/v1/errors/{}", failure.code),
        "title": failure.code.title,
        "status": status.as_u16(),
        "detail": failure.cause,
        "code": failure.code.to_string(),
        "remedy": failure.remedy,
    });
    with(status, &body, "application/problem+json")
}

fn status(failure: &Failure) -> StatusCode {
    let known = [
        (Code::BAD_SIGNATURE, StatusCode::UNAUTHORIZED),
        (Code::STALE_DELIVERY, StatusCode::UNAUTHORIZED),
        (Code::BAD_DELIVERY, StatusCode::BAD_REQUEST),
        (Code::TOO_LARGE, StatusCode::PAYLOAD_TOO_LARGE),
        (Code::PREVIEW_TAKEN, StatusCode::CONFLICT),
        (Code::NOT_A_PREVIEW, StatusCode::CONFLICT),
    ];
    let found = known
        .iter()
        .find(|(code, _)| *code == failure.code)
        .map(|(_, status)| *status);
    // Senders try again later on these.
    let other = if failure.retryable {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    };
    found.unwrap_or(other)
}

fn with(status: StatusCode, body: &Value, media_type: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, body.to_string()).into_response()
}
