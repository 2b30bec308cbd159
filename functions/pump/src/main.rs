//! The `pump` as a Lambda: woken by the stream of the events table; over a project folder by a schedule.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use nova_kit::{Silent, wiring};
use serde_json::Value;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Error> {
    nova_kit::start_telemetry(&wiring::log_filter());
    let shared = Arc::new(wiring::with_outbox(Arc::new(Silent)).await?);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| {
        let shared = Arc::clone(&shared);
        async move {
            let (ports, outbox) = shared.as_ref();
            let answer = if let Some(outbox) = outbox {
                serde_json::to_value(nova_fn_pump::drain(ports, outbox.as_ref()).await?)
            } else {
                let records = serde_json::from_value(event.payload)?;
                serde_json::to_value(nova_fn_pump::consume(ports, records).await)
            };
            Ok::<_, Error>(answer?)
        }
    }))
    .await
}
