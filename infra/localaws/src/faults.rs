//! What goes wrong on purpose.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// What an at-least-once queue may do and seldom does, done often. The same seed makes the same choices in the same order.
#[derive(Debug, Default)]
pub struct Faults {
    /// Of a hundred batches, how many are delivered twice at the same time.
    pub doubled_percent: u64,
    /// The longest that a batch is held back; each is held back for another time, so that batches overtake each other.
    pub delay: Duration,
    /// What the choices start from.
    pub seed: u64,
    drawn: AtomicU64,
}

impl Faults {
    /// Batches doubled and delayed.
    pub fn new(seed: u64, doubled_percent: u64, delay: Duration) -> Self {
        Self {
            doubled_percent,
            delay,
            seed,
            drawn: AtomicU64::new(0),
        }
    }

    /// Whether the next batch is delivered twice.
    pub(crate) fn doubles(&self) -> bool {
        self.doubled_percent > 0 && self.draw() % 100 < self.doubled_percent
    }

    /// How long the next batch is held back.
    pub(crate) fn delay(&self) -> Duration {
        let longest = u64::try_from(self.delay.as_millis()).unwrap_or(u64::MAX);
        if longest == 0 {
            return Duration::ZERO;
        }
        Duration::from_millis(self.draw() % longest)
    }

    /// SplitMix64 over seed and count.
    fn draw(&self) -> u64 {
        let count = self.drawn.fetch_add(1, Ordering::Relaxed) + 1;
        let mut z = self.seed.wrapping_add(count.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
