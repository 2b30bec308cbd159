//! Leases with a fence that never falls: an item stays when its lease is given back.
//!
//! To take a lease is to replace exactly what was seen. Whoever sees it replaced by somebody else looks again at what
//! that one left, which comes with the refusal.

use super::{
    DynamoDb,
    fault::fault,
    items::{Item, key, number, number_of, text, text_of},
};
use async_trait::async_trait;
use aws_sdk_dynamodb::{
    operation::update_item::{UpdateItemError, builders::UpdateItemFluentBuilder},
    types::ReturnValuesOnConditionCheckFailure,
};
use nova_eventlog::{Error, Lease, Leases};

#[async_trait]
impl Leases for DynamoDb {
    async fn acquire(&self, name: &str, holder: &str, now_ms: u64, ttl_ms: u64) -> Result<Result<Lease, Lease>, Error> {
        let until_ms = now_ms.saturating_add(ttl_ms);
        let mut seen = self.lease(name).await?;
        loop {
            let fence = match &seen {
                Some(item) => match held(item)? {
                    Some(lease) if lease.holder == holder => lease.fence,
                    Some(lease) if now_ms < lease.until_ms => return Ok(Err(lease)),
                    _ => number_of(item, "f")? + 1,
                },
                None => 1,
            };
            let update = self
                .change(name)
                .update_expression("SET o = :o, f = :f, u = :u")
                .expression_attribute_values(":o", text(holder))
                .expression_attribute_values(":f", number(fence))
                .expression_attribute_values(":u", number(until_ms));
            let update = match &seen {
                Some(item) => {
                    let update = update
                        .expression_attribute_values(":seen", number(number_of(item, "f")?))
                        .expression_attribute_values(":end", number(number_of(item, "u")?));
                    update.condition_expression("f = :seen AND u = :end")
                }
                None => update.condition_expression("attribute_not_exists(p)"),
            };
            match attempt(update).await? {
                Changed::Yes => {
                    return Ok(Ok(Lease {
                        holder: holder.to_owned(),
                        fence,
                        until_ms,
                    }));
                }
                Changed::No(now) => seen = now,
            }
        }
    }

    async fn release(&self, name: &str, holder: &str) -> Result<(), Error> {
        let update = self
            .change(name)
            .update_expression("SET u = :u REMOVE o")
            .condition_expression("o = :o")
            .expression_attribute_values(":u", number(0_u64))
            .expression_attribute_values(":o", text(holder));
        attempt(update).await.map(|_| ())
    }

    async fn look(&self, name: &str) -> Result<Option<Lease>, Error> {
        self.lease(name).await?.as_ref().map_or(Ok(None), held)
    }
}

/// What became of a conditional update.
enum Changed {
    Yes,
    /// The condition did not hold; what stands there instead.
    No(Option<Item>),
}

async fn attempt(update: UpdateItemFluentBuilder) -> Result<Changed, Error> {
    match update.send().await {
        Ok(_) => Ok(Changed::Yes),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => Ok(Changed::No(failed.item().cloned())),
            _ => Err(fault(error)),
        },
    }
}

impl DynamoDb {
    fn change(&self, name: &str) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.work)
            .set_key(Some(lease_key(name)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    async fn lease(&self, name: &str) -> Result<Option<Item>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.work)
            .consistent_read(true)
            .set_key(Some(lease_key(name)))
            .send()
            .await
            .map_err(fault)?;
        Ok(answer.item)
    }
}

fn lease_key(name: &str) -> Item {
    key(&format!("lease/{name}"), "lease")
}

/// The lease that an item tells of; none once it was given back.
fn held(item: &Item) -> Result<Option<Lease>, Error> {
    if !item.contains_key("o") {
        return Ok(None);
    }
    Ok(Some(Lease {
        holder: text_of(item, "o")?.to_owned(),
        fence: number_of(item, "f")?,
        until_ms: number_of(item, "u")?,
    }))
}
