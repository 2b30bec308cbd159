//! People are told: a note in the state, and a web hook where one is configured. Slack's incoming hooks take the same
//! body, `{"text": …}`.

use async_trait::async_trait;
use nova_clone::{Operation, Outcome};
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
        let stream =
            nova_eventlog::StreamId::new(format!("notification/{}/{about}-{}", operation.id, operation.resumes))?;
        if !ports.log.read(&stream, 0).await?.is_empty() {
            return Ok(());
        }
        let text = sentence(operation, about);
        let item = serde_json::json!({ "operation": operation.id, "about": about, "text": text, "at_ms": ports.clock.now_ms() });
        ports
            .views
            .put("notifications", &format!("{}/{about}", operation.id), &item)
            .await?;
        let mut events: Vec<Event> = vec![
            Notified {
                channel: "in_app".to_owned(),
                about: about.clone(),
                delivered: true,
            }
            .into(),
        ];
        for url in ports.notification_urls.clone() {
            let body = serde_json::json!({ "text": text, "operation": operation.id, "about": about });
            let delivered = tokio::task::spawn_blocking(move || post(&url, &body))
                .await
                .unwrap_or(false);
            events.push(
                Notified {
                    channel: "webhook".to_owned(),
                    about: about.clone(),
                    delivered,
                }
                .into(),
            );
        }
        let recorder = Recorder::new(ports, &operation.id, "notify");
        recorder
            .append(stream, Head::start(), "notify", events, Vec::new())
            .await
    }
}

/// One line for people, without data.
fn sentence(operation: &Operation, about: &str) -> String {
    let what = match &operation.requested.source {
        Some(source) => format!("clone of {source} into {}", operation.requested.target),
        None => format!("rollback of {}", operation.requested.target),
    };
    let more = match &operation.outcome {
        Some(Outcome::Completed(completed)) => {
            format!(": {} rows, {} columns anonymized", completed.rows, completed.columns)
        }
        Some(Outcome::Refused(reasons)) => reasons
            .first()
            .map(|reason| format!(": {} {}", reason.code, reason.cause))
            .unwrap_or_default(),
        Some(Outcome::Failed { step, reason }) => format!(" at {step}: {} {}", reason.code, reason.cause),
        _ => String::new(),
    };
    format!("Nova: {what} {about} (operation {}){more}", operation.id)
}

/// True when the hook took it. A hook that does not answer must not fail the operation.
fn post(url: &str, body: &serde_json::Value) -> bool {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .build()
        .into();
    agent.post(url).send_json(body).is_ok()
}
