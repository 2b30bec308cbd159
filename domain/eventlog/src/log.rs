//! The event log and its outbox.

use crate::{
    commit::{Commit, Head, NewCommit, StreamId},
    error::Error,
};
use async_trait::async_trait;

/// What became of an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// It is stored now.
    Stored(Commit),
    /// A commit with the same id already stands at this number: the same thing was done before.
    Replayed(Commit),
    /// Another commit stands at this number.
    Conflict {
        /// The head now.
        head: Head,
        /// The commit that stands there; the last of the stream when the number lies beyond its end.
        occupant: Option<Commit>,
    },
}

/// Append-only streams. There is no order between streams.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Appends one commit, together with its outgoing messages, atomically: at the number its head names, or not at
    /// all.
    async fn append(&self, commit: NewCommit) -> Result<Appended, Error>;

    /// The commits of a stream from number `from` on, complete and in order.
    async fn read(&self, stream: &StreamId, from: u64) -> Result<Vec<Commit>, Error>;

    /// Up to `limit` names of streams that begin with `prefix`, in order, after `after`.
    async fn streams(&self, prefix: &str, after: Option<&StreamId>, limit: usize) -> Result<Vec<StreamId>, Error>;
}

/// Commits whose messages have not been handed to the queue yet. On AWS the table's stream is the outbox and this port
/// is not used.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Up to `limit` such commits, oldest first.
    async fn pending(&self, limit: usize) -> Result<Vec<Commit>, Error>;

    /// Marks commits as handed over.
    async fn sent(&self, commits: &[(StreamId, u64)]) -> Result<(), Error>;
}

/// Proves the chain of a stream's commits, read from number 0.
///
/// # Errors
/// [`Error::Tampered`] at the first commit whose number, predecessor or hash does not hold.
pub fn prove(stream: &StreamId, commits: &[Commit]) -> Result<(), Error> {
    let mut head = Head::start();
    for commit in commits {
        let tampered = |what: &str| Error::Tampered {
            stream: stream.to_string(),
            number: head.next,
            what: what.to_owned(),
        };
        if commit.stream != *stream || commit.number != head.next {
            return Err(tampered("a commit is missing or out of place"));
        }
        if commit.previous_hash != head.hash {
            return Err(tampered("it does not follow the commit before it"));
        }
        if commit.computed_hash()? != commit.hash {
            return Err(tampered("its contents were changed"));
        }
        head = Head::after(commit);
    }
    Ok(())
}
