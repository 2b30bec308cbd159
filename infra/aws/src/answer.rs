//! What a service answered, in the ports' terms.

use aws_sdk_s3::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};
use nova_eventlog::Error;
use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

/// Codes of answers that another attempt may get past, beside those with a status of 500 and more.
const PASSING: &[&str] = &[
    "BadDigest",
    "KMSInternalException",
    "OperationAborted",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestTimeTooSkewed",
    "RequestTimeout",
    "RequestTimeoutException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "TransactionInProgressException",
    "XAmzContentChecksumMismatch",
];

/// The failure of a call; `what` names service and action. Throttling, time-outs and lost connections are
/// [`Error::Transient`] after the SDK has tried often enough, everything else is [`Error::Store`].
pub(crate) fn failed<E: ProvideErrorMetadata>(what: &str, error: &SdkError<E, HttpResponse>) -> Error {
    match error {
        SdkError::TimeoutError(_) => Error::Transient(format!("{what}: no answer in time")),
        SdkError::DispatchFailure(failure) if failure.is_user() => {
            Error::Store(format!("{what}: the request cannot be sent"))
        }
        SdkError::DispatchFailure(_) => Error::Transient(format!("{what}: the service cannot be reached")),
        SdkError::ResponseError(_) => Error::Transient(format!("{what}: the answer was cut or malformed")),
        SdkError::ServiceError(context) => {
            let code = context.err().code().unwrap_or("no code");
            let says = context.err().message().unwrap_or("no message");
            let cause = format!("{what}: {code}: {says}");
            let status = context.raw().status().as_u16();
            if status >= 500 || status == 429 || PASSING.contains(&code) {
                Error::Transient(cause)
            } else {
                Error::Store(cause)
            }
        }
        _ => Error::Store(format!("{what}: the request cannot be made")),
    }
}

/// The code a service answered with, without the name space that some put before it.
pub(crate) fn code<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<&str> {
    let code = error.as_service_error()?.code()?;
    code.rsplit(['.', '#']).next()
}

/// Waits before attempt `attempt`, counted from 1: a random time up to 0.1 s, 0.2 s, 0.4 s … 12.8 s.
pub(crate) async fn pause(attempt: u32) {
    let longest = 100_u64 << attempt.saturating_sub(1).min(7);
    // A hasher's seeds are random, which is all that jitter needs.
    let random = RandomState::new().hash_one(attempt);
    tokio::time::sleep(Duration::from_millis(random % longest)).await;
}
