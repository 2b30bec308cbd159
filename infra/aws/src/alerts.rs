//! People are told by e-mail (SES) and through a topic (SNS), whose subscribers may be telephones.

use crate::{Clients, Settings, answer};
use async_trait::async_trait;
use aws_sdk_sesv2::{
    error::BuildError,
    types::{Body, Content, Destination, EmailContent, Message},
};
use nova_clone::{Announce, Announcement};
use nova_errors::{Code, Failure};
use nova_eventlog::Error;
use std::sync::Arc;

/// Longest subject SNS takes, in characters; it also has to be printable ASCII.
const SUBJECT: usize = 99;

/// Everybody whom a deployment tells.
pub fn people(clients: &Clients, settings: &Settings) -> Vec<Arc<dyn Announce>> {
    let mut people: Vec<Arc<dyn Announce>> = Vec::new();
    if let (Some(from), false) = (&settings.mail_from, settings.mail_to.is_empty()) {
        people.push(Arc::new(Mail {
            sender: Sender::new(clients, from.clone()),
            to: settings.mail_to.clone(),
        }));
    }
    if let Some(arn) = &settings.alert_topic {
        people.push(Arc::new(Topic {
            client: clients.topics.clone(),
            arn: arn.clone(),
        }));
    }
    people
}

/// Sends e-mail from a verified address.
#[derive(Debug)]
pub struct Sender {
    client: aws_sdk_sesv2::Client,
    from: String,
}

impl Sender {
    /// A sender from this address.
    pub fn new(clients: &Clients, from: String) -> Self {
        let client = clients.mail.clone();
        Self { client, from }
    }

    /// Sends plain text.
    ///
    /// # Errors
    /// `NOVA-1908`; worth another try where SES says so.
    pub async fn send(&self, to: &[String], subject: &str, text: &str) -> Result<(), Failure> {
        let content = |text: &str| Content::builder().data(text).charset("UTF-8").build().map_err(unbuilt);
        let message = Message::builder()
            .subject(content(subject)?)
            .body(Body::builder().text(content(text)?).build())
            .build();
        let call = self.client.send_email().from_email_address(&self.from);
        let answer = call
            .destination(Destination::builder().set_to_addresses(Some(to.to_vec())).build())
            .content(EmailContent::builder().simple(message).build())
            .send()
            .await;
        answer
            .map(drop)
            .map_err(|error| not_told(&answer::failed("sending e-mail by SES", &error)))
    }
}

/// E-mail to those whom a deployment tells.
#[derive(Debug)]
pub struct Mail {
    sender: Sender,
    to: Vec<String>,
}

#[async_trait]
impl Announce for Mail {
    fn channel(&self) -> &'static str {
        "mail"
    }

    async fn announce(&self, announcement: &Announcement) -> Result<(), Failure> {
        self.sender
            .send(&self.to, &announcement.subject, &announcement.text)
            .await
    }
}

/// A topic and whoever subscribes to it.
#[derive(Debug)]
pub struct Topic {
    client: aws_sdk_sns::Client,
    arn: String,
}

#[async_trait]
impl Announce for Topic {
    fn channel(&self) -> &'static str {
        "topic"
    }

    async fn announce(&self, announcement: &Announcement) -> Result<(), Failure> {
        let call = self.client.publish().topic_arn(&self.arn);
        let answer = call
            .subject(subject(&announcement.subject))
            .message(&announcement.text)
            .send()
            .await;
        answer
            .map(drop)
            .map_err(|error| not_told(&answer::failed("publishing to SNS", &error)))
    }
}

/// A subject as SNS takes it.
fn subject(text: &str) -> String {
    let printable = |character: char| if matches!(character, ' '..='~') { character } else { '?' };
    text.chars().take(SUBJECT).map(printable).collect()
}

fn not_told(error: &Error) -> Failure {
    let failure = Failure::new(Code::NOT_TOLD, error.to_string());
    match error {
        Error::Transient(_) => failure.retryable(),
        _ => failure,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "an argument of map_err")]
fn unbuilt(error: BuildError) -> Failure {
    Failure::new(Code::NOT_TOLD, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_short_and_plain() {
        assert_eq!(
            subject("Nova: clone of a into b completed"),
            "Nova: clone of a into b completed"
        );
        assert_eq!(subject("é\n…"), "???");
        assert_eq!(subject(&"x".repeat(300)).len(), 99);
    }
}
