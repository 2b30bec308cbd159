//! What a delivery leads to. Everything is recorded under the delivery's key, so that a second one finds it done.

use crate::Hooks;
use nova_automation::{
    Preview,
    delivery::{Delivery, Request},
};
use nova_errors::{Code, Failure};
use nova_kit::{
    Ports, previews,
    previews::Opening,
    requests::{self, CloneRequest},
};

/// How often recording is tried while another delivery records, too.
const TRIES: u32 = 5;

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// An operation works on it.
    Requested {
        /// `created`, `refreshed` or `removed`.
        what: &'static str,
        /// The environment.
        environment: String,
        /// The operation.
        operation: String,
    },
    /// There is nothing to do, and why.
    Ignored(String),
}

/// Does what a delivery asks for.
///
/// # Errors
/// What stands against it; what the stores say.
pub(crate) async fn act(hooks: &Hooks, actor: &str, delivery: &Delivery) -> Result<Outcome, Failure> {
    for _ in 1..TRIES {
        match attempt(hooks, actor, delivery).await {
            Err(conflict) if conflict.code == Code::LOG_CONFLICT => {}
            outcome => return outcome,
        }
    }
    attempt(hooks, actor, delivery).await
}

async fn attempt(hooks: &Hooks, actor: &str, delivery: &Delivery) -> Result<Outcome, Failure> {
    let (ports, key) = (hooks.ports.as_ref(), delivery.key.as_str());
    match &delivery.request {
        Request::Nothing(why) => Ok(Outcome::Ignored(why.clone())),
        Request::Open { number, request } => {
            match previews::open(ports, actor, &hooks.previews, *number, request, key).await? {
                Opening::Opened => fill(hooks, actor, *number, key, "created").await,
                Opening::WasOpen => Ok(Outcome::Ignored(format!("{} is there already", Preview::name(*number)))),
            }
        }
        Request::Refresh { number, request } => {
            if !hooks.previews.refresh {
                return Ok(Outcome::Ignored("pushed commits change no contents".to_owned()));
            }
            match belonging(ports, *number, request).await? {
                Some(why) => Ok(Outcome::Ignored(why)),
                None => fill(hooks, actor, *number, key, "refreshed").await,
            }
        }
        Request::Close { number, request } => {
            if let Some(why) = belonging(ports, *number, request).await? {
                return Ok(Outcome::Ignored(why));
            }
            let environment = Preview::name(*number);
            if !previews::close(ports, actor, &environment, "closed", key).await? {
                return Ok(Outcome::Ignored(format!("{environment} is not open")));
            }
            let requested = requests::request_removal(ports, actor, &environment, key).await?;
            Ok(Outcome::Requested {
                what: "removed",
                environment,
                operation: requested.operation,
            })
        }
    }
}

/// Requests an anonymized clone into a preview.
async fn fill(hooks: &Hooks, actor: &str, number: u64, key: &str, what: &'static str) -> Result<Outcome, Failure> {
    let environment = Preview::name(number);
    let request = CloneRequest::anonymized(&hooks.previews.from, &environment);
    let requested = requests::request_clone(&hooks.ports, actor, request, Some(key)).await?;
    Ok(Outcome::Requested {
        what,
        environment,
        operation: requested.operation,
    })
}

/// Why a pull request has nothing to do with the preview of its number; none when the preview is its own.
async fn belonging(ports: &Ports, number: u64, request: &str) -> Result<Option<String>, Failure> {
    let name = Preview::name(number);
    let (preview, _) = previews::look_up(ports.log.as_ref(), &name).await?;
    Ok(match preview.filter(Preview::exists) {
        None => Some(format!("{name} is not open")),
        Some(preview) if preview.opened.request != request => {
            Some(format!("{name} is the environment of {}", preview.opened.request))
        }
        Some(_) => None,
    })
}
