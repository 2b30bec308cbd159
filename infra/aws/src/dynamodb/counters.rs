//! Counts: one item per key and window, added to atomically, gone some time after its window.

use super::{
    DynamoDb,
    fault::fault,
    items::{key, malformed, number, number_of},
};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::ReturnValue;
use nova_eventlog::{Counters, Error};

/// How long an item stays after its window, in seconds: clocks differ.
const LINGERS: u64 = 300;

#[async_trait]
impl Counters for DynamoDb {
    async fn add(&self, counted: &str, window: u64, over_ms: u64) -> Result<u64, Error> {
        // A partition of its own for each key: whoever sends too much meets only themselves.
        let answer = self
            .client
            .update_item()
            .table_name(&self.work)
            .set_key(Some(key(&format!("count/{counted}"), &window.to_string())))
            .update_expression("ADD c :one SET expires = :expires")
            .expression_attribute_values(":one", number(1_u64))
            .expression_attribute_values(":expires", number(over_ms / 1000 + LINGERS))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await
            .map_err(fault)?;
        number_of(answer.attributes().ok_or_else(|| malformed("c"))?, "c")
    }
}
