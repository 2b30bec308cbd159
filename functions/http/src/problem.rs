//! Errors as RFC 9457 describes them, with the codes that the command line shows.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use nova_errors::{Code, Exit, Failure};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What to do about a parameter or a header that cannot be taken.
const ARGUMENT: &str = "Compare it with what /v1/openapi.json, or /v1/platform/openapi.json, says of the address.";

/// The media type of a problem.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// Why a request was not answered as hoped (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "type": "/v1/errors/NOVA-1901",
    "title": "The operation does not exist",
    "status": 404,
    "detail": "operation \"01jz\" does not exist",
    "code": "NOVA-1901",
    "remedy": "`nova status --all` lists the operations.",
    "details": []
}))]
pub struct Problem {
    /// Where the code is explained.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the code stands for.
    pub title: String,
    /// The HTTP status, again.
    pub status: u16,
    /// What was found this time.
    pub detail: String,
    /// The code, as the command line shows it.
    pub code: String,
    /// What to do.
    pub remedy: String,
    /// Further lines.
    pub details: Vec<String>,
    /// Seconds to wait, for `Retry-After`.
    #[serde(skip)]
    pub retry_after: Option<u64>,
}

/// The HTTP status of a code.
pub fn status(code: &Code) -> StatusCode {
    let special = [
        (Code::UNAUTHENTICATED, StatusCode::UNAUTHORIZED),
        (Code::FORBIDDEN, StatusCode::FORBIDDEN),
        (Code::NO_ROUTE, StatusCode::NOT_FOUND),
        (Code::UNKNOWN_OPERATION, StatusCode::NOT_FOUND),
        (Code::UNKNOWN_ENVIRONMENT, StatusCode::NOT_FOUND),
        (Code::NO_METHOD, StatusCode::METHOD_NOT_ALLOWED),
        (Code::OPERATION_RUNNING, StatusCode::CONFLICT),
        (Code::OPERATION_ENDED, StatusCode::CONFLICT),
        (Code::LOG_CONFLICT, StatusCode::CONFLICT),
        (Code::TARGET_BUSY, StatusCode::CONFLICT),
        (Code::NO_BACKUP, StatusCode::CONFLICT),
        (Code::KEY_REUSED, StatusCode::CONFLICT),
        (Code::TOO_LARGE, StatusCode::PAYLOAD_TOO_LARGE),
        (Code::MEDIA_TYPE, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (Code::TOO_SLOW, StatusCode::SERVICE_UNAVAILABLE),
        (Code::PRACTICE_UNKNOWN, StatusCode::NOT_FOUND),
        (Code::PRACTICE_INVALID, StatusCode::UNPROCESSABLE_ENTITY),
        (Code::PRACTICE_STALE, StatusCode::PRECONDITION_FAILED),
        (Code::PRACTICE_DUPLICATE, StatusCode::CONFLICT),
        (Code::CABINET_INACTIVE, StatusCode::CONFLICT),
        (Code::PROVISIONING, StatusCode::CONFLICT),
        (Code::PATIENT_MERGE, StatusCode::CONFLICT),
        (Code::PRACTICE_BUSY, StatusCode::SERVICE_UNAVAILABLE),
        (Code::CONFIGURATION, StatusCode::UNPROCESSABLE_ENTITY),
        (Code::ROLLOUT, StatusCode::CONFLICT),
        (Code::SLOT_TAKEN, StatusCode::CONFLICT),
        (Code::NOT_BOOKABLE, StatusCode::CONFLICT),
        (Code::HOLD_ENDED, StatusCode::CONFLICT),
        (Code::APPOINTMENT_STATUS, StatusCode::CONFLICT),
        (Code::SERIES_TAKEN, StatusCode::CONFLICT),
        (Code::OVERBOOKING, StatusCode::UNPROCESSABLE_ENTITY),
        (Code::OFFER_ENDED, StatusCode::CONFLICT),
        (Code::SIGN_IN_REFUSED, StatusCode::UNAUTHORIZED),
        (Code::SIGN_IN_THROTTLED, StatusCode::TOO_MANY_REQUESTS),
        (Code::NOT_SIGNED_IN, StatusCode::UNAUTHORIZED),
        (Code::NOTHING_HERE, StatusCode::NOT_FOUND),
        (Code::CODE_REFUSED, StatusCode::UNPROCESSABLE_ENTITY),
        (Code::WEAK_PASSWORD, StatusCode::UNPROCESSABLE_ENTITY),
        (Code::SESSION_OVER, StatusCode::UNAUTHORIZED),
        (Code::SESSION_STOLEN, StatusCode::UNAUTHORIZED),
        (Code::LINK_OVER, StatusCode::GONE),
        (Code::USER_EXISTS, StatusCode::CONFLICT),
        (Code::CONDITION_MISSING, StatusCode::PRECONDITION_REQUIRED),
        (Code::TOO_MANY_REQUESTS, StatusCode::TOO_MANY_REQUESTS),
        (Code::LAST_ADMIN, StatusCode::CONFLICT),
        (Code::BAD_IMPORT, StatusCode::UNPROCESSABLE_ENTITY),
        (Code::IMPORT_STATE, StatusCode::CONFLICT),
        (Code::SECOND_FACTOR_STATE, StatusCode::CONFLICT),
        (Code::KEY_BUSY, StatusCode::CONFLICT),
        // The platform's own set-up is no mistake of the request.
        (Code::PLATFORM_KEY, StatusCode::INTERNAL_SERVER_ERROR),
        // What the server's own files lack is no mistake of the request.
        (Code::BAD_ENVIRONMENT_FILE, StatusCode::INTERNAL_SERVER_ERROR),
        (Code::BAD_SETTINGS, StatusCode::INTERNAL_SERVER_ERROR),
        (Code::MISSING_FILE, StatusCode::INTERNAL_SERVER_ERROR),
    ];
    let by_exit = || match code.exit {
        Exit::Usage => StatusCode::BAD_REQUEST,
        Exit::Refused => StatusCode::FORBIDDEN,
        Exit::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Exit::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        Exit::Interrupted => StatusCode::SERVICE_UNAVAILABLE,
    };
    special
        .iter()
        .find(|(known, _)| *known == code)
        .map_or_else(by_exit, |(_, status)| *status)
}

/// Where a code is explained.
pub fn address(code: &Code) -> String {
    format!("/v1/errors/{code}")
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let mut status = status(failure.code);
        // Throttled, busy or timed out: the same request may succeed in a moment.
        if failure.retryable && status == StatusCode::INTERNAL_SERVER_ERROR {
            status = StatusCode::SERVICE_UNAVAILABLE;
        }
        // A code that the command line shares says what to do there.
        let remedy = if failure.code == Code::BAD_ARGUMENT && failure.remedy == Code::BAD_ARGUMENT.remedy {
            ARGUMENT.to_owned()
        } else {
            failure.remedy
        };
        Self {
            kind: address(failure.code),
            title: failure.code.title.to_owned(),
            status: status.as_u16(),
            detail: failure.cause,
            code: failure.code.to_string(),
            remedy,
            details: failure.details,
            retry_after: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(2),
        }
    }
}

impl From<nova_eventlog::Error> for Problem {
    fn from(error: nova_eventlog::Error) -> Self {
        Failure::from(error).into()
    }
}

impl Problem {
    /// What a client makes of it: the failure it was made from. None when this version does not know its code.
    pub fn failure(self) -> Option<Failure> {
        let number = self.code.strip_prefix("NOVA-")?.parse().ok()?;
        let code = Code::by_number(number)?;
        Some(
            Failure::new(code, self.detail)
                .with_remedy(self.remedy)
                .with_details(self.details),
        )
    }

    /// The same, worth another try after so many seconds.
    #[must_use]
    pub fn after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The same for something that the body names: the address itself does exist.
    #[must_use]
    pub fn of_body(mut self) -> Self {
        if self.status == StatusCode::NOT_FOUND.as_u16() {
            self.status = StatusCode::UNPROCESSABLE_ENTITY.as_u16();
        }
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status.is_server_error() {
            tracing::error!(code = self.code, "{}", self.detail);
        }
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"nova\""),
            );
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nova_errors::ALL;

    #[test]
    fn every_code_has_a_status_that_tells_of_an_error() {
        for code in ALL.iter().flat_map(|range| range.iter()) {
            let status = status(code);
            assert!(status.is_client_error() || status.is_server_error(), "{code}: {status}");
        }
    }

    #[test]
    fn a_client_gets_back_what_went_wrong() {
        let failure = Failure::new(Code::TARGET_BUSY, "operation 01 is working on environment test")
            .with_remedy("Wait.")
            .with_details(["since yesterday".to_owned()]);
        let problem = Problem::from(failure.clone());
        assert_eq!(problem.status, 409);
        let text = serde_json::to_string(&problem).unwrap();
        let read: Problem = serde_json::from_str(&text).unwrap();
        assert_eq!(read.failure(), Some(failure));
    }

    #[test]
    fn what_may_succeed_in_a_moment_is_unavailable_and_what_cannot_is_an_error() {
        let transient = Failure::new(Code::STATE, "throttled").retryable();
        assert_eq!(Problem::from(transient).status, 503);
        assert_eq!(Problem::from(Failure::new(Code::STATE, "gone")).status, 500);
    }

    #[test]
    fn an_unknown_name_in_a_body_does_not_say_that_the_address_is_unknown() {
        let unknown = Problem::from(Failure::new(
            Code::UNKNOWN_ENVIRONMENT,
            "environment tset does not exist",
        ));
        assert_eq!((unknown.status, unknown.clone().of_body().status), (404, 422));
    }
}
