//! Deliveries of webhooks: is one signed, and what does it ask for?
//!
//! GitHub signs the body (`X-Hub-Signature-256: sha256=<hex>`). The generic form signs the time, too
//! (`X-Nova-Signature: t=<unix seconds>,v1=<hex>` over `<t>.<body>`), and is refused when it is older than five minutes.
//! What is signed names a delivery: whoever repeats a recorded one, under whatever delivery id, asks for nothing new.

use nova_errors::{Code, Failure};
use ring::hmac;
use serde::Deserialize;

/// How far the clock of a sender may be off, and how long a signature counts, in seconds.
pub const TOLERANCE_SECONDS: u64 = 300;

/// What a delivery asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// An environment for a pull request; it may be there already.
    Open {
        /// Number of the pull request.
        number: u64,
        /// `owner/repository#12`.
        request: String,
    },
    /// New contents for it.
    Refresh {
        /// Number of the pull request.
        number: u64,
        /// `owner/repository#12`.
        request: String,
    },
    /// It is not needed any more.
    Close {
        /// Number of the pull request.
        number: u64,
        /// `owner/repository#12`.
        request: String,
    },
    /// Nothing that Nova acts on, and why.
    Nothing(String),
}

/// A delivery whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Names what was signed; the same for every repetition.
    pub key: String,
    /// What it asks for.
    pub request: Request,
}

/// Reads a delivery of GitHub. `event` is `X-GitHub-Event`; `repository` is the only one that is listened to, if any.
///
/// # Errors
/// `NOVA-2201` when the signature does not hold, `NOVA-2205` when the body is not GitHub's.
pub fn github(
    secret: &[u8],
    signature: Option<&str>,
    event: Option<&str>,
    body: &[u8],
    repository: Option<&str>,
) -> Result<Delivery, Failure> {
    let given = signature.and_then(|signature| signature.strip_prefix("sha256="));
    let given = given.ok_or_else(|| unsigned("X-Hub-Signature-256"))?;
    verify(secret, &[body], given)?;
    let key = format!("github-{}", given.to_ascii_lowercase());
    let nothing = |why: String| Delivery {
        key: key.clone(),
        request: Request::Nothing(why),
    };
    if event != Some("pull_request") {
        return Ok(nothing(format!("the event is {}", event.unwrap_or("not named"))));
    }
    let said: PullRequestEvent = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    if repository.is_some_and(|repository| !repository.eq_ignore_ascii_case(&said.repository.full_name)) {
        return Ok(nothing(format!(
            "repository {} is not listened to",
            said.repository.full_name
        )));
    }
    let number = said.number;
    let request = format!("{}#{number}", said.repository.full_name);
    let request = match said.action.as_str() {
        "opened" | "reopened" => Request::Open { number, request },
        "synchronize" => Request::Refresh { number, request },
        "closed" => Request::Close { number, request },
        other => return Ok(nothing(format!("the action is {other}"))),
    };
    Ok(Delivery { key, request })
}

/// Reads a delivery in the generic form.
///
/// # Errors
/// `NOVA-2201` when the signature does not hold, `NOVA-2202` when it is too old, `NOVA-2205` when the body is another.
pub fn generic(
    secret: &[u8],
    signature: Option<&str>,
    body: &[u8],
    now_ms: u64,
    repository: Option<&str>,
) -> Result<Delivery, Failure> {
    let signature = signature.ok_or_else(|| unsigned("X-Nova-Signature"))?;
    let part = |name: &str| {
        signature
            .split(',')
            .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
    };
    let (Some(time), Some(given)) = (part("t"), part("v1")) else {
        return Err(unsigned("X-Nova-Signature"));
    };
    verify(secret, &[time.as_bytes(), b".", body], given)?;
    let seconds: u64 = time.parse().map_err(|_| unsigned("X-Nova-Signature"))?;
    if seconds.abs_diff(now_ms / 1000) > TOLERANCE_SECONDS {
        let cause = format!("the delivery was signed more than {TOLERANCE_SECONDS} seconds ago, or in the future");
        return Err(Failure::new(Code::STALE_DELIVERY, cause));
    }
    let said: GenericEvent = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    let key = format!("generic-{}", given.to_ascii_lowercase());
    if repository.is_some_and(|repository| !repository.eq_ignore_ascii_case(&said.repository)) {
        let why = format!("repository {} is not listened to", said.repository);
        return Ok(Delivery {
            key,
            request: Request::Nothing(why),
        });
    }
    let (number, request) = (said.number, format!("{}#{}", said.repository, said.number));
    let request = match said.action {
        Action::Open => Request::Open { number, request },
        Action::Refresh => Request::Refresh { number, request },
        Action::Close => Request::Close { number, request },
    };
    Ok(Delivery { key, request })
}

/// The signature of the generic form, for those who send it.
pub fn sign(secret: &[u8], seconds: u64, body: &[u8]) -> String {
    format!(
        "t={seconds},v1={}",
        tag(secret, &[seconds.to_string().as_bytes(), b".", body])
    )
}

/// The signature of GitHub's form.
pub fn sign_github(secret: &[u8], body: &[u8]) -> String {
    format!("sha256={}", tag(secret, &[body]))
}

fn tag(secret: &[u8], parts: &[&[u8]]) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret));
    for part in parts {
        context.update(part);
    }
    context
        .sign()
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Compares in constant time, as `ring` does.
fn verify(secret: &[u8], parts: &[&[u8]], given: &str) -> Result<(), Failure> {
    let wrong = || {
        Failure::new(
            Code::BAD_SIGNATURE,
            "the signature does not belong to this body and the webhook's secret",
        )
    };
    // Without a secret everyone could sign.
    if secret.is_empty() {
        return Err(Failure::new(Code::BAD_SIGNATURE, "no secret is set for webhooks"));
    }
    let given = bytes(given).ok_or_else(wrong)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::verify(&key, &parts.concat(), &given).map_err(|_| wrong())
}

/// Nothing but 64 digits: a parser of numbers would take a sign for one, and a signature in two ways of writing would be
/// two deliveries.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
        .collect()
}

fn unsigned(header: &str) -> Failure {
    Failure::new(
        Code::BAD_SIGNATURE,
        format!("the header {header} is missing or malformed"),
    )
}

fn unreadable(error: &serde_json::Error) -> Failure {
    Failure::new(
        Code::BAD_DELIVERY,
        format!("the body is not what the event promises: {error}"),
    )
}

#[derive(Deserialize)]
struct PullRequestEvent {
    action: String,
    number: u64,
    repository: Repository,
}

#[derive(Deserialize)]
struct Repository {
    full_name: String,
}

/// `{"action": "open", "repository": "owner/name", "number": 12}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GenericEvent {
    action: Action,
    repository: String,
    number: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Open,
    Refresh,
    Close,
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"action":"opened","number":12,"repository":{"full_name":"acme/app"},"pull_request":{}}"#;

    #[test]
    fn githubs_own_example_is_verified() {
        // docs.github.com, "Validating webhook deliveries", "Testing the webhook payload validation".
        let signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert!(verify(b"It's a Secret to Everybody", &[b"Hello, World!"], signature).is_ok());
        assert!(verify(b"It's a Secret to Everybody", &[b"Hello, World?"], signature).is_err());
    }

    #[test]
    fn a_signed_pull_request_opens_an_environment() {
        let signature = sign_github(b"secret", BODY);
        let delivery = github(
            b"secret",
            Some(&signature),
            Some("pull_request"),
            BODY,
            Some("Acme/App"),
        )
        .unwrap();
        let request = "acme/app#12".to_owned();
        assert_eq!(delivery.request, Request::Open { number: 12, request });
    }

    #[test]
    fn a_signature_that_does_not_hold_is_refused_whatever_is_wrong_with_it() {
        let good = sign_github(b"secret", BODY);
        let other = sign_github(b"other", BODY);
        for signature in [
            None,
            Some(""),
            Some("sha256="),
            Some("sha256=zz"),
            Some(&good[7..]),
            Some(other.as_str()),
        ] {
            let failure = github(b"secret", signature, Some("pull_request"), BODY, None).unwrap_err();
            assert_eq!(failure.code, Code::BAD_SIGNATURE, "{signature:?}");
        }
        let failure = github(b"", Some(&sign_github(b"", BODY)), Some("pull_request"), BODY, None).unwrap_err();
        assert_eq!(failure.code, Code::BAD_SIGNATURE);
    }

    #[test]
    fn a_signature_written_in_another_way_is_not_another_delivery() {
        // Some body's signature has a digit pair that begins with zero; a parser of numbers takes `+a` for `0a`.
        let (body, signature) = (0_u32..)
            .map(|n| format!(r#"{{"n":{n}}}"#))
            .map(|body| (sign_github(b"secret", body.as_bytes()), body))
            .find_map(|(signature, body)| {
                let at = (7..signature.len()).step_by(2).find(|&at| &signature[at..=at] == "0")?;
                let mut other = signature.clone();
                other.replace_range(at..=at, "+");
                Some((body, other))
            })
            .unwrap();
        let failure = github(b"secret", Some(&signature), Some("push"), body.as_bytes(), None).unwrap_err();
        assert_eq!(failure.code, Code::BAD_SIGNATURE);
    }

    #[test]
    fn other_events_actions_and_repositories_ask_for_nothing() {
        let signature = sign_github(b"secret", BODY);
        for (event, repository) in [("push", None), ("pull_request", Some("acme/other"))] {
            let delivery = github(b"secret", Some(&signature), Some(event), BODY, repository).unwrap();
            assert!(matches!(delivery.request, Request::Nothing(_)), "{event}");
        }
        let labeled = br#"{"action":"labeled","number":12,"repository":{"full_name":"acme/app"}}"#;
        let delivery = github(
            b"s",
            Some(&sign_github(b"s", labeled)),
            Some("pull_request"),
            labeled,
            None,
        )
        .unwrap();
        assert!(matches!(delivery.request, Request::Nothing(_)));
    }

    #[test]
    fn the_generic_form_ages() {
        let body = br#"{"action":"close","repository":"acme/app","number":3}"#;
        let signature = sign(b"secret", 1_800_000_000, body);
        for (now, fresh) in [
            (1_800_000_000, true),
            (1_800_000_300, true),
            (1_800_000_301, false),
            (1_799_999_699, false),
        ] {
            let outcome = generic(b"secret", Some(&signature), body, now * 1000, None);
            assert_eq!(outcome.is_ok(), fresh, "{now}");
        }
        let moved = signature.replace("1800000000", "1800000001");
        let failure = generic(b"secret", Some(&moved), body, 1_800_000_000_000, None).unwrap_err();
        assert_eq!(failure.code, Code::BAD_SIGNATURE, "the time is signed, too");
    }
}
