//! How many different originals many sets hold together, without holding them all: what a [`super::Filter`] is sized
//! by. People appear in many chunks; counted once per chunk they would make a filter that no processor's cache holds.
//!
//! Keyed hashes are spread evenly, so the k-th smallest of all tells how many there are (Bar-Yossef et al., *Counting
//! distinct elements in a data stream*, 2002). With k = 1024 the estimate is off by some three percent.

use super::{Category, Fingerprints};

/// How many of the smallest hashes are kept.
const KEPT: usize = 1 << 10;

/// Counts the members of many sets, each once.
#[derive(Debug, Clone, Default)]
pub struct Estimate {
    originals: [Smallest; 3],
    tokens: Smallest,
}

impl Estimate {
    /// Takes one more set into account.
    pub fn add(&mut self, fingerprints: &Fingerprints) {
        for category in Category::ALL {
            let set = &fingerprints.originals[category.index()];
            self.originals[category.index()].add(set.iter().copied());
        }
        // Their 32 bits become the upper ones, so that all hashes have the same range.
        self.tokens
            .add(fingerprints.tokens.iter().map(|&token| u64::from(token) << 32));
    }

    /// About how many different originals there are, all categories together; exact while there are few.
    pub fn originals(&self) -> usize {
        self.originals.iter().map(Smallest::count).sum()
    }

    /// About how many different words the original names have.
    pub(super) fn tokens(&self) -> usize {
        self.tokens.count()
    }
}

/// The smallest members of the union of sets.
#[derive(Debug, Clone, Default)]
struct Smallest(Vec<u64>);

impl Smallest {
    fn add(&mut self, sorted: impl Iterator<Item = u64>) {
        self.0.extend(sorted.take(KEPT));
        self.0.sort_unstable();
        self.0.dedup();
        self.0.truncate(KEPT);
    }

    fn count(&self) -> usize {
        match self.0.get(KEPT - 1) {
            None => self.0.len(),
            Some(&largest) => {
                let range = 1u128 << 64;
                usize::try_from((KEPT as u128 - 1) * range / (u128::from(largest) + 1)).unwrap_or(usize::MAX)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprints(numbers: std::ops::Range<u64>) -> Fingerprints {
        // Any well-mixed function of the number will do.
        let mut mixed: Vec<u64> = numbers
            .map(|number| {
                let mixed = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
                mixed ^ mixed >> 31
            })
            .collect();
        mixed.sort_unstable();
        Fingerprints {
            originals: [mixed, Vec::new(), Vec::new()],
            ..Fingerprints::default()
        }
    }

    #[test]
    fn members_of_many_sets_count_once() {
        let mut few = Estimate::default();
        for start in [1, 100, 1] {
            few.add(&fingerprints(start..start + 200));
        }
        assert_eq!(few.originals(), 299);

        let mut many = Estimate::default();
        for start in (1..100_000).step_by(10_000) {
            many.add(&fingerprints(start..start + 40_000));
        }
        let (found, wanted) = (many.originals(), 130_000);
        assert!(found.abs_diff(wanted) < wanted / 8, "{found} instead of about {wanted}");
    }
}
