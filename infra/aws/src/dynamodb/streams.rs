//! Which streams there are.
//!
//! A name is noted in the work table before the stream's commit 0 is put. A secondary index of the events table would
//! follow that put only after a while, and callers rely on more: the guard asks for every database that was ever taken
//! for production. A writer that dies in between leaves the name of a stream without commits, which reads as empty.
//! The names can be had from the events table again at any time.

use super::{
    DynamoDb,
    fault::fault,
    items::{key, number, text, text_of},
};
use nova_eventlog::{Error, StreamId};

/// The partition of all names. They are small and a stream is named once, so one partition takes a thousand new
/// streams a second.
const PARTITION: &str = "streams";

impl DynamoDb {
    /// Notes that there is a stream; doing it again is fine.
    pub(super) async fn enlist(&self, stream: &StreamId) -> Result<(), Error> {
        self.client
            .put_item()
            .table_name(&self.work)
            .set_item(Some(key(PARTITION, stream.as_str())))
            .send()
            .await
            .map_err(fault)?;
        Ok(())
    }

    /// Up to `limit` names that begin with `prefix`, in order, after `after`.
    pub(super) async fn listed(
        &self,
        prefix: &str,
        after: Option<&StreamId>,
        limit: usize,
    ) -> Result<Vec<StreamId>, Error> {
        // Names are made of characters between "-" and "z": a space sorts before all of them, DEL behind.
        let first = after.map(|after| format!("{after} ")).unwrap_or_default();
        let first = first.max(if prefix.is_empty() {
            " ".to_owned()
        } else {
            prefix.to_owned()
        });
        let last = format!("{prefix}\u{7f}");
        let mut streams = Vec::new();
        if first > last || limit == 0 {
            return Ok(streams);
        }
        let mut pages = self
            .client
            .query()
            .table_name(&self.work)
            .consistent_read(true)
            .key_condition_expression("p = :p AND s BETWEEN :first AND :last")
            .expression_attribute_values(":p", text(PARTITION))
            .expression_attribute_values(":first", text(first))
            .expression_attribute_values(":last", text(last))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            for item in page.map_err(fault)?.items() {
                streams.push(StreamId::new(text_of(item, "s")?)?);
                if streams.len() == limit {
                    return Ok(streams);
                }
            }
        }
        Ok(streams)
    }

    /// Notes every stream of the events table again, for a work table that was lost, and tells how many there are.
    /// Reads the whole events table.
    ///
    /// # Errors
    /// What DynamoDB says; doing it again is fine.
    pub async fn enlist_again(&self) -> Result<u64, Error> {
        let mut pages = self
            .client
            .scan()
            .table_name(&self.events)
            .consistent_read(true)
            .filter_expression("n = :n")
            .expression_attribute_values(":n", number(0_u64))
            .projection_expression("p")
            .into_paginator()
            .send();
        let mut streams = 0;
        while let Some(page) = pages.next().await {
            for item in page.map_err(fault)?.items() {
                self.enlist(&StreamId::new(text_of(item, "p")?)?).await?;
                streams += 1;
            }
        }
        Ok(streams)
    }
}
