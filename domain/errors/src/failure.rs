//! One occurrence of a coded error.

use crate::codes::{Code, Exit};
use std::fmt;

/// One occurrence of a coded error: the code, the cause found this time and, when it is more specific than the code's
/// own advice, what to do. `Display` prints `NOVA-1203: cause`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of error this is.
    pub code: &'static Code,
    /// One line: what was found, with names of objects but never row data or credentials.
    pub cause: String,
    /// One line: what to do. Defaults to the code's remedy.
    pub remedy: String,
    /// Further lines, for example one per offending object.
    pub details: Vec<String>,
    /// True when trying the same thing again later may succeed (a connection cut, a lock not available).
    pub retryable: bool,
}

impl Failure {
    /// An occurrence of `code` with its general remedy; not retryable.
    pub fn new(code: &'static Code, cause: impl Into<String>) -> Self {
        Self {
            code,
            cause: cause.into(),
            remedy: code.remedy.to_owned(),
            details: Vec::new(),
            retryable: false,
        }
    }

    /// Replaces the general remedy by one that names the objects at hand.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// Adds lines of detail.
    #[must_use]
    pub fn with_details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }

    /// Marks the failure as worth another attempt.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// How a process that ends with this failure exits.
    pub fn exit(&self) -> Exit {
        self.code.exit
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.cause)
    }
}

impl std::error::Error for Failure {}
