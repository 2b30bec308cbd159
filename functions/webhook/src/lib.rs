//! Signed deliveries: a pull request that is opened gets an anonymized environment, one that is closed loses it.
//!
//! `POST /hooks/github` takes GitHub's `pull_request` events, `POST /hooks/generic` the same wishes from elsewhere. A
//! delivery is answered as soon as what it asks for is recorded; doing it is the pipeline's work. Delivering again what
//! was delivered before changes nothing and is answered alike.

mod act;
mod answer;
mod secret;

pub use act::Outcome;
pub use secret::{Secret, from_environment};

use act::act;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::post,
};
use nova_automation::{
    Previews,
    delivery::{self, Delivery},
};
use nova_errors::{Code, Failure};
use nova_kit::Ports;
use std::sync::Arc;

/// Most bytes of a delivery: a `pull_request` event has some tens of thousands.
const LARGEST: usize = 1 << 20;

/// What the addresses need.
#[derive(Clone)]
pub struct Hooks {
    /// Where what is asked for is recorded.
    pub ports: Arc<Ports>,
    /// What a pull request gets.
    pub previews: Arc<Previews>,
    /// What deliveries are signed with.
    pub secret: Arc<dyn Secret>,
}

/// The addresses `/hooks/github` and `/hooks/generic`.
pub fn router(hooks: Hooks) -> Router {
    Router::new()
        .route("/hooks/github", post(github))
        .route("/hooks/generic", post(generic))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(hooks)
}

async fn github(State(hooks): State<Hooks>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let read = async {
        let body = within_limit(body)?;
        let secret = hooks.secret.secret().await?;
        let (signature, event) = (text(&headers, "x-hub-signature-256"), text(&headers, "x-github-event"));
        delivery::github(&secret, signature, event, &body, hooks.previews.repository.as_deref())
    };
    answer(&hooks, "webhook:github", read.await).await
}

async fn generic(State(hooks): State<Hooks>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let read = async {
        let body = within_limit(body)?;
        let secret = hooks.secret.secret().await?;
        let now_ms = hooks.ports.clock.now_ms();
        let signature = text(&headers, "x-nova-signature");
        delivery::generic(&secret, signature, &body, now_ms, hooks.previews.repository.as_deref())
    };
    answer(&hooks, "webhook:generic", read.await).await
}

async fn answer(hooks: &Hooks, actor: &str, delivery: Result<Delivery, Failure>) -> Response {
    let outcome = match delivery {
        Ok(delivery) => act(hooks, actor, &delivery).await,
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(outcome) => answer::accepted(&outcome),
        Err(failure) => answer::problem(&failure),
    }
}

fn within_limit(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Failure> {
    body.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Failure::new(Code::TOO_LARGE, format!("a delivery has at most {LARGEST} bytes"))
        } else {
            Failure::new(Code::BAD_DELIVERY, rejection.body_text())
        }
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
