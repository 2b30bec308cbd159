//! Places of rows in a heap.

use roaring::RoaringTreemap;

/// Bits for the number of a row in its page: the largest page (32 kB) holds less than 2048 rows.
const OFFSET_BITS: u32 = 11;

/// A set of places `(page, number in the page)` of one table; about two bytes per row of a table whose rows are mostly in
/// it, some more where they are far apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowSet(RoaringTreemap);

impl RowSet {
    /// No row.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row and tells whether it is new.
    pub fn insert(&mut self, (page, offset): (u32, u16)) -> bool {
        self.0.insert(number(page, offset))
    }

    /// True when the row is in it.
    pub fn contains(&self, (page, offset): (u32, u16)) -> bool {
        self.0.contains(number(page, offset))
    }

    /// How many rows.
    pub fn len(&self) -> u64 {
        self.0.len()
    }

    /// True without a row.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes of memory, about.
    pub fn size(&self) -> usize {
        self.0.serialized_size()
    }

    /// Adds all rows of another set of the same table.
    pub fn add(&mut self, other: &Self) {
        self.0 |= &other.0;
    }

    /// Takes out all rows of another set of the same table.
    pub fn remove(&mut self, other: &Self) {
        self.0 -= &other.0;
    }

    /// The rows in the order of their places.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u16)> + '_ {
        self.0.iter().map(place)
    }

    /// Divides the rows into runs of whole pages of at most `most` rows, unless one page alone holds more:
    /// `(first page, page after the last, rows)`. The last run ends with the last row.
    pub fn runs(&self, most: u64) -> Vec<(u32, u32, u64)> {
        let mut runs: Vec<(u32, u32, u64)> = Vec::new();
        let mut in_page: Option<(u32, u64)> = None;
        let mut close = |page: u32, rows: u64| match runs.last_mut() {
            Some((_, end, held)) if *held + rows <= most => {
                *end = page.saturating_add(1);
                *held += rows;
            }
            _ => runs.push((page, page.saturating_add(1), rows)),
        };
        for (page, _) in self.iter() {
            match &mut in_page {
                Some((current, rows)) if *current == page => *rows += 1,
                _ => {
                    if let Some((current, rows)) = in_page.replace((page, 1)) {
                        close(current, rows);
                    }
                }
            }
        }
        if let Some((current, rows)) = in_page {
            close(current, rows);
        }
        runs
    }

    /// The rows of each of these runs of pages, which are in order and do not overlap.
    pub fn cut(&self, runs: &[(u32, u32)]) -> Vec<Self> {
        let mut parts = vec![Self::new(); runs.len()];
        let mut at = 0;
        for (page, offset) in self.iter() {
            while runs.get(at).is_some_and(|(_, end)| page >= *end) {
                at += 1;
            }
            let inside = runs.get(at).is_some_and(|(first, _)| page >= *first);
            if let Some(part) = parts.get_mut(at).filter(|_| inside) {
                part.insert((page, offset));
            }
        }
        parts
    }

    /// The set as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.serialized_size());
        // Writing into memory does not fail.
        let _ = self.0.serialize_into(&mut bytes);
        bytes
    }

    /// Reads [`Self::to_bytes`]; none when that is not what they are.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        RoaringTreemap::deserialize_from(bytes).ok().map(Self)
    }
}

impl FromIterator<(u32, u16)> for RowSet {
    fn from_iter<I: IntoIterator<Item = (u32, u16)>>(rows: I) -> Self {
        Self(rows.into_iter().map(|(page, offset)| number(page, offset)).collect())
    }
}

fn number(page: u32, offset: u16) -> u64 {
    u64::from(page) << OFFSET_BITS | u64::from(offset)
}

fn place(number: u64) -> (u32, u16) {
    let page = u32::try_from(number >> OFFSET_BITS).unwrap_or(u32::MAX);
    let offset = u16::try_from(number & ((1 << OFFSET_BITS) - 1)).unwrap_or(u16::MAX);
    (page, offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places() -> impl Strategy<Value = Vec<(u32, u16)>> {
        let page = prop_oneof![0u32..20, Just(u32::MAX - 1), 1_000_000u32..1_000_010];
        prop::collection::vec((page, 1u16..1200), 0..200)
    }

    proptest! {
        #[test]
        fn runs_hold_every_row_once_and_no_page_is_in_two(places in places(), most in 1u64..50) {
            let set: RowSet = places.iter().copied().collect();
            let runs = set.runs(most);
            prop_assert_eq!(runs.iter().map(|run| run.2).sum::<u64>(), set.len());
            for pair in runs.windows(2) {
                prop_assert!(pair[0].1 <= pair[1].0);
            }
            let ranges: Vec<(u32, u32)> = runs.iter().map(|run| (run.0, run.1)).collect();
            let parts = set.cut(&ranges);
            let mut whole = RowSet::new();
            for (part, run) in parts.iter().zip(&runs) {
                prop_assert_eq!(part.len(), run.2);
                prop_assert!(run.2 <= most || run.1 - run.0 == 1);
                whole.add(part);
            }
            prop_assert_eq!(&whole, &set);
            prop_assert_eq!(RowSet::from_bytes(&set.to_bytes()), Some(set));
        }
    }

    #[test]
    fn a_row_is_the_same_row_again() {
        let mut set = RowSet::new();
        assert!(set.insert((u32::MAX, 1169)) && !set.insert((u32::MAX, 1169)));
        assert_eq!(set.iter().collect::<Vec<_>>(), [(u32::MAX, 1169)]);
        let other = set.clone();
        set.remove(&other);
        assert!(set.is_empty());
    }
}
