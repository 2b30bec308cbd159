//! The time that is left.

use nova_eventlog::Clock;
use std::sync::atomic::{AtomicU64, Ordering};

/// No deadline.
const NONE: u64 = u64::MAX;

/// Until when work must be settled, in milliseconds since 1970-01-01 UTC. A process handles one invocation at a time,
/// which sets it; where nobody does, there is none.
#[derive(Debug)]
pub struct Deadline(AtomicU64);

impl Default for Deadline {
    fn default() -> Self {
        Self(AtomicU64::new(NONE))
    }
}

impl Deadline {
    /// Work that begins from now on must be settled by then.
    pub fn set_ms(&self, at_ms: u64) {
        self.0.store(at_ms, Ordering::Relaxed);
    }

    /// True when there is one.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed) != NONE
    }

    /// Milliseconds until then, 0 when it has passed; none without a deadline.
    pub fn left_ms(&self, clock: &dyn Clock) -> Option<u64> {
        let at_ms = self.0.load(Ordering::Relaxed);
        (at_ms != NONE).then(|| at_ms.saturating_sub(clock.now_ms()))
    }
}
