//! What the scanner asks for each candidate: a Bloom filter of fixed size.

use super::{Category, Estimate, Fingerprints};

/// Bits per fingerprint at full size: with six probes in one cache line about one candidate in a hundred passes wrongly.
const BITS: usize = 12;
/// Words of 64 bits in one block, a cache line.
const BLOCK: usize = 8;
/// Bits set per fingerprint.
const PROBES: u32 = 6;
/// Share of the memory for words of names: at most one part in this many.
const TOKEN_SHARE: usize = 8;
/// Bits per word of names. Every word of every cell is looked up here, so what is small enough stays in the processor's
/// cache.
const TOKEN_BITS: usize = 32;

/// A Bloom filter over the originals of any number of [`Fingerprints`]. Its memory does not grow.
#[derive(Debug, Clone)]
pub struct Filter {
    blocks: Vec<[u64; BLOCK]>,
    tokens: Vec<u64>,
    any: [bool; 3],
}

impl Filter {
    /// An empty filter for about as many fingerprints as `estimate` counts, in at most `max_bytes` of memory (at least
    /// 4 KB are used). Beyond what fits, more candidates pass; none is missed.
    pub fn new(estimate: &Estimate, max_bytes: usize) -> Self {
        let max_bytes = max_bytes.max(4096);
        let token_room = (max_bytes / TOKEN_SHARE / 8).clamp(64, 1 << 18);
        let token_words = (estimate.tokens().saturating_mul(TOKEN_BITS) / 64)
            .clamp(1 << 12, 1 << 18)
            .min(token_room);
        let room = (max_bytes - token_words * 8) / (BLOCK * 8);
        let wanted = estimate.originals().saturating_mul(BITS).div_ceil(BLOCK * 64);
        Self {
            blocks: vec![[0; BLOCK]; wanted.clamp(1, room.max(1))],
            // A power of two, so that a mask selects the bit.
            tokens: vec![0; 1 << token_words.ilog2()],
            any: [false; 3],
        }
    }

    /// A filter of the originals of `fingerprints`.
    pub fn of(fingerprints: &Fingerprints, max_bytes: usize) -> Self {
        let mut estimate = Estimate::default();
        estimate.add(fingerprints);
        let mut filter = Self::new(&estimate, max_bytes);
        filter.add(fingerprints);
        filter
    }

    /// Adds the originals of one more set.
    pub fn add(&mut self, fingerprints: &Fingerprints) {
        for category in Category::ALL {
            for &fingerprint in &fingerprints.originals[category.index()] {
                self.any[category.index()] = true;
                let (block, probes) = self.place(fingerprint);
                for (word, bit) in probes {
                    self.blocks[block][word] |= bit;
                }
            }
        }
        for &token in &fingerprints.tokens {
            let (word, bit) = self.token_place(token);
            self.tokens[word] |= bit;
        }
    }

    /// False when no original of the category has been added.
    pub(super) fn holds(&self, category: Category) -> bool {
        self.any[category.index()]
    }

    /// False only when the fingerprint was never added.
    pub(super) fn may_contain(&self, fingerprint: u64) -> bool {
        let (block, mut probes) = self.place(fingerprint);
        probes.all(|(word, bit)| self.blocks[block][word] & bit != 0)
    }

    /// False only when no original name has this word.
    pub(super) fn may_be_name(&self, token: u32) -> bool {
        let (word, bit) = self.token_place(token);
        self.tokens[word] & bit != 0
    }

    fn place(&self, fingerprint: u64) -> (usize, impl Iterator<Item = (usize, u64)> + use<>) {
        let block = (u128::from(fingerprint) * self.blocks.len() as u128) >> 64;
        // The block uses the upper bits; the probes come from a remix, nine bits each.
        let remix = fingerprint.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
        let probes = (0..PROBES).map(move |probe| {
            let bits = remix >> (9 * probe);
            let word = (bits & 7).to_le_bytes()[0];
            (usize::from(word), 1u64 << ((bits >> 3) & 63))
        });
        (usize::try_from(block).unwrap_or(0), probes)
    }

    fn token_place(&self, token: u32) -> (usize, u64) {
        let bit = token as usize & (self.tokens.len() * 64 - 1);
        (bit / 64, 1 << (bit % 64))
    }
}
