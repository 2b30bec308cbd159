//! What can go wrong behind a port.

use nova_errors::{Code, Failure};

/// An adapter failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be opened, read or written.
    #[error("{0}")]
    Store(String),
    /// The disk is full.
    #[error("the disk is full: {0}")]
    Full(String),
    /// Throttled, timed out or busy: worth another attempt.
    #[error("{0}")]
    Transient(String),
    /// A commit that cannot be stored: too large, or its stream's name is malformed.
    #[error("{0}")]
    Invalid(String),
    /// The chain of hashes does not hold.
    #[error("stream {stream} does not prove at commit {number}: {what}")]
    Tampered {
        /// The stream.
        stream: String,
        /// The commit.
        number: u64,
        /// What does not hold.
        what: String,
    },
    /// A blob does not exist.
    #[error("blob {0} does not exist")]
    BlobMissing(String),
    /// A blob's seal does not hold, or it is cut short.
    #[error("blob {0} is damaged")]
    BlobCorrupt(String),
    /// A key does not exist, was destroyed or is damaged.
    #[error("{0}")]
    Key(String),
    /// A stored event cannot be read.
    #[error(transparent)]
    Decode(#[from] nova_events::DecodeError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let cause = error.to_string();
        match error {
            Error::Store(_) | Error::Invalid(_) => Self::new(Code::STATE, cause),
            Error::Full(_) => Self::new(Code::DISK_FULL, cause),
            Error::Transient(_) => Self::new(Code::STATE, cause).retryable(),
            Error::Tampered { .. } => Self::new(Code::TAMPERED, cause),
            Error::BlobMissing(_) => Self::new(Code::BLOB_MISSING, cause),
            Error::BlobCorrupt(_) => Self::new(Code::BLOB_CORRUPT, cause),
            Error::Key(_) => Self::new(Code::KEY, cause),
            Error::Decode(_) => Self::new(Code::EVENT_UNKNOWN, cause),
        }
    }
}
