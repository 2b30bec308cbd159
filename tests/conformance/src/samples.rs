//! Streams, commits and messages to test with.

use nova_eventlog::{Head, Metadata, NewCommit, StreamId};
use nova_events::{Event, Message, OperationRefused, Outgoing, Reason, RecordedEvent};

/// A stream.
pub fn stream(name: &str) -> StreamId {
    StreamId::new(name).unwrap()
}

/// An event whose JSON takes about `bytes` bytes.
pub fn event_of_size(bytes: usize) -> RecordedEvent {
    let text = "é\"\\ 🦷 x".repeat(bytes / 13 + 1);
    Event::from(OperationRefused {
        reasons: vec![Reason {
            code: "NOVA-1101".to_owned(),
            cause: text,
            remedy: String::new(),
            details: Vec::new(),
        }],
    })
    .encode()
    .unwrap()
}

/// A small commit with one event and one message.
pub fn commit(stream: &StreamId, after: Head, id: &str) -> NewCommit {
    commit_of(stream, after, id, vec![event_of_size(20)], vec![message(id)])
}

/// A commit with these events and messages.
pub fn commit_of(
    stream: &StreamId,
    after: Head,
    id: &str,
    events: Vec<RecordedEvent>,
    messages: Vec<Outgoing>,
) -> NewCommit {
    NewCommit {
        stream: stream.clone(),
        after,
        id: id.to_owned(),
        events,
        messages,
        metadata: Metadata {
            actor: "camille".to_owned(),
            correlation: "op1".to_owned(),
            causation: id.to_owned(),
            trace: None,
        },
        at_ms: 1_700_000_000_000,
    }
}

/// A message to the export function with this id.
pub fn message(id: &str) -> Outgoing {
    Outgoing {
        id: id.to_owned(),
        message: Message::Export {
            operation: "op1".to_owned(),
            epoch: 1,
            first: 0,
            last: 0,
        },
    }
}
