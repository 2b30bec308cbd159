//! What a token may do.

use nova_errors::{Code, Failure};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Each scope includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Look at operations and environments.
    Viewer,
    /// Start, stop, resume and roll back.
    Cloner,
    /// Decide that personal data may reach a target.
    Admin,
}

impl Scope {
    /// Every scope, the narrowest first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Cloner, Self::Admin];

    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Cloner => "cloner",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = Failure;

    fn from_str(word: &str) -> Result<Self, Failure> {
        Self::ALL.into_iter().find(|scope| scope.name() == word).ok_or_else(|| {
            let cause = format!("{word:?} is not a scope; it is one of viewer, cloner, admin");
            Failure::new(Code::BAD_ARGUMENT, cause)
        })
    }
}
