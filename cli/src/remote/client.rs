//! Requests to an API, and what their answers are.

use crate::output;
use nova_errors::{Code, Failure};
use nova_fn_api_operations::{PROBLEM_JSON, Problem};
use nova_kit::wiring::RandomIds;
use serde::{Serialize, de::DeserializeOwned};
use std::{net::IpAddr, sync::Arc, time::Duration};
use ureq::{
    Agent, Body,
    http::{Response, StatusCode, header},
    tls::{Certificate, RootCerts, TlsConfig},
};

/// How long an answer may take; the API itself gives up earlier.
const PATIENCE: Duration = Duration::from_secs(40);

/// How often a request that starts something is sent while no answer comes. Its key makes that harmless.
const ATTEMPTS: u32 = 4;

/// Most bytes of an answer.
const LONGEST_ANSWER: u64 = 64 << 20;

/// An API and the right to use it.
#[derive(Clone)]
pub(super) struct Client {
    base: Arc<str>,
    token: Arc<str>,
    agent: Agent,
}

/// What is asked for.
enum Call {
    Get,
    /// A body, and the key that names this request.
    Post(Vec<u8>, Option<String>),
}

impl Client {
    /// A client of the API at this address, with the token of `NOVA_API_TOKEN`.
    ///
    /// # Errors
    /// `NOVA-1001` for an address that is none, `NOVA-2101` without a token.
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        let base = url.trim_end_matches('/');
        let host = ["https://", "http://"]
            .iter()
            .find_map(|scheme| base.strip_prefix(scheme))
            .filter(|host| !host.is_empty());
        let Some(host) = host else {
            let cause = "--api takes the address of an API, which begins with https:// or http://";
            return Err(Failure::new(Code::BAD_ARGUMENT, cause));
        };
        if authority(host).contains('@') {
            // Such an address would be shown in messages.
            let cause = "--api takes an address without a name or a password: the token is taken from NOVA_API_TOKEN";
            return Err(Failure::new(Code::BAD_ARGUMENT, cause));
        }
        if base.starts_with("http://") && !is_here(host) {
            output::note("warning: without https:// the token and the answers can be read on their way");
        }
        let token = std::env::var("NOVA_API_TOKEN").unwrap_or_default();
        if token.trim().is_empty() {
            let cause = "NOVA_API_TOKEN is not set: an API answers only to those who show a token";
            return Err(Failure::new(Code::UNAUTHENTICATED, cause));
        }
        Ok(Self {
            base: base.into(),
            token: token.trim().into(),
            agent: agent(),
        })
    }

    /// The answer to `GET path`.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        parsed(&self.call(path, Call::Get).await?)
    }

    /// The text at `path`.
    pub(super) async fn text(&self, path: &str) -> Result<String, Failure> {
        self.call(path, Call::Get).await
    }

    /// The answer to `POST path`.
    pub(super) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Failure> {
        parsed(&self.call(path, Call::Post(json(body)?, None)).await?)
    }

    /// The answer to `POST path` of a request that starts something: sent again while no answer comes, and yet started
    /// once.
    pub(super) async fn create<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Failure> {
        use nova_eventlog::Ids;
        let (body, key) = (json(body)?, RandomIds.next());
        let mut attempt = 1;
        loop {
            match self.call(path, Call::Post(body.clone(), Some(key.clone()))).await {
                Err(failure) if failure.retryable && attempt < ATTEMPTS => {
                    tokio::time::sleep(Duration::from_secs(1 << attempt)).await;
                    attempt += 1;
                }
                answer => return parsed(&answer?),
            }
        }
    }

    async fn call(&self, path: &str, call: Call) -> Result<String, Failure> {
        let (client, path) = (self.clone(), path.to_owned());
        tokio::task::spawn_blocking(move || client.send(&path, call))
            .await
            .map_err(|error| Failure::new(Code::INTERNAL, format!("a request ended unexpectedly: {error}")))?
    }

    fn send(&self, path: &str, call: Call) -> Result<String, Failure> {
        let url = format!("{}{path}", self.base);
        let token = format!("Bearer {}", self.token);
        let sent = match call {
            Call::Get => self.agent.get(&url).header(header::AUTHORIZATION, &token).call(),
            Call::Post(body, key) => {
                let mut request = self
                    .agent
                    .post(&url)
                    .header(header::AUTHORIZATION, &token)
                    .header(header::CONTENT_TYPE, "application/json");
                if let Some(key) = key {
                    request = request.header("idempotency-key", key);
                }
                request.send(&body[..])
            }
        };
        self.answer(sent.map_err(|error| self.unreachable(&error))?)
    }

    /// The text of an answer that is none of an error.
    fn answer(&self, mut response: Response<Body>) -> Result<String, Failure> {
        let status = response.status();
        let problem = response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(PROBLEM_JSON.as_bytes()));
        let text = response
            .body_mut()
            .with_config()
            .limit(LONGEST_ANSWER)
            .read_to_string()
            .map_err(|error| self.unreachable(&error))?;
        if status.is_success() {
            return Ok(text);
        }
        let told = serde_json::from_str::<Problem>(&text).ok().filter(|_| problem);
        let mut failure = told.and_then(Problem::failure).unwrap_or_else(|| {
            Failure::new(
                Code::API_ANSWER,
                format!("{} answered {status}, and nothing that Nova says", self.base),
            )
        });
        failure.retryable = matches!(
            status,
            StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::GATEWAY_TIMEOUT
        );
        Err(failure)
    }

    fn unreachable(&self, error: &ureq::Error) -> Failure {
        Failure::new(Code::API_UNREACHABLE, format!("{}: {error}", self.base)).retryable()
    }
}

fn agent() -> Agent {
    // Those of the machine: an API behind a company's own authority is reached, too.
    let roots: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    let roots = if roots.is_empty() {
        RootCerts::WebPki
    } else {
        RootCerts::Specific(Arc::new(roots))
    };
    Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        // The token goes to the address that was named, nowhere else.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("nova/", env!("CARGO_PKG_VERSION")))
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .build()
        .into()
}

/// True for this machine's own names. What stands before an `@` names nobody.
fn is_here(host: &str) -> bool {
    let authority = authority(host);
    let name = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let loopback = name.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    !authority.contains('@') && (name == "localhost" || loopback)
}

/// What stands between the scheme and the path.
fn authority(address: &str) -> &str {
    address.split(['/', '?', '#']).next().unwrap_or_default()
}

/// A piece of a path or of a query, percent-encoded.
pub(super) fn segment(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn json(body: &impl Serialize) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(body)
        .map_err(|error| Failure::new(Code::INTERNAL, format!("a request cannot be written as JSON: {error}")))
}

fn parsed<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::new(Code::API_ANSWER, format!("the answer cannot be read: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_an_address_stays_one_piece_of_it() {
        assert_eq!(segment("01jz-a_b.c"), "01jz-a_b.c");
        assert_eq!(segment("../x?y=é"), "..%2Fx%3Fy%3D%C3%A9");
    }

    #[test]
    fn this_machine_is_known_by_its_own_names_only() {
        for host in ["localhost:3001", "127.0.0.1", "127.0.0.1:80/x", "[::1]:3001"] {
            assert!(is_here(host), "{host}");
        }
        for host in [
            "localhost.example.org",
            "nova.example.org",
            "10.0.0.1:3001",
            "[2001:db8::1]",
            "127.example.org",
            "localhost:x@nova.example.org",
        ] {
            assert!(!is_here(host), "{host}");
        }
    }
}
