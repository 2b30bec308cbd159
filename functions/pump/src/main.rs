//! The `pump` as a Lambda: woken by the log's stream or by a schedule, it empties the outbox.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Error> {
    nova_kit::start_telemetry(&nova_kit::wiring::log_filter());
    let (ports, outbox) = nova_kit::wiring::with_outbox()?;
    let shared = Arc::new((ports, outbox));
    lambda_runtime::run(service_fn(move |_: LambdaEvent<serde_json::Value>| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Error>(nova_fn_pump::drain(&shared.0, &shared.1).await?) }
    }))
    .await
}
