//! Sorted sets of keyed hashes, and their compact encoding.

use super::Category;
use crate::error::Error;

const MAGIC: &[u8; 5] = b"NOVF\x01";

/// Fingerprints of originals and of replacements; each set is sorted and has no duplicates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fingerprints {
    pub(super) originals: [Vec<u64>; 3],
    pub(super) replacements: [Vec<u64>; 3],
    /// Hashes of single words of original names: lets the scanner skip most words.
    pub(super) tokens: Vec<u32>,
}

impl Fingerprints {
    /// Number of different originals, all categories together.
    pub fn originals(&self) -> usize {
        self.originals.iter().map(Vec::len).sum()
    }

    /// Number of different originals of one category.
    pub fn originals_of(&self, category: Category) -> usize {
        self.originals[category.index()].len()
    }

    /// True when nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.originals() == 0 && self.replacements.iter().all(Vec::is_empty)
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: &Self) {
        let pairs = self.originals.iter_mut().zip(&other.originals);
        for (mine, theirs) in pairs.chain(self.replacements.iter_mut().zip(&other.replacements)) {
            merge_sorted(mine, theirs);
        }
        merge_sorted(&mut self.tokens, &other.tokens);
    }

    pub(super) fn has_original(&self, category: Category, fingerprint: u64) -> bool {
        self.originals[category.index()].binary_search(&fingerprint).is_ok()
    }

    pub(super) fn has_replacement(&self, category: Category, fingerprint: u64) -> bool {
        self.replacements[category.index()].binary_search(&fingerprint).is_ok()
    }

    /// The encoding: a header, then each set as its size and the differences of its members, all in LEB128.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        for set in self.originals.iter().chain(&self.replacements) {
            push_set(set.iter().copied(), set.len(), &mut out);
        }
        push_set(self.tokens.iter().copied().map(u64::from), self.tokens.len(), &mut out);
        out
    }

    /// Reads [`Self::to_bytes`].
    ///
    /// # Errors
    /// [`Error::Fingerprints`] when the bytes are not that encoding.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut rest = bytes
            .strip_prefix(MAGIC)
            .ok_or(Error::Fingerprints("the header is not known"))?;
        let mut result = Self::default();
        for set in result.originals.iter_mut().chain(&mut result.replacements) {
            *set = take_set(&mut rest)?;
        }
        result.tokens = take_set(&mut rest)?
            .into_iter()
            .map(u32::try_from)
            .collect::<Result<_, _>>()
            .map_err(|_| Error::Fingerprints("a word's hash is too long"))?;
        if rest.is_empty() {
            Ok(result)
        } else {
            Err(Error::Fingerprints("bytes follow the last set"))
        }
    }
}

fn merge_sorted<T: Copy + Ord>(mine: &mut Vec<T>, theirs: &[T]) {
    if theirs.is_empty() {
        return;
    }
    mine.extend_from_slice(theirs);
    // The standard sort recognises the two sorted runs and merges them.
    mine.sort();
    mine.dedup();
}

fn push_number(mut value: u64, out: &mut Vec<u8>) {
    loop {
        let low = value.to_le_bytes()[0] & 0x7F;
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

fn push_set(set: impl Iterator<Item = u64>, size: usize, out: &mut Vec<u8>) {
    push_number(size as u64, out);
    let mut previous = 0;
    for value in set {
        push_number(value - previous, out);
        previous = value;
    }
}

fn early() -> Error {
    Error::Fingerprints("they end early")
}

fn unsorted() -> Error {
    Error::Fingerprints("a set is not sorted")
}

fn take_number(rest: &mut &[u8]) -> Result<u64, Error> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, after) = rest.split_first().ok_or_else(early)?;
        *rest = after;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Error::Fingerprints("a number is too long"))
}

fn take_set(rest: &mut &[u8]) -> Result<Vec<u64>, Error> {
    let size = take_number(rest)?;
    let mut set = Vec::new();
    let mut previous = 0u64;
    for _ in 0..size {
        previous = previous.checked_add(take_number(rest)?).ok_or_else(unsorted)?;
        set.push(previous);
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_survive_their_encoding_and_merge() {
        let one = Fingerprints {
            originals: [vec![1, 5, u64::MAX], vec![], vec![7]],
            replacements: [vec![2], vec![3], vec![]],
            tokens: vec![0, 9, u32::MAX],
        };
        let two = Fingerprints {
            originals: [vec![5, 6], vec![4], vec![]],
            ..Fingerprints::default()
        };
        assert_eq!(Fingerprints::from_bytes(&one.to_bytes()).unwrap(), one);
        let mut both = one.clone();
        both.merge(&two);
        assert_eq!(both.originals, [vec![1, 5, 6, u64::MAX], vec![4], vec![7]]);
        assert_eq!(both.originals(), 6);
        let bytes = one.to_bytes();
        for cut in 0..bytes.len() {
            assert!(Fingerprints::from_bytes(&bytes[..cut]).is_err());
        }
    }
}
