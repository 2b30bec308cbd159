//! What `nova serve` consists of: further addresses and further work of every minute are added here.

use crate::runtime::Runtime;
use axum::Router;
use nova_errors::Failure;
use nova_fn_api_operations::{Api, edge, routes};

/// Every address.
pub(super) fn router(api: &Api) -> Router {
    edge(api, routes(api))
}

/// What is done every minute besides looking after operations.
///
/// # Errors
/// What the stores say; it is tried again a minute later.
#[expect(clippy::unused_async, reason = "what is added here waits for stores")]
pub(super) async fn every_minute(_: &Runtime) -> Result<(), Failure> {
    Ok(())
}
