//! `api-cabinets` as a Lambda behind API Gateway.

use nova_fn_api_cabinets::router;

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    nova_kit::start_telemetry(&nova_kit::wiring::log_filter());
    let platform = nova_fn_practice::wiring::from_environment().await?;
    lambda_http::run(router(&platform)).await
}
