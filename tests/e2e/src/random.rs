//! Repeatable randomness: every run prints its seed, and `NOVA_SEED` repeats it.

use std::time::{SystemTime, UNIX_EPOCH};

/// The seed of this run.
#[allow(clippy::print_stdout, reason = "the test runner shows it with a failure")]
pub fn seed() -> u64 {
    let given = std::env::var("NOVA_SEED").ok().and_then(|text| text.parse().ok());
    let seed = given.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        u64::try_from(now.as_nanos() & u128::from(u64::MAX)).unwrap()
    });
    println!("to repeat this run: NOVA_SEED={seed}");
    seed
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, and good enough to choose moments.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// A sequence that the seed determines.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.bits() % end.max(1)
    }
}
