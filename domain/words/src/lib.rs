//! Events and figures in words: the command line, the API and the report say the same thing in the same words.

pub mod events;
pub mod figures;

use serde::{Deserialize, Serialize};

/// How severe an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Everything.
    Info,
    /// What someone should know.
    Warning,
    /// What went wrong.
    Error,
}

impl Level {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
