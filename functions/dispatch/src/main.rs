//! `dispatch` as a Lambda: woken every minute.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use nova_aws::alerts::Sender;
use nova_fn_dispatch::{
    Carrier, Log, Topic,
    letters::{Mailing, Ses},
    minute,
};
use nova_kit::wiring::variable;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Error> {
    nova_kit::start_telemetry(&nova_kit::wiring::log_filter());
    let clients = nova_fn_practice::wiring::clients().await;
    let shared = Arc::new(nova_fn_practice::wiring::with_queue(&clients).await?);
    let mut carrier: Arc<dyn Carrier> = Arc::new(Log);
    if let Some(topic) = variable("NOVA_PLATFORM_TOPIC") {
        let client = clients.topics.clone();
        carrier = Arc::new(Topic { client, topic });
    }
    if let Some(from) = variable("NOVA_MAIL_FROM") {
        carrier = Arc::new(Mailing {
            post: Arc::new(Ses(Sender::new(&clients, from))),
            site: shared.0.site().map(str::to_owned),
            others: carrier,
        });
    }
    lambda_runtime::run(service_fn(move |_: LambdaEvent<serde_json::Value>| {
        let (shared, carrier) = (Arc::clone(&shared), Arc::clone(&carrier));
        async move { Ok::<_, Error>(minute(&shared.0, carrier.as_ref(), shared.1.as_ref()).await?) }
    }))
    .await
}
