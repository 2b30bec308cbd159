//! One secret that is a text: what webhooks are signed with, a deployment's settings, its rules.

use super::{REMEMBERED, is_gone};
use crate::answer;
use aws_sdk_secretsmanager::Client;
use nova_errors::Failure;
use tokio::{sync::Mutex, time::Instant};
use zeroize::Zeroizing;

/// A secret, read when it is needed and remembered for a minute: a changed one counts soon.
pub struct SecretText {
    client: Client,
    id: String,
    known: Mutex<Option<(Instant, Zeroizing<String>)>>,
}

impl SecretText {
    /// The secret of that name or ARN. Nothing is asked for yet.
    pub fn new(client: Client, id: String) -> Self {
        Self {
            client,
            id,
            known: Mutex::default(),
        }
    }

    /// Its text; empty when there is no such secret.
    ///
    /// # Errors
    /// What Secrets Manager says.
    pub async fn read(&self) -> Result<Zeroizing<String>, Failure> {
        let mut known = self.known.lock().await;
        if let Some((_, text)) = known.as_ref().filter(|(until, _)| *until > Instant::now()) {
            return Ok(text.clone());
        }
        let text = match self.client.get_secret_value().secret_id(&self.id).send().await {
            Ok(answer) => Zeroizing::new(answer.secret_string.unwrap_or_default()),
            Err(error) if is_gone(answer::code(&error)) => Zeroizing::default(),
            Err(error) => return Err(answer::failed("reading a secret", &error).into()),
        };
        *known = Some((Instant::now() + REMEMBERED, text.clone()));
        Ok(text)
    }
}
