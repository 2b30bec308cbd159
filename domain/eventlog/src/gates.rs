//! Fan-in.

use crate::error::Error;
use async_trait::async_trait;

/// How full a gate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// Distinct members that have arrived.
    pub arrived: u32,
    /// Members it waits for.
    pub expected: u32,
}

impl Gate {
    /// True when every member has arrived.
    pub fn is_full(self) -> bool {
        self.arrived >= self.expected
    }
}

/// Sets of members. Arriving twice is the same as arriving once, which a counter could not promise.
#[async_trait]
pub trait Gates: Send + Sync {
    /// Adds `member` (from 0, below `expected`) and tells how full the gate is now. Every caller that arrives at, or
    /// finds, a full gate sees it full: the caller that acts on it must do so idempotently. Gates of more than 256
    /// members may be kept as leaves that feed a root; until such a gate is full the answer may count low.
    /// [`Error::Invalid`] when the gate waits for another number of members.
    async fn arrive(&self, gate: &str, member: u32, expected: u32) -> Result<Gate, Error>;

    /// How full a gate is; one that nobody arrived at is empty with nothing expected.
    async fn look(&self, gate: &str) -> Result<Gate, Error>;
}
