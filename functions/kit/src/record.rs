//! Appending, under deterministic ids.

use crate::{ports::Ports, trace};
use nova_clone::{ChunkState, Operation, names};
use nova_errors::{Code, Failure};
use nova_eventlog::{Appended, Head, Metadata, NewCommit, StreamId};
use nova_events::{Event, Outgoing};

/// Appends on behalf of one operation.
pub struct Recorder<'a> {
    ports: &'a Ports,
    operation: String,
    actor: String,
    causation: String,
}

impl<'a> Recorder<'a> {
    /// A recorder for the pipeline itself; `causation` is the message that is being handled.
    pub fn new(ports: &'a Ports, operation: &str, causation: &str) -> Self {
        Self {
            ports,
            operation: operation.to_owned(),
            actor: "nova".to_owned(),
            causation: causation.to_owned(),
        }
    }

    /// A recorder for a person.
    pub fn by(ports: &'a Ports, operation: &str, actor: &str) -> Self {
        Self {
            ports,
            operation: operation.to_owned(),
            actor: actor.to_owned(),
            causation: "request".to_owned(),
        }
    }

    /// Appends to the operation's own stream. `what` names the deed, so that doing it twice is found out.
    ///
    /// # Errors
    /// `NOVA-1803`, worth another attempt, when someone else appended meanwhile.
    pub async fn operation(
        &self,
        operation: &Operation,
        what: &str,
        events: Vec<Event>,
        messages: Vec<Outgoing>,
    ) -> Result<(), Failure> {
        let stream = names::operation_stream(&self.operation)?;
        self.append(stream, operation.head.clone(), what, events, messages)
            .await
    }

    /// Appends to a chunk's stream.
    ///
    /// # Errors
    /// As [`Recorder::operation`].
    pub async fn chunk(
        &self,
        (epoch, chunk): (u32, u32),
        state: &ChunkState,
        what: &str,
        event: Event,
        messages: Vec<Outgoing>,
    ) -> Result<(), Failure> {
        let stream = names::chunk_stream(&self.operation, epoch, chunk)?;
        let what = format!("{what}/{}", state.attempt);
        self.append(stream, state.head.clone(), &what, vec![event], messages)
            .await
    }

    /// Appends to a stream whose head is known.
    ///
    /// # Errors
    /// As [`Recorder::operation`].
    pub async fn append(
        &self,
        stream: StreamId,
        after: Head,
        what: &str,
        events: Vec<Event>,
        messages: Vec<Outgoing>,
    ) -> Result<(), Failure> {
        let mut encoded = Vec::with_capacity(events.len());
        for event in &events {
            encoded.push(event.encode().map_err(nova_eventlog::Error::from)?);
        }
        let commit = NewCommit {
            id: what.to_owned(),
            after,
            events: encoded,
            messages,
            metadata: Metadata {
                actor: self.actor.clone(),
                correlation: self.operation.clone(),
                causation: self.causation.clone(),
                trace: trace::current(),
            },
            at_ms: self.ports.clock.now_ms(),
            stream,
        };
        let stream = commit.stream.to_string();
        match self.ports.log.append(commit).await? {
            Appended::Stored(_) | Appended::Replayed(_) => Ok(()),
            Appended::Conflict { .. } => {
                Err(Failure::new(Code::LOG_CONFLICT, format!("stream {stream} moved on meanwhile")).retryable())
            }
        }
    }
}
