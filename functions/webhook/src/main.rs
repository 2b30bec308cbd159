//! `webhook` as a Lambda behind API Gateway.

use nova_automation::Automation;
use nova_fn_webhook::{Hooks, from_environment, router};
use nova_kit::wiring;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    nova_kit::start_telemetry(&wiring::log_filter());
    let ports = Arc::new(wiring::from_environment(Arc::new(nova_kit::Silent)).await?);
    let choices = wiring::variable("NOVA_PREVIEWS");
    let previews = Arc::new(Automation::from_json(None, choices.as_deref())?.previews);
    let secret = from_environment(wiring::variable).await;
    lambda_http::run(router(Hooks {
        ports,
        previews,
        secret,
    }))
    .await
}
