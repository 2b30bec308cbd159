//! What holds for every request unless it says otherwise: of a project `nova.toml`, of a deployment two secrets.

use crate::requests::CloneDefaults;
use async_trait::async_trait;
use nova_errors::Failure;

/// What somebody has set once for all requests. Addresses of web hooks are secrets: there is no `Debug`.
#[derive(Clone, Default)]
pub struct Defaults {
    /// What a clone takes where its request says nothing.
    pub clone: CloneDefaults,
    /// Web hooks that are told of outcomes.
    pub notification_urls: Vec<String>,
}

/// Where defaults come from.
#[async_trait]
pub trait Configuration: Send + Sync {
    /// The defaults as they are now.
    ///
    /// # Errors
    /// `NOVA-1004` when what somebody wrote cannot be used; what keeps it.
    async fn defaults(&self) -> Result<Defaults, Failure>;
}

/// Defaults that are known from the start.
#[async_trait]
impl Configuration for Defaults {
    async fn defaults(&self) -> Result<Defaults, Failure> {
        Ok(self.clone())
    }
}
