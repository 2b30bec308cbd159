//! Keys of requests. The first request with a key writes commit 0 of the key's stream; everyone after finds it there.

use crate::{ports::Ports, record::Recorder, sha256::sha256};
use nova_errors::{Code, Failure};
use nova_eventlog::{Head, StreamId};
use nova_events::{Event, RequestKeyed};
use serde::Serialize;

/// Most bytes of a key.
const LONGEST: usize = 200;

/// A key and what is requested with it.
pub(super) struct Key {
    stream: StreamId,
    fingerprint: String,
}

impl Key {
    /// A key of an actor for a request.
    pub(super) fn new(actor: &str, key: &str, request: &impl Serialize) -> Result<Self, Failure> {
        if !(1..=LONGEST).contains(&key.len()) {
            let cause = format!(
                "a key of a request has 1 to {LONGEST} bytes, this one has {}",
                key.len()
            );
            return Err(Failure::new(Code::BAD_ARGUMENT, cause));
        }
        let request = serde_json::to_vec(request)
            .map_err(|error| Failure::new(Code::INTERNAL, format!("a request cannot be written as JSON: {error}")))?;
        Ok(Self {
            stream: StreamId::new(format!("request/{}", sha256(format!("{actor}\0{key}").as_bytes())))?,
            fingerprint: sha256(&request),
        })
    }

    /// The operation that the key names, once it names one.
    ///
    /// # Errors
    /// `NOVA-2108` when the key was used for another request.
    pub(super) async fn known(&self, ports: &Ports) -> Result<Option<String>, Failure> {
        for commit in ports.log.read(&self.stream, 0).await? {
            for event in commit.decoded()? {
                let Event::RequestKeyed(keyed) = event else { continue };
                if keyed.fingerprint == self.fingerprint {
                    return Ok(Some(keyed.operation));
                }
                let cause = format!(
                    "the key was used before, for another request (operation {})",
                    keyed.operation
                );
                return Err(Failure::new(Code::KEY_REUSED, cause));
            }
        }
        Ok(None)
    }

    /// Lets the key name operation `id`, unless it names one already. Returns the operation that it names.
    pub(super) async fn take(&self, ports: &Ports, actor: &str, id: &str) -> Result<String, Failure> {
        if let Some(operation) = self.known(ports).await? {
            return Ok(operation);
        }
        let event = RequestKeyed {
            operation: id.to_owned(),
            fingerprint: self.fingerprint.clone(),
        };
        // The id of the commit names the operation: a commit of another one must not pass for a repetition of this one.
        let taken = Recorder::by(ports, id, actor)
            .append(
                self.stream.clone(),
                Head::start(),
                &format!("key/{id}"),
                vec![event.into()],
                Vec::new(),
            )
            .await;
        match taken {
            Ok(()) => Ok(id.to_owned()),
            Err(failure) if failure.code == Code::LOG_CONFLICT => self.known(ports).await?.ok_or(failure),
            Err(failure) => Err(failure),
        }
    }
}
