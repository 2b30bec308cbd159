//! The unit of the log.

use crate::error::Error;
use nova_events::{Event, Outgoing, RecordedEvent};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of a stream: `kind/id…`, ASCII letters, digits and `/ - _ .`, at most 200 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StreamId(String);

impl StreamId {
    /// Checks the characters and the length.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name is not as described.
    pub fn new(name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        let fits = (1..=200).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte));
        if fits {
            Ok(Self(name))
        } else {
            Err(Error::Invalid(format!("{name:?} cannot name a stream")))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a stream ends: the number the next commit takes and the hash it has to name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Number of commits so far, which is the number of the next one.
    pub next: u64,
    /// Hash of the last commit in lower-case hexadecimal; empty for a stream without commits.
    pub hash: String,
}

impl Head {
    /// The head of a stream without commits.
    pub fn start() -> Self {
        Self {
            next: 0,
            hash: String::new(),
        }
    }

    /// The head after this commit.
    pub fn after(commit: &Commit) -> Self {
        Self {
            next: commit.number + 1,
            hash: commit.hash.clone(),
        }
    }

    /// The head after these commits of one stream.
    pub fn of(commits: &[Commit]) -> Self {
        commits.last().map_or_else(Self::start, Self::after)
    }
}

/// Who and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Who acted: a user, or `nova` for the pipeline itself.
    pub actor: String,
    /// The operation all of it belongs to.
    pub correlation: String,
    /// The id of the message or request that led here.
    pub causation: String,
    /// W3C trace context, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

/// A commit to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCommit {
    /// The stream.
    pub stream: StreamId,
    /// The head it was decided on.
    pub after: Head,
    /// Deterministic id: doing the same thing twice yields the same id.
    pub id: String,
    /// One event or more.
    pub events: Vec<RecordedEvent>,
    /// Messages to send once it is stored.
    pub messages: Vec<Outgoing>,
    /// Who and why.
    pub metadata: Metadata,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: u64,
}

/// A commit as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The stream.
    pub stream: StreamId,
    /// Its place in the stream, from 0.
    pub number: u64,
    /// Deterministic id.
    pub id: String,
    /// One event or more.
    pub events: Vec<RecordedEvent>,
    /// Messages that go with it.
    pub messages: Vec<Outgoing>,
    /// Who and why.
    pub metadata: Metadata,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: u64,
    /// Hash of the commit before; empty for the first.
    pub previous_hash: String,
    /// SHA-256 of everything above, lower-case hexadecimal.
    pub hash: String,
}

impl Commit {
    /// Largest commit as JSON, in bytes. An item of DynamoDB holds 400 KB; what does not fit there is refused everywhere,
    /// so that a plan that works on one machine works on all.
    pub const MAX_BYTES: usize = 390 * 1024;

    /// Gives a new commit its number and its hash.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it holds no event.
    pub fn seal(new: NewCommit) -> Result<Self, Error> {
        if new.events.is_empty() {
            return Err(Error::Invalid(format!(
                "commit {} of {} holds no event",
                new.id, new.stream
            )));
        }
        let mut commit = Self {
            stream: new.stream,
            number: new.after.next,
            id: new.id,
            events: new.events,
            messages: new.messages,
            metadata: new.metadata,
            at_ms: new.at_ms,
            previous_hash: new.after.hash,
            hash: String::new(),
        };
        commit.hash = commit.computed_hash()?;
        Ok(commit)
    }

    /// The form in which it is stored.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is larger than [`Commit::MAX_BYTES`].
    pub fn to_json(&self) -> Result<String, Error> {
        let json = serde_json::to_string(self).map_err(|error| Error::Invalid(error.to_string()))?;
        if json.len() > Self::MAX_BYTES {
            return Err(Error::Invalid(format!(
                "commit {} of {} has {} bytes; at most {} can be stored",
                self.id,
                self.stream,
                json.len(),
                Self::MAX_BYTES
            )));
        }
        Ok(json)
    }

    /// The hash its contents have now.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it cannot be written as JSON.
    pub fn computed_hash(&self) -> Result<String, Error> {
        // Object keys are sorted by serde_json's default map, so the form is canonical.
        let canonical = serde_json::json!([
            self.stream,
            self.number,
            self.id,
            self.events,
            self.messages,
            self.metadata,
            self.at_ms,
            self.previous_hash
        ]);
        let bytes = serde_json::to_vec(&canonical).map_err(|error| Error::Invalid(error.to_string()))?;
        let digest = ring::digest::digest(&ring::digest::SHA256, &bytes);
        Ok(digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Its events in their current shape.
    ///
    /// # Errors
    /// [`Error::Decode`] when one of them is unknown.
    pub fn decoded(&self) -> Result<Vec<Event>, Error> {
        self.events
            .iter()
            .map(|event| event.decode().map_err(Error::from))
            .collect()
    }
}
