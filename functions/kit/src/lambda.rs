//! The loop of a Lambda: a batch of messages in, the identifiers of those that failed out.

use crate::{
    deliver::{Disposition, Handler, deliver},
    ports::Ports,
    telemetry, wiring,
};
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use nova_eventlog::Delivery;
use std::sync::Arc;

/// Runs one function of the pipeline as a Lambda.
///
/// # Errors
/// When the wiring fails or the runtime ends.
pub async fn run(handler: impl Handler + 'static) -> Result<(), Error> {
    telemetry::start(&wiring::log_filter());
    let ports = Arc::new(wiring::from_environment()?);
    let handler = Arc::new(handler);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| {
        let (ports, handler) = (Arc::clone(&ports), Arc::clone(&handler));
        async move { Ok::<_, Error>(batch(&ports, handler.as_ref(), event.payload).await) }
    }))
    .await
}

/// Handles a batch; a message that failed is reported, the others are done.
async fn batch(ports: &Ports, handler: &dyn Handler, event: SqsEvent) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for record in event.records {
        let id = record.message_id.clone().unwrap_or_default();
        if !settle(ports, handler, record).await {
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id;
            response.batch_item_failures.push(failure);
        }
    }
    response
}

/// True when the message needs no further delivery.
async fn settle(ports: &Ports, handler: &dyn Handler, record: SqsMessage) -> bool {
    let received = record
        .attributes
        .get("ApproximateReceiveCount")
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    let message = match serde_json::from_str(record.body.as_deref().unwrap_or_default()) {
        Ok(message) => message,
        Err(error) => {
            tracing::error!("a message cannot be read: {error}");
            return false;
        }
    };
    let delivery = Delivery {
        id: record.message_id.unwrap_or_default(),
        receipt: record.receipt_handle.unwrap_or_default(),
        message,
        received,
    };
    match deliver(ports, handler, &delivery).await {
        Ok(disposition) => disposition != Disposition::Again,
        Err(failure) => {
            tracing::error!(code = %failure.code, "{}", failure.cause);
            false
        }
    }
}
