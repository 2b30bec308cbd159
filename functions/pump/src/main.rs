//! The `pump` as a Lambda: woken by the stream of the events table; over a project folder by a schedule.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use nova_kit::{
    metrics::{Line, Metric, Tally},
    wiring,
};
use serde_json::Value;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Error> {
    nova_kit::start_telemetry(&wiring::log_filter());
    let tally = Arc::new(Tally::default());
    let shared = Arc::new(wiring::with_outbox(tally.clone()).await?);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| {
        let (shared, tally) = (Arc::clone(&shared), Arc::clone(&tally));
        async move {
            let (ports, outbox) = shared.as_ref();
            let begun_ms = ports.clock.now_ms();
            let answer = if let Some(outbox) = outbox {
                serde_json::to_value(nova_fn_pump::drain(ports, outbox.as_ref()).await?)
            } else {
                let records = serde_json::from_value(event.payload)?;
                serde_json::to_value(nova_fn_pump::consume(ports, records).await)
            };
            let now_ms = ports.clock.now_ms();
            Line {
                function: "pump",
                now_ms,
                operation: "",
                request_id: &event.context.request_id,
            }
            .write(&[(Metric::Duration, now_ms - begun_ms)], &tally);
            Ok::<_, Error>(answer?)
        }
    }))
    .await
}
