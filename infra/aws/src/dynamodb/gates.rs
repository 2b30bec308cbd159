//! Fan-in by sets of numbers: adding a member that is there changes nothing, however often it is done.
//!
//! Members are spread over leaves of 256, so that no item grows large and no item is written by all. A full leaf adds
//! its own number to the root's set; the gate is full when the root's set is. Until then an arrival tells of the full
//! leaves or of its own, whichever it has seen, and only a look counts all.

use super::{
    DynamoDb,
    fault::fault,
    items::{Item, key, number, number_of, text},
};
use async_trait::async_trait;
use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure},
};
use nova_eventlog::{Error, Gate, Gates};

/// Members of a leaf.
const LEAF: u32 = 256;

/// The sort key of a gate's root.
const ROOT: &str = "root";

#[async_trait]
impl Gates for DynamoDb {
    async fn arrive(&self, gate: &str, member: u32, expected: u32) -> Result<Gate, Error> {
        if member >= expected {
            return Err(Error::Invalid(format!(
                "gate {gate} waits for {expected} members, numbered from 0; there is no member {member}"
            )));
        }
        let leaves = expected.div_ceil(LEAF);
        let last_leaf = expected - (leaves - 1) * LEAF;
        let leaf = member / LEAF;
        let arrived = self.add(gate, &leaf_key(leaf), member, expected).await?;
        let size = if leaf == leaves - 1 { last_leaf } else { LEAF };
        if leaves == 1 || arrived < size {
            return Ok(Gate { arrived, expected });
        }
        let full = self.add(gate, ROOT, leaf, expected).await?;
        // The smaller last leaf may be one of them.
        let arrived = (full - 1) * LEAF + last_leaf;
        Ok(Gate { arrived, expected })
    }

    async fn look(&self, gate: &str) -> Result<Gate, Error> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.work)
            .consistent_read(true)
            .key_condition_expression("p = :p AND begins_with(s, :leaf)")
            .expression_attribute_values(":p", text(partition(gate)))
            .expression_attribute_values(":leaf", text("leaf/"))
            .into_paginator()
            .send();
        let mut found = Gate {
            arrived: 0,
            expected: 0,
        };
        while let Some(page) = pages.next().await {
            for item in page.map_err(fault)?.items() {
                found.arrived += members(item);
                found.expected = u32::try_from(number_of(item, "e")?).unwrap_or(u32::MAX);
            }
        }
        Ok(found)
    }
}

impl DynamoDb {
    /// Adds a number to the set of a leaf or root, and tells how large the set is now.
    async fn add(&self, gate: &str, sort: &str, member: u32, expected: u32) -> Result<u32, Error> {
        let added = self
            .client
            .update_item()
            .table_name(&self.work)
            .set_key(Some(key(&partition(gate), sort)))
            .update_expression("SET e = :e ADD m :m")
            .condition_expression("attribute_not_exists(e) OR e = :e")
            .expression_attribute_values(":e", number(expected))
            .expression_attribute_values(":m", AttributeValue::Ns(vec![member.to_string()]))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match added {
            Ok(answer) => Ok(answer.attributes().map_or(0, members)),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    let known = failed.item().map_or(Ok(0), |item| number_of(item, "e"))?;
                    Err(Error::Invalid(format!(
                        "gate {gate} waits for {known} members, not for {expected}"
                    )))
                }
                _ => Err(fault(error)),
            },
        }
    }
}

fn partition(gate: &str) -> String {
    format!("gate/{gate}")
}

fn leaf_key(leaf: u32) -> String {
    format!("leaf/{leaf}")
}

fn members(item: &Item) -> u32 {
    let set = item.get("m").and_then(|value| value.as_ns().ok());
    set.map_or(0, |set| u32::try_from(set.len()).unwrap_or(u32::MAX))
}
