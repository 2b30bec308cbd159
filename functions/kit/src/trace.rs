//! The trace that a piece of work belongs to: a W3C `traceparent`, carried from the request to every commit and message
//! that follows from it.

use async_trait::async_trait;
use nova_eventlog::{DeadLetter, Delivery, Error, Queue};
use nova_events::{Function, Outgoing};
use ring::digest;
use std::{future::Future, sync::Arc};

tokio::task_local! {
    static CURRENT: Option<String>;
}

/// Does `work` as part of a trace.
pub async fn within<F: Future>(trace: Option<String>, work: F) -> F::Output {
    CURRENT.scope(trace, work).await
}

/// The trace of the work at hand.
pub fn current() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok().flatten()
}

/// The trace as a step of its own sees it: the same trace, with a span that `what` names. A text that is not a
/// `traceparent` belongs to no trace.
pub fn child(trace: &str, what: &str) -> Option<String> {
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let parts: Vec<&str> = trace.split('-').collect();
    let [version, id, parent, flags] = parts.as_slice() else {
        return None;
    };
    if !(hex(version, 2) && hex(id, 32) && hex(parent, 16) && hex(flags, 2)) {
        return None;
    }
    let digest = digest::digest(&digest::SHA256, format!("{trace} {what}").as_bytes());
    let span: String = digest.as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    Some(format!("{version}-{id}-{span}-{flags}"))
}

/// The [`child`] of a trace, where there is one.
#[cfg(feature = "aws")]
pub(crate) fn child_or_none(trace: Option<&str>, what: &str) -> Option<String> {
    trace.and_then(|trace| child(trace, what))
}

/// A queue that sends every message as part of the trace at hand.
pub struct Traced(pub Arc<dyn Queue>);

#[async_trait]
impl Queue for Traced {
    async fn send(&self, messages: &[Outgoing]) -> Result<(), Error> {
        self.0.send_traced(messages, current().as_deref()).await
    }

    async fn send_traced(&self, messages: &[Outgoing], trace: Option<&str>) -> Result<(), Error> {
        self.0.send_traced(messages, trace).await
    }

    async fn receive(
        &self,
        function: Function,
        limit: usize,
        now_ms: u64,
        visibility_ms: u64,
    ) -> Result<Vec<Delivery>, Error> {
        self.0.receive(function, limit, now_ms, visibility_ms).await
    }

    async fn delete(&self, function: Function, receipt: &str) -> Result<(), Error> {
        self.0.delete(function, receipt).await
    }

    async fn extend(&self, function: Function, receipt: &str, until_ms: u64) -> Result<(), Error> {
        self.0.extend(function, receipt, until_ms).await
    }

    async fn bury(&self, function: Function, receipt: &str) -> Result<(), Error> {
        self.0.bury(function, receipt).await
    }

    async fn dead_letters(&self, function: Function, limit: usize) -> Result<Vec<DeadLetter>, Error> {
        self.0.dead_letters(function, limit).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_child_keeps_the_trace_and_has_a_span_of_its_own() {
        let child = child(TRACE, "export/7").unwrap();
        assert_eq!(child[..36], TRACE[..36]);
        assert_eq!(child.len(), TRACE.len());
        assert_ne!(child, TRACE);
        assert_eq!(
            super::child(TRACE, "export/7"),
            Some(child),
            "the same step, the same span"
        );
    }

    #[test]
    fn what_is_not_a_traceparent_belongs_to_no_trace() {
        for text in ["", "00-1-2-3", "Root=1-5759e988-bd862e3fe1be46a994272793", "00-XX"] {
            assert_eq!(child(text, "export"), None, "{text}");
        }
    }

    #[tokio::test]
    async fn work_knows_its_trace_and_nothing_of_anothers() {
        assert_eq!(current(), None);
        let inside = within(Some(TRACE.to_owned()), async { current() }).await;
        assert_eq!(inside.as_deref(), Some(TRACE));
        assert_eq!(current(), None);
    }
}
