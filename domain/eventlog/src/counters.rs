//! Counts that all who ask share.

use crate::error::Error;
use async_trait::async_trait;

/// Counts of what happened in a window of time, one count per key and window. Nothing is read from them but the count that
/// an addition made, so a store may forget a window once it is over.
#[async_trait]
pub trait Counters: Send + Sync {
    /// Adds one to the count of `key` in window number `window`, and tells the count. Of many who add at once, each is
    /// told another count. `over_ms` is when the window is over, in milliseconds since 1970-01-01 UTC.
    async fn add(&self, key: &str, window: u64, over_ms: u64) -> Result<u64, Error>;
}
