//! Read models.

use crate::error::Error;
use async_trait::async_trait;
use serde_json::Value;

/// Small JSON items by kind and key; all rebuildable from the log, so the last writer wins.
#[async_trait]
pub trait Views: Send + Sync {
    /// Writes an item.
    async fn put(&self, kind: &str, key: &str, item: &Value) -> Result<(), Error>;

    /// Reads an item.
    async fn get(&self, kind: &str, key: &str) -> Result<Option<Value>, Error>;

    /// Every item of a kind whose key begins with `prefix`, in the order of their keys.
    async fn list(&self, kind: &str, prefix: &str) -> Result<Vec<(String, Value)>, Error>;

    /// Removes an item; removing what is not there is fine.
    async fn delete(&self, kind: &str, key: &str) -> Result<(), Error>;
}
