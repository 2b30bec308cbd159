//! The stream of the events table: records in, the place from which to deliver again out.

use crate::hand_over;
use aws_lambda_events::event::{
    dynamodb::Event,
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use nova_aws::dynamodb::commit_of_image;
use nova_kit::Ports;

/// Hands over the commits of a batch, in order. The first one that could not be handed over is reported, and the stream
/// delivers it and all that follow again; those handed over twice do no harm. A record that cannot be read would hold up
/// its shard for a day: it is logged and left to the reconciler.
pub async fn consume(ports: &Ports, event: Event) -> DynamoDbEventResponse {
    let mut response = DynamoDbEventResponse::default();
    for record in event.records {
        let (name, change) = (record.event_name, record.change);
        if name != "INSERT" {
            continue;
        }
        let commit = match commit_of_image(&change.new_image) {
            Ok(commit) => commit,
            Err(error) => {
                tracing::error!(
                    record = record.event_id,
                    "a record of the stream cannot be read: {error}"
                );
                continue;
            }
        };
        if let Err(failure) = hand_over(ports, &commit).await {
            tracing::warn!(stream = %commit.stream, number = commit.number, code = %failure.code, "{}", failure.cause);
            let mut from_here = DynamoDbBatchItemFailure::default();
            from_here.item_identifier = change.sequence_number;
            response.batch_item_failures.push(from_here);
            break;
        }
    }
    response
}
