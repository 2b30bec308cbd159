//! Why a stack does not start or does not answer.

use std::{io, path::PathBuf, time::Duration};

/// What can go wrong with a stack on one machine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program is missing or does not run.
    #[error("{program} cannot be run: {source}")]
    Program {
        /// What should have run.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A script that installs a tool failed; it said why itself.
    #[error("{script} failed")]
    Tool {
        /// The script.
        script: PathBuf,
    },
    /// A program started but never listened.
    #[error("{program} did not answer within {patience:?}; it said:\n{log}")]
    Silent {
        /// What was started.
        program: String,
        /// How long it was waited for.
        patience: Duration,
        /// The end of its log.
        log: String,
    },
    /// Files and ports.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system says.
        source: io::Error,
    },
    /// A resource could not be made.
    #[error("{what}: {why}")]
    Resource {
        /// What was to be made.
        what: String,
        /// What the service says.
        why: String,
    },
}

impl Error {
    /// Wraps an error of the system.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    /// Wraps an error of a service, with its causes.
    pub(crate) fn resource<E: std::error::Error>(what: impl Into<String>) -> impl FnOnce(E) -> Self {
        let what = what.into();
        move |error| {
            let mut why = error.to_string();
            let mut cause = error.source();
            while let Some(error) = cause {
                why = format!("{why}: {error}");
                cause = error.source();
            }
            Self::Resource { what, why }
        }
    }
}
