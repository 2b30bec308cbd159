//! Read models: JSON items by kind and key.

use crate::{
    fault::{from_json, to_json},
    sqlite::Sqlite,
};
use async_trait::async_trait;
use nova_eventlog::{Error, Views};
use rusqlite::{OptionalExtension, params};
use serde_json::Value;

#[async_trait]
impl Views for Sqlite {
    async fn put(&self, kind: &str, key: &str, item: &Value) -> Result<(), Error> {
        let (kind, key, item) = (kind.to_owned(), key.to_owned(), to_json(item)?);
        self.write(move |tx| {
            tx.prepare_cached(
                "INSERT INTO views (kind, key, item) VALUES (?1, ?2, ?3)
                 ON CONFLICT (kind, key) DO UPDATE SET item = ?3",
            )?
            .execute(params![kind, key, item])?;
            Ok(())
        })
        .await
    }

    async fn get(&self, kind: &str, key: &str) -> Result<Option<Value>, Error> {
        self.read_only(|connection| {
            let item: Option<String> = connection
                .prepare_cached("SELECT item FROM views WHERE kind = ?1 AND key = ?2")?
                .query_row(params![kind, key], |row| row.get(0))
                .optional()?;
            item.map(|item| from_json(&item)).transpose()
        })
    }

    async fn list(&self, kind: &str, prefix: &str) -> Result<Vec<(String, Value)>, Error> {
        self.read_only(|connection| {
            // The upper bound only narrows the range of the index; the comparison of the prefix decides.
            let mut statement = connection.prepare_cached(
                "SELECT key, item FROM views
                 WHERE kind = ?1 AND key >= ?2 AND key <= ?2 || ?3 AND substr(key, 1, length(?2)) = ?2
                 ORDER BY key",
            )?;
            let last = char::MAX.to_string();
            let mut rows = statement.query(params![kind, prefix, last])?;
            let mut items = Vec::new();
            while let Some(row) = rows.next()? {
                items.push((row.get(0)?, from_json(&row.get::<_, String>(1)?)?));
            }
            Ok(items)
        })
    }

    async fn delete(&self, kind: &str, key: &str) -> Result<(), Error> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        self.write(move |tx| {
            tx.prepare_cached("DELETE FROM views WHERE kind = ?1 AND key = ?2")?
                .execute(params![kind, key])?;
            Ok(())
        })
        .await
    }
}
