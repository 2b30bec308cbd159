//! Who works on what.

use crate::error::Error;
use async_trait::async_trait;

/// A lease someone holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Who holds it.
    pub holder: String,
    /// Rises with every change of holder; a late writer with a lower fence is out of date.
    pub fence: u64,
    /// When it runs out, in milliseconds since 1970-01-01 UTC.
    pub until_ms: u64,
}

/// Leases by name.
#[async_trait]
pub trait Leases: Send + Sync {
    /// Takes or prolongs the lease for `holder`. `Ok(Err(lease))` when somebody else holds it at `now_ms`.
    async fn acquire(&self, name: &str, holder: &str, now_ms: u64, ttl_ms: u64) -> Result<Result<Lease, Lease>, Error>;

    /// Gives it back; nothing happens when `holder` does not hold it.
    async fn release(&self, name: &str, holder: &str) -> Result<(), Error>;

    /// Who holds it, whether or not it has run out.
    async fn look(&self, name: &str) -> Result<Option<Lease>, Error>;
}
