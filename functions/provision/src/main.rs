//! `provision` as a Lambda behind its queue.

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use nova_fn_practice::wiring;
use nova_fn_provision::settle;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Error> {
    nova_kit::start_telemetry(&nova_kit::wiring::log_filter());
    let shared = Arc::new(wiring::with_queue(&wiring::clients().await).await?);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| {
        let shared = Arc::clone(&shared);
        async move {
            let mut response = SqsBatchResponse::default();
            for record in event.payload.records {
                let id = record.message_id.clone().unwrap_or_default();
                let delivery = nova_kit::lambda::delivery_of(record);
                let done = match delivery {
                    Ok(delivery) => settle(&shared.0, shared.1.as_ref(), &delivery).await,
                    Err(error) => Err(error.into()),
                };
                if !done.unwrap_or_else(|failure| {
                    tracing::error!(code = %failure.code, "{}", failure.cause);
                    false
                }) {
                    let mut failed = BatchItemFailure::default();
                    failed.item_identifier = id;
                    response.batch_item_failures.push(failed);
                }
            }
            Ok::<_, Error>(response)
        }
    }))
    .await
}
