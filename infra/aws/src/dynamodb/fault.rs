//! What DynamoDB says, in the port's terms.

use crate::answer;
use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};
use nova_eventlog::Error;

/// Translates what is left once the client has given up.
#[expect(clippy::needless_pass_by_value, reason = "an argument of map_err")]
pub(super) fn fault<E: ProvideErrorMetadata>(error: SdkError<E, HttpResponse>) -> Error {
    let refusal = error.as_service_error();
    let message = refusal.and_then(ProvideErrorMetadata::message).unwrap_or_default();
    if answer::code(&error) == Some("ValidationException") && message.contains("size") {
        return Error::Invalid(format!("an item is too large for DynamoDB: {message}"));
    }
    answer::failed("DynamoDB", &error)
}
