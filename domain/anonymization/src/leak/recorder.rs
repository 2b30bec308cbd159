//! Takes fingerprints while rows pass.

use super::extract::{Hasher, MOST_WORDS, emails, recorded_phones, words};
use super::{Category, Fingerprints};
use std::ops::Range;

/// Sets are sorted and freed of duplicates whenever they have grown by this factor.
const GROWTH: usize = 2;
/// No need to do so below this size.
const SMALL: usize = 1 << 16;

/// Collects fingerprints of one table's originals and replacements.
pub(crate) struct Recorder {
    hasher: Hasher,
    originals: [HashSet; 3],
    replacements: [HashSet; 3],
    tokens: Vec<u32>,
    tokens_limit: usize,
    /// A row's given and family names, from columns of their own: originals and replacements by position.
    given: Vec<(String, String)>,
    family: Vec<(String, String)>,
    normal: Vec<u8>,
    buffer: Vec<u8>,
    ranges: Vec<Range<usize>>,
}

/// Hashes, sorted and deduplicated now and then.
#[derive(Default)]
struct HashSet {
    values: Vec<u64>,
    limit: usize,
}

impl HashSet {
    fn insert(&mut self, value: u64) {
        self.values.push(value);
        if self.values.len() > self.limit.max(SMALL) {
            self.values.sort_unstable();
            self.values.dedup();
            self.limit = self.values.len() * GROWTH;
        }
    }

    fn take(&mut self) -> Vec<u64> {
        let mut values = std::mem::take(&mut self.values);
        self.limit = 0;
        values.sort_unstable();
        values.dedup();
        values
    }
}

impl Recorder {
    pub(crate) fn new(key: &[u8; 16]) -> Self {
        Self {
            hasher: Hasher::new(key),
            originals: Default::default(),
            replacements: Default::default(),
            tokens: Vec::new(),
            tokens_limit: SMALL,
            given: Vec::new(),
            family: Vec::new(),
            normal: Vec::new(),
            buffer: Vec::new(),
            ranges: Vec::new(),
        }
    }

    /// Records one value and what replaces it.
    pub(crate) fn record(&mut self, category: Category, original: &str, replacement: &str) {
        self.take_value(category, original, true);
        self.take_value(category, replacement, false);
    }

    /// Notes the given or family name of the current row.
    pub(crate) fn note_part(&mut self, family: bool, original: &str, replacement: &str) {
        let parts = if family { &mut self.family } else { &mut self.given };
        parts.push((original.to_owned(), replacement.to_owned()));
    }

    /// Records the full names that the row's parts make, in order: first given with first family name, and so on.
    pub(crate) fn end_row(&mut self) {
        if self.given.is_empty() && self.family.is_empty() {
            return;
        }
        let given = std::mem::take(&mut self.given);
        let family = std::mem::take(&mut self.family);
        let mut full = String::new();
        for (first, last) in given.iter().zip(&family) {
            for (first, last, original) in [(&first.0, &last.0, true), (&first.1, &last.1, false)] {
                full.clear();
                full.push_str(first);
                full.push(' ');
                full.push_str(last);
                self.take_value(Category::Name, &full, original);
            }
        }
        (self.given, self.family) = (given, family);
        self.given.clear();
        self.family.clear();
    }

    fn take_value(&mut self, category: Category, value: &str, original: bool) {
        let hasher = self.hasher;
        let sets = if original {
            &mut self.originals
        } else {
            &mut self.replacements
        };
        let set = &mut sets[category.index()];
        match category {
            Category::Email => emails(value.as_bytes(), &mut self.normal, |normal| {
                set.insert(hasher.fingerprint(category, normal));
            }),
            Category::Phone => recorded_phones(value, &mut self.normal, |normal| {
                set.insert(hasher.fingerprint(category, normal));
            }),
            Category::Name => {
                words(value, &mut self.buffer, &mut self.ranges);
                if !original {
                    // The scanner looks at every run of words: "Claire Martin" inside the replacement "Marie-Claire
                    // Martin" may be somebody's name as well.
                    let words: Vec<&[u8]> = self.ranges.iter().map(|range| &self.buffer[range.clone()]).collect();
                    for start in 0..words.len() {
                        let longest = words.len().min(start + MOST_WORDS);
                        let runs = (start + 2..=longest).filter_map(|end| hasher.name(&words[start..end]));
                        runs.for_each(|fingerprint| set.insert(fingerprint));
                    }
                    return;
                }
                let mut slices = [&[] as &[u8]; MOST_WORDS];
                let count = self.ranges.len().min(MOST_WORDS);
                for (slice, range) in slices.iter_mut().zip(&self.ranges) {
                    *slice = &self.buffer[range.clone()];
                }
                let Some(fingerprint) = hasher.name(&slices[..count]) else {
                    return;
                };
                set.insert(fingerprint);
                self.tokens
                    .extend(slices[..count].iter().map(|word| hasher.token(word)));
                if self.tokens.len() > self.tokens_limit {
                    self.tokens.sort_unstable();
                    self.tokens.dedup();
                    self.tokens_limit = (self.tokens.len() * GROWTH).max(SMALL);
                }
            }
        }
    }

    /// Hands out what was recorded and starts anew.
    pub(crate) fn take(&mut self) -> Fingerprints {
        let mut tokens = std::mem::take(&mut self.tokens);
        tokens.sort_unstable();
        tokens.dedup();
        Fingerprints {
            originals: self.originals.each_mut().map(HashSet::take),
            replacements: self.replacements.each_mut().map(HashSet::take),
            tokens,
        }
    }
}
