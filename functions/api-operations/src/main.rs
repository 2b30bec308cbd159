//! `api-operations` as a Lambda behind API Gateway.

use nova_fn_api_operations::{Api, router};
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    nova_kit::start_telemetry(&nova_kit::wiring::log_filter());
    let ports = Arc::new(nova_kit::wiring::from_environment(Arc::new(nova_kit::Silent)).await?);
    lambda_http::run(router(&Api::new(ports))).await
}
