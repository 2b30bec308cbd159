//! Read models: JSON items by kind and key.

use super::{
    DynamoDb,
    fault::fault,
    items::{Item, key, text, text_of},
};
use async_trait::async_trait;
use nova_eventlog::{Error, Views};
use serde_json::Value;

#[async_trait]
impl Views for DynamoDb {
    async fn put(&self, kind: &str, key: &str, item: &Value) -> Result<(), Error> {
        let body = serde_json::to_string(item).map_err(|error| Error::Invalid(error.to_string()))?;
        let mut whole = view_key(kind, key);
        whole.insert("b".to_owned(), text(body));
        self.client
            .put_item()
            .table_name(&self.work)
            .set_item(Some(whole))
            .send()
            .await
            .map_err(fault)?;
        Ok(())
    }

    async fn get(&self, kind: &str, key: &str) -> Result<Option<Value>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.work)
            .consistent_read(true)
            .set_key(Some(view_key(kind, key)))
            .send()
            .await
            .map_err(fault)?;
        answer.item().map(body_of).transpose()
    }

    async fn list(&self, kind: &str, prefix: &str) -> Result<Vec<(String, Value)>, Error> {
        let query = self
            .client
            .query()
            .table_name(&self.work)
            .consistent_read(true)
            .expression_attribute_values(":p", text(partition(kind)));
        // DynamoDB takes no empty text in a condition on a key.
        let query = if prefix.is_empty() {
            query.key_condition_expression("p = :p")
        } else {
            query
                .key_condition_expression("p = :p AND begins_with(s, :s)")
                .expression_attribute_values(":s", text(prefix))
        };
        let mut pages = query.into_paginator().send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            for item in page.map_err(fault)?.items() {
                items.push((text_of(item, "s")?.to_owned(), body_of(item)?));
            }
        }
        Ok(items)
    }

    async fn delete(&self, kind: &str, key: &str) -> Result<(), Error> {
        self.client
            .delete_item()
            .table_name(&self.work)
            .set_key(Some(view_key(kind, key)))
            .send()
            .await
            .map_err(fault)?;
        Ok(())
    }
}

fn partition(kind: &str) -> String {
    format!("view/{kind}")
}

fn view_key(kind: &str, name: &str) -> Item {
    key(&partition(kind), name)
}

fn body_of(item: &Item) -> Result<Value, Error> {
    serde_json::from_str(text_of(item, "b")?).map_err(|error| Error::Store(format!("a view is malformed: {error}")))
}
