//! `reconcile` as a Lambda: woken every minute.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use nova_fn_reconcile::{Wake, reconcile_all};
use nova_kit::{
    metrics::{Line, Metric, Tally},
    wiring,
};
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Error> {
    nova_kit::start_telemetry(&wiring::log_filter());
    let tally = Arc::new(Tally::default());
    let ports = Arc::new(wiring::from_environment(tally.clone()).await?);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Wake>| {
        let (ports, tally) = (Arc::clone(&ports), Arc::clone(&tally));
        async move {
            let found = reconcile_all(&ports, event.payload.quiet_ms()).await?;
            Line {
                function: "reconcile",
                now_ms: ports.clock.now_ms(),
                operation: "",
                request_id: &event.context.request_id,
            }
            .write(
                &[
                    (Metric::StuckOperations, found.stuck),
                    (Metric::SnapshotAge, found.snapshot_age_ms / 1000),
                ],
                &tally,
            );
            Ok::<_, Error>(found)
        }
    }))
    .await
}
