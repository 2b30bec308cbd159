//! Where the secret of deliveries comes from.

use async_trait::async_trait;
#[cfg(feature = "aws")]
use nova_aws::{Clients, billing::Billing, secrets::SecretText};
use nova_errors::Failure;
use std::sync::Arc;

/// What deliveries are signed with.
#[async_trait]
pub trait Secret: Send + Sync {
    /// The secret; empty when none is set, and then nothing is taken.
    ///
    /// # Errors
    /// What keeps it.
    async fn secret(&self) -> Result<Vec<u8>, Failure>;
}

/// A secret that is known from the start.
#[async_trait]
impl Secret for Vec<u8> {
    async fn secret(&self) -> Result<Vec<u8>, Failure> {
        Ok(self.clone())
    }
}

/// The secret that the environment names: `NOVA_WEBHOOK_SECRET_ID` one of Secrets Manager (feature `aws`), or
/// `NOVA_WEBHOOK_SECRET` the secret itself.
pub async fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Arc<dyn Secret> {
    #[cfg(feature = "aws")]
    if let Some(id) = variable("NOVA_WEBHOOK_SECRET_ID") {
        let client = Clients::from_environment(Billing::unheard()).await.secrets;
        return Arc::new(SecretText::new(client, id));
    }
    Arc::new(variable("NOVA_WEBHOOK_SECRET").unwrap_or_default().into_bytes())
}

#[cfg(feature = "aws")]
#[async_trait]
impl Secret for SecretText {
    async fn secret(&self) -> Result<Vec<u8>, Failure> {
        Ok(self.read().await?.as_bytes().to_vec())
    }
}
