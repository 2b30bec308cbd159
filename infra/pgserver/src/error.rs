//! What can go wrong around throwaway servers.

use nova_errors::{Code, Failure};
use std::io;
use std::path::PathBuf;

/// Why no server is running.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing usable on the machine, and nothing could be installed.
    #[error("no PostgreSQL {wanted} was found, and none could be installed")]
    NotFound {
        /// The major version asked for, or "server".
        wanted: String,
        /// One line per place that was searched or per way of installing that was tried.
        tried: Vec<String>,
    },
    /// The asked major version is outside the supported range.
    #[error("PostgreSQL {0} is not supported")]
    Unsupported(u32),
    /// `initdb`, `postgres` or `pg_ctl` reported failure.
    #[error("{step} failed: {reason}")]
    Server {
        /// What was being done.
        step: &'static str,
        /// The decisive line of output.
        reason: String,
        /// The end of the server log or of the tool's output.
        log: Vec<String>,
    },
    /// A file or process could not be handled.
    #[error("{what} {path}: {source}", path = path.display())]
    Io {
        /// What was being done, as a verb phrase.
        what: &'static str,
        /// With which file or program.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl Error {
    /// For `map_err`: an I/O error with its object.
    pub(crate) fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { what, path, source }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let cause = error.to_string();
        match error {
            Error::NotFound { tried, .. } => Self::new(Code::NO_SERVER, cause).with_details(tried),
            Error::Unsupported(_) => {
                Self::new(Code::NO_SERVER, cause).with_remedy("Ask for a major version from 13 to 18.")
            }
            Error::Server { log, .. } => Self::new(Code::SERVER_START, cause).with_details(log),
            Error::Io { .. } => Self::new(Code::SERVER_START, cause),
        }
    }
}
