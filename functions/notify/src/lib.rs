//! People are told: a note in the state, a web hook where one is configured (Slack's incoming hooks take the same body,
//! `{"text": …}`), and whatever else the deployment has (e-mail, a topic). Nobody who cannot be told fails an operation.

use async_trait::async_trait;
use nova_clone::{Announcement, Operation, names};
use nova_errors::Failure;
use nova_eventlog::Head;
use nova_events::{Event, Function, Message, Notified};
use nova_kit::{Handler, Ports, Recorder};
use std::time::Duration;

/// The notify step.
#[derive(Debug, Clone, Copy)]
pub struct Notify;

/// How long a web hook may take.
const PATIENCE: Duration = Duration::from_secs(5);

#[async_trait]
impl Handler for Notify {
    fn function(&self) -> Function {
        Function::Notify
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure> {
        let Message::Notify { about, .. } = message else {
            return Ok(());
        };
        // A stream of its own: telling people must not hold up the operation's stream, nor wait for it.
        let stream = names::notification_stream(&operation.id, about, operation.resumes)?;
        if nova_kit::was_told(ports, operation, about).await? {
            return Ok(());
        }
        let announcement = Announcement::of(operation, about);
        let text = announcement.text.as_str();
        let item = serde_json::json!({ "operation": operation.id, "about": about, "text": text, "at_ms": ports.clock.now_ms() });
        ports
            .views
            .put("notifications", &format!("{}/{about}", operation.id), &item)
            .await?;
        let notified = |channel: &str, delivered: bool| -> Event {
            let (channel, about) = (channel.to_owned(), about.clone());
            Notified {
                channel,
                about,
                delivered,
            }
            .into()
        };
        let mut events = vec![notified("in_app", true)];
        for url in web_hooks(ports, operation).await {
            let body = serde_json::json!({ "text": text, "operation": operation.id, "about": about });
            let delivered = tokio::task::spawn_blocking(move || post(&url, &body))
                .await
                .unwrap_or(false);
            events.push(notified("webhook", delivered));
        }
        for people in &ports.people {
            let told = people.announce(&announcement).await;
            if let Err(failure) = &told {
                tracing::warn!(operation = operation.id, channel = people.channel(), code = %failure.code, "{}", failure.cause);
            }
            events.push(notified(people.channel(), told.is_ok()));
        }
        let recorder = Recorder::new(ports, &operation.id, "notify");
        recorder
            .append(stream, Head::start(), "notify", events, Vec::new())
            .await
    }
}

/// The web hooks there are. That nobody can say which must not keep the others from being told.
async fn web_hooks(ports: &Ports, operation: &Operation) -> Vec<String> {
    match ports.configuration.defaults().await {
        Ok(defaults) => defaults.notification_urls,
        Err(failure) => {
            tracing::warn!(operation = operation.id, code = %failure.code, "{}", failure.cause);
            Vec::new()
        }
    }
}

/// True when the hook took it. A hook that does not answer must not fail the operation.
fn post(url: &str, body: &serde_json::Value) -> bool {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .build()
        .into();
    agent.post(url).send_json(body).is_ok()
}
