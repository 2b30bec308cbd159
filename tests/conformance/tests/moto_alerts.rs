//! People are told by SES and SNS; what they cannot be told is an error with a code.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod moto_stack;

use moto_stack::Deployment;
use nova_aws::alerts::people;
use nova_clone::{Announce, Announcement};
use nova_events::Function;
use std::sync::Arc;

fn announcement() -> Announcement {
    Announcement {
        subject: "Nova: clone of production into test completed".to_owned(),
        text: "Nova: clone of production into test completed (operation op1): 3 rows, 1 columns anonymized".to_owned(),
    }
}

fn by(people: &[Arc<dyn Announce>], channel: &str) -> Arc<dyn Announce> {
    let found = people.iter().find(|one| one.channel() == channel);
    Arc::clone(found.unwrap())
}

#[tokio::test]
async fn subscribers_of_the_topic_get_the_words() {
    let mut deployment = Deployment::with_queues(&[Function::Notify], false).await;
    let topic = deployment
        .clients
        .topics
        .create_topic()
        .name("nova-alerts")
        .send()
        .await
        .unwrap();
    let topic = topic.topic_arn.unwrap();
    let (_, prefix) = deployment.settings.queue_url_prefix.rsplit_once('/').unwrap();
    let queue = format!("arn:aws:sqs:eu-west-3:123456789012:{prefix}notify");
    let call = deployment.clients.topics.subscribe().topic_arn(&topic).protocol("sqs");
    call.endpoint(queue).send().await.unwrap();
    deployment.settings.alert_topic = Some(topic);

    let people = people(&deployment.clients, &deployment.settings);
    by(&people, "topic").announce(&announcement()).await.unwrap();
    let url = format!("{}notify", deployment.settings.queue_url_prefix);
    let received = deployment
        .clients
        .sqs
        .receive_message()
        .queue_url(url)
        .send()
        .await
        .unwrap();
    let body: serde_json::Value = serde_json::from_str(received.messages()[0].body().unwrap()).unwrap();
    assert_eq!(body["Subject"], announcement().subject.as_str());
    assert_eq!(body["Message"], announcement().text.as_str());
}

#[tokio::test]
async fn mail_goes_out_from_a_verified_sender_only() {
    let mut deployment = Deployment::empty().await;
    deployment.settings.mail_from = Some("nova@example.org".to_owned());
    deployment.settings.mail_to = vec!["admin@example.org".to_owned(), "help@example.org".to_owned()];
    let people = people(&deployment.clients, &deployment.settings);
    let mail = by(&people, "mail");
    let refused = mail.announce(&announcement()).await.unwrap_err();
    assert_eq!((refused.code.number, refused.retryable), (1908, false), "{refused}");

    let call = deployment.clients.mail.create_email_identity();
    call.email_identity("nova@example.org").send().await.unwrap();
    mail.announce(&announcement()).await.unwrap();
}

#[tokio::test]
async fn who_is_not_configured_is_not_told() {
    let mut deployment = Deployment::empty().await;
    deployment.settings.mail_from = Some("nova@example.org".to_owned());
    deployment.settings.mail_to = Vec::new();
    deployment.settings.alert_topic = None;
    assert!(people(&deployment.clients, &deployment.settings).is_empty());
}
