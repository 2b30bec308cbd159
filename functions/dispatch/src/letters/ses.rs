//! Letters by e-mail, through SES.

use super::{Letter, Post};
use async_trait::async_trait;
use nova_errors::Failure;

/// By e-mail, through SES.
#[derive(Debug)]
pub struct Ses(pub nova_aws::alerts::Sender);

#[async_trait]
impl Post for Ses {
    async fn send(&self, _: &str, letter: &Letter) -> Result<(), Failure> {
        self.0
            .send(std::slice::from_ref(&letter.to), &letter.subject, &letter.text)
            .await
    }
}
