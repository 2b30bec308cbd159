//! A schedule as an event source.

use crate::{invoke::Invoker, switch::Switch};
use serde_json::json;
use std::time::Duration;

/// Invokes a function again and again, the first time at once.
pub(crate) async fn run(name: &'static str, every: Duration, invoker: Invoker, switch: Switch) {
    loop {
        switch.wait().await;
        // Fired twice now and then by the real one; what happens then is tested where it can be told apart.
        invoker
            .invoke(json!({
                "version": "0",
                "id": ulid::Ulid::generate().to_string(),
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": "123456789012",
                "time": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                "region": "eu-west-3",
                "resources": [format!("arn:aws:scheduler:eu-west-3:123456789012:schedule/nova/{name}")],
                // What the functions know as a minute is as long as the schedule's period here.
                "detail": { "quiet_seconds": every.as_secs() },
            }))
            .await;
        tokio::time::sleep(every).await;
    }
}
