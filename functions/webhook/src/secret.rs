//! Where the secret of deliveries comes from.

use async_trait::async_trait;
use nova_aws::{Clients, billing::Billing};
use nova_errors::{Code, Failure};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::Instant};

/// How long a secret that was read is remembered: a changed one counts soon.
const REMEMBERED: Duration = Duration::from_mins(1);

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

/// The secret that the environment names: `NOVA_WEBHOOK_SECRET_ID` one of Secrets Manager, or `NOVA_WEBHOOK_SECRET` the
/// secret itself.
pub async fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Arc<dyn Secret> {
    match variable("NOVA_WEBHOOK_SECRET_ID") {
        Some(id) => {
            let client = Clients::from_environment(Billing::unheard()).await.secrets;
            Arc::new(Managed {
                client,
                id,
                known: Mutex::default(),
            })
        }
        None => Arc::new(variable("NOVA_WEBHOOK_SECRET").unwrap_or_default().into_bytes()),
    }
}

/// A secret of Secrets Manager.
struct Managed {
    client: aws_sdk_secretsmanager::Client,
    id: String,
    known: Mutex<Option<(Instant, Vec<u8>)>>,
}

#[async_trait]
impl Secret for Managed {
    async fn secret(&self) -> Result<Vec<u8>, Failure> {
        let mut known = self.known.lock().await;
        if let Some((_, secret)) = known.as_ref().filter(|(until, _)| *until > Instant::now()) {
            return Ok(secret.clone());
        }
        let answer = self.client.get_secret_value().secret_id(&self.id).send().await;
        let answer =
            answer.map_err(|_| Failure::new(Code::STATE, "the secret of webhooks cannot be read").retryable())?;
        let secret = answer.secret_string.unwrap_or_default().into_bytes();
        *known = Some((Instant::now() + REMEMBERED, secret.clone()));
        Ok(secret)
    }
}
