//! Why a capture failed.

use nova_errors::{Code, Failure};

/// Why a capture failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused a query, or the connection was cut.
    #[error("reading {family} from the catalogs failed: {source}")]
    Query {
        /// What was being read.
        family: &'static str,
        /// The driver's error.
        source: tokio_postgres::Error,
    },
    /// The server answered something the model has no place for, or an object vanished while it was read.
    #[error("the catalogs hold {family} that cannot be read (changed just now?): {source}")]
    Unreadable {
        /// What was being read.
        family: &'static str,
        /// What did not fit.
        source: serde_json::Error,
    },
    /// The server is older or newer than the catalogs Nova knows.
    #[error("the server runs PostgreSQL {major}")]
    Version {
        /// Its major version.
        major: u32,
    },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let cause = match &error {
            Error::Query { family, source } => match source.as_db_error() {
                Some(answer) => format!("reading {family}: {} ({})", answer.message(), answer.code().code()),
                None => error.to_string(),
            },
            Error::Unreadable { .. } | Error::Version { .. } => error.to_string(),
        };
        match error {
            Error::Version { .. } => Failure::new(Code::VERSION, cause),
            Error::Query { source, .. } if source.is_closed() => Failure::new(Code::CONNECTION_LOST, cause).retryable(),
            Error::Query { .. } => Failure::new(Code::CAPTURE, cause),
            Error::Unreadable { .. } => Failure::new(Code::CAPTURE, cause).retryable(),
        }
    }
}
