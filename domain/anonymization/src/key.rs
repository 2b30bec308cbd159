//! The masking key and what is drawn from it: keyed hashes and reproducible choices.
//!
//! SipHash-2-4 with 128-bit output is the pseudo-random function: without the key nobody can tell which original
//! stands behind a replacement, nor test a guess. Each purpose has a sub-key of its own.

use siphasher::sip128::SipHasher24;
use std::fmt;

/// The secret of one environment: 32 bytes. Whoever holds it can test guesses against masked values.
#[derive(Clone, PartialEq, Eq)]
pub struct MaskingKey([u8; 32]);

impl MaskingKey {
    /// Takes 32 bytes from a good random source.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let text = text.trim().as_bytes();
        if text.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The key of a later version: version 0 is this key itself, every other one is unrelated to it for whoever has not
    /// this key. After a rotation an environment's replacements cannot be joined with those from before.
    #[must_use]
    pub fn rotated(&self, version: u32) -> Self {
        if version == 0 {
            return self.clone();
        }
        let mut bytes = [0; 32];
        for (half, part) in bytes.chunks_exact_mut(16).zip(["first", "second"]) {
            let prf = self.derive(&format!("rotation:{version}:{part}"));
            half.copy_from_slice(&prf.hash(b"key").to_le_bytes());
        }
        Self(bytes)
    }

    /// The sub-key for one purpose, for example a kind's label.
    pub(crate) fn derive(&self, purpose: &str) -> Prf {
        let mut first = [0; 16];
        first.copy_from_slice(&self.0[..16]);
        let mut message = self.0[16..].to_vec();
        message.extend_from_slice(purpose.as_bytes());
        Prf::new(&SipHasher24::new_with_key(&first).hash(&message).as_u128().to_le_bytes())
    }
}

impl fmt::Debug for MaskingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MaskingKey(redacted)")
    }
}

/// A keyed pseudo-random function.
///
/// SipHash-2-4-128 over one slice (Aumasson and Bernstein, <https://www.aumasson.jp/siphash/>): every masked value passes
/// here at least once, and a hasher that may be fed in pieces takes twice as long.
#[derive(Clone, Copy)]
pub(crate) struct Prf([u64; 4]);

impl Prf {
    pub(crate) fn new(key: &[u8; 16]) -> Self {
        let key = u128::from_le_bytes(*key);
        let [low, high] = halves(key);
        Self([
            low ^ 0x736F_6D65_7073_6575,
            high ^ 0x646F_7261_6E64_6F6D ^ 0xEE,
            low ^ 0x6C79_6765_6E65_7261,
            high ^ 0x7465_6462_7974_6573,
        ])
    }

    /// 128 bits that depend on every byte of `message`.
    pub(crate) fn hash(&self, message: &[u8]) -> u128 {
        let mut state = self.0;
        let absorb = |state: &mut [u64; 4], block: u64| {
            state[3] ^= block;
            rounds::<2>(state);
            state[0] ^= block;
        };
        let (blocks, rest) = message.as_chunks::<8>();
        for block in blocks {
            absorb(&mut state, u64::from_le_bytes(*block));
        }
        let rest = rest.iter().rev().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte));
        absorb(&mut state, (message.len() as u64) << 56 | rest);
        state[2] ^= 0xEE;
        rounds::<4>(&mut state);
        let low = state.iter().fold(0, |all, word| all ^ word);
        state[1] ^= 0xDD;
        rounds::<4>(&mut state);
        let high = state.iter().fold(0, |all, word| all ^ word);
        u128::from(high) << 64 | u128::from(low)
    }

    /// Reproducible choices for `message`; another `attempt` gives other choices.
    pub(crate) fn draw(&self, message: &[u8], attempt: u32) -> Draw {
        Draw::of(self.hash(message), attempt)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the halves are wanted")]
fn halves(value: u128) -> [u64; 2] {
    [value as u64, (value >> 64) as u64]
}

#[inline]
fn rounds<const COUNT: usize>([a, b, c, d]: &mut [u64; 4]) {
    for _ in 0..COUNT {
        *a = a.wrapping_add(*b);
        *b = b.rotate_left(13) ^ *a;
        *a = a.rotate_left(32);
        *c = c.wrapping_add(*d);
        *d = d.rotate_left(16) ^ *c;
        *a = a.wrapping_add(*d);
        *d = d.rotate_left(21) ^ *a;
        *c = c.wrapping_add(*b);
        *b = b.rotate_left(17) ^ *c;
        *c = c.rotate_left(32);
    }
}

/// A stream of reproducible choices (SplitMix64 over a 128-bit seed).
pub(crate) struct Draw {
    state: u64,
    step: u64,
}

impl Draw {
    pub(crate) fn seeded(seed: u128) -> Self {
        let [state, step] = halves(seed);
        // SplitMix64 needs an odd increment; taking it from the seed uses all 128 bits.
        Self { state, step: step | 1 }
    }

    /// The choices for a message's hash; another `attempt` gives other choices.
    pub(crate) fn of(hash: u128, attempt: u32) -> Self {
        Self::seeded(hash ^ (u128::from(attempt) << 64).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// 64 uniform bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(self.step).wrapping_add(0x9E37_79B9_7F4A_7C14);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `0..limit`; 0 when `limit` is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(limit)) >> 64) as u64
    }

    /// An index into something of `len` elements.
    #[expect(clippy::cast_possible_truncation, reason = "below `len`, which is a usize")]
    pub(crate) fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// One of `choices`; the empty string when there are none.
    pub(crate) fn pick<'a>(&mut self, choices: &'a [impl AsRef<str>]) -> &'a str {
        let index = self.index(choices.len());
        choices.get(index).map_or("", AsRef::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_whole_message_is_hashed_as_in_pieces(key: [u8; 16], message: Vec<u8>) {
            let reference = SipHasher24::new_with_key(&key).hash(&message).as_u128();
            prop_assert_eq!(Prf::new(&key).hash(&message), reference);
        }
    }
}
