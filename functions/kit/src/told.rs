//! Whether people were told.

use crate::ports::Ports;
use nova_clone::{Operation, names};
use nova_errors::Failure;

/// True when the log says that people were told this of an operation, since it was last resumed.
///
/// # Errors
/// What the log says.
pub async fn was_told(ports: &Ports, operation: &Operation, about: &str) -> Result<bool, Failure> {
    let stream = names::notification_stream(&operation.id, about, operation.resumes)?;
    Ok(!ports.log.read(&stream, 0).await?.is_empty())
}
