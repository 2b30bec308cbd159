//! `reconcile` as a Lambda: woken every minute.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Error> {
    nova_kit::start_telemetry(&nova_kit::wiring::log_filter());
    let ports = Arc::new(nova_kit::wiring::from_environment()?);
    lambda_runtime::run(service_fn(move |_: LambdaEvent<serde_json::Value>| {
        let ports = Arc::clone(&ports);
        async move { Ok::<_, Error>(nova_fn_reconcile::reconcile_all(&ports).await?) }
    }))
    .await
}
