//! `schedule` as a Lambda: woken every minute.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use nova_automation::Automation;
use nova_kit::wiring;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Error> {
    nova_kit::start_telemetry(&wiring::log_filter());
    let ports = wiring::from_environment(Arc::new(nova_kit::Silent)).await?;
    let choices = wiring::variable("NOVA_SCHEDULES");
    let shared = Arc::new((ports, Automation::from_json(choices.as_deref(), None)?));
    lambda_runtime::run(service_fn(move |_: LambdaEvent<serde_json::Value>| {
        let shared = Arc::clone(&shared);
        async move {
            let tick = nova_fn_schedule::tick(&shared.0, &shared.1).await?;
            Ok::<_, Error>(serde_json::json!({ "started": tick.started, "failed": tick.failed.len() }))
        }
    }))
    .await
}
