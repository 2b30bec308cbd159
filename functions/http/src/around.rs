//! What surrounds every request: an id, a time limit, headers, one line of log.

use crate::Problem;
use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Uri, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use nova_errors::{Code, Failure};
use nova_eventlog::{Clock, Ids};
use nova_kit::trace;
use std::{sync::Arc, time::Duration};

/// How long an answer may take: less than an API gateway waits.
const LIMIT: Duration = Duration::from_secs(25);

/// The request's id, of requests and of answers.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of every answer. Answers hold names of databases and people: nobody keeps them, and no browser makes more
/// of them than a document.
pub const HEADERS: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
];

/// What the edge needs.
#[derive(Clone)]
pub struct Around {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids for requests that come without one.
    pub ids: Arc<dyn Ids>,
}

/// The id of a request, for handlers: an extension of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Who asked, for the log: an extension of the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor(pub String);

/// A router with everything around it, and an answer for addresses that are not there.
pub fn edge(around: &Around, router: Router) -> Router {
    router
        .fallback(no_route)
        .layer(from_fn_with_state(around.clone(), wrapped))
}

async fn no_route(uri: Uri) -> Problem {
    Failure::new(Code::NO_ROUTE, format!("there is nothing at {}", uri.path())).into()
}

async fn wrapped(State(around): State<Around>, mut request: Request, next: Next) -> Response {
    let started = around.clock.now_ms();
    let id = request_id(&request).unwrap_or_else(|| around.ids.next());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The pattern, not the path: a log line groups, and never holds what someone put into an address.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let trace = request
        .headers()
        .get("traceparent")
        .and_then(|value| value.to_str().ok())
        .and_then(|parent| trace::child(parent, &id));
    let mut response = within_limit(trace::within(trace, next.run(request))).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    tracing::info!(
        request = id,
        %method,
        route,
        status = response.status().as_u16(),
        actor = response.extensions().get::<Actor>().map(|actor| actor.0.as_str()),
        ms = around.clock.now_ms().saturating_sub(started),
        "answered"
    );
    response
}

/// The answer, or that it took too long. In a task of its own: a panic is one failed request, and a client that hangs
/// up does not stop half-way what it began.
async fn within_limit(answer: impl Future<Output = Response> + Send + 'static) -> Response {
    let mut task = tokio::spawn(answer);
    let failure = match tokio::time::timeout(LIMIT, &mut task).await {
        Ok(Ok(response)) => return response,
        Ok(Err(_)) => Failure::new(Code::INTERNAL, "the request ended unexpectedly")
            .with_remedy("Report it with the X-Request-Id of this answer."),
        Err(_) => {
            task.abort();
            Failure::new(Code::TOO_SLOW, format!("no answer within {} seconds", LIMIT.as_secs()))
        }
    };
    Problem::from(failure).into_response()
}

/// The id that the client or a gateway gave the request, if it is one.
fn request_id(request: &Request) -> Option<String> {
    let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let fits = (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    fits.then(|| id.to_owned())
}
