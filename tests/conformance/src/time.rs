//! Time in laws about visibility and leases.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

/// Adapters that take the time as a parameter are tested in no time at all; those that look at the clock themselves
/// have to wait.
#[derive(Debug)]
pub enum Time {
    /// Passes when told to.
    Virtual(AtomicU64),
    /// Passes by itself.
    Real,
}

impl Time {
    /// A time that passes when told to.
    pub fn passing_at_will() -> Self {
        Self::Virtual(AtomicU64::new(1_700_000_000_000))
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub fn now_ms(&self) -> u64 {
        match self {
            Self::Virtual(now) => now.load(Ordering::SeqCst),
            Self::Real => {
                let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
                u64::try_from(since.as_millis()).unwrap()
            }
        }
    }

    /// Lets time pass.
    pub async fn pass(&self, milliseconds: u64) {
        match self {
            Self::Virtual(now) => {
                now.fetch_add(milliseconds, Ordering::SeqCst);
            }
            Self::Real => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
        }
    }
}
