//! Takes fingerprints while rows pass.

use super::extract::{Hasher, MOST_WORDS, emails, recorded_phones, stems, words};
use super::{Category, Fingerprints};
use rust_stemmers::{Algorithm, Stemmer};
use std::ops::Range;

/// Sets are sorted and freed of duplicates whenever they have grown by this factor.
const GROWTH: usize = 2;
/// No need to do so below this size.
const SMALL: usize = 1 << 16;
/// How many recent hashes each set remembers.
const RECENT: usize = 1 << 10;

/// Collects fingerprints of one table's originals and replacements.
pub(crate) struct Recorder {
    hasher: Hasher,
    originals: [HashSet<u64>; 3],
    replacements: [HashSet<u64>; 3],
    tokens: HashSet<u32>,
    given: Parts,
    family: Parts,
    full: String,
    normal: Vec<u8>,
    buffer: Vec<u8>,
    ranges: Vec<Range<usize>>,
    /// Names are recorded as these shorten them, too.
    stemmers: Vec<Stemmer>,
}

/// Hashes, sorted and deduplicated now and then.
struct HashSet<T> {
    values: Vec<T>,
    limit: usize,
    /// What came lately, by its lowest bits: names and their words come again and again.
    recent: Box<[T; RECENT]>,
}

impl<T: Copy + Ord + Default + Into<u64>> HashSet<T> {
    fn new() -> Self {
        Self {
            values: Vec::new(),
            limit: SMALL,
            recent: Box::new([T::default(); RECENT]),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the lowest bits choose the place")]
    fn insert(&mut self, value: T) {
        let recent = &mut self.recent[value.into() as usize % RECENT];
        // Zero is what an empty place holds.
        if *recent == value && value != T::default() {
            return;
        }
        *recent = value;
        self.values.push(value);
        if self.values.len() > self.limit {
            self.values.sort_unstable();
            self.values.dedup();
            self.limit = (self.values.len() * GROWTH).max(SMALL);
        }
    }

    fn take(&mut self) -> Vec<T> {
        let Self { mut values, .. } = std::mem::replace(self, Self::new());
        values.sort_unstable();
        values.dedup();
        values
    }
}

/// A row's given or family names, from columns of their own: originals and replacements by position.
#[derive(Default)]
struct Parts {
    /// All of them, one after another.
    text: String,
    /// Where each original and each replacement ends.
    ends: Vec<(usize, usize)>,
}

impl Parts {
    fn push(&mut self, original: &str, replacement: &str) {
        self.text.push_str(original);
        let end = self.text.len();
        self.text.push_str(replacement);
        self.ends.push((end, self.text.len()));
    }

    fn iter(&self) -> impl Iterator<Item = [&str; 2]> {
        let mut start = 0;
        self.ends.iter().map(move |&(middle, end)| {
            let pair = [&self.text[start..middle], &self.text[middle..end]];
            start = end;
            pair
        })
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

impl Recorder {
    pub(crate) fn new(key: &[u8; 16]) -> Self {
        Self {
            hasher: Hasher::new(key),
            originals: std::array::from_fn(|_| HashSet::new()),
            replacements: std::array::from_fn(|_| HashSet::new()),
            tokens: HashSet::new(),
            given: Parts::default(),
            family: Parts::default(),
            full: String::new(),
            normal: Vec::new(),
            buffer: Vec::new(),
            ranges: Vec::new(),
            stemmers: Vec::new(),
        }
    }

    /// Records names also as the search configurations of the languages of names shorten their words.
    pub(crate) fn take_stems(&mut self) {
        self.stemmers = [Algorithm::French, Algorithm::English].map(Stemmer::create).into();
    }

    /// Records one value and what replaces it.
    pub(crate) fn record(&mut self, category: Category, original: &str, replacement: &str) {
        self.take_value(category, original, true);
        self.take_value(category, replacement, false);
    }

    /// Notes the given or family name of the current row.
    pub(crate) fn note_part(&mut self, family: bool, original: &str, replacement: &str) {
        let parts = if family { &mut self.family } else { &mut self.given };
        parts.push(original, replacement);
    }

    /// Records the full names that the row's parts make, in order: first given with first family name, and so on.
    pub(crate) fn end_row(&mut self) {
        if self.given.ends.is_empty() && self.family.ends.is_empty() {
            return;
        }
        let given = std::mem::take(&mut self.given);
        let family = std::mem::take(&mut self.family);
        let mut full = std::mem::take(&mut self.full);
        for (first, last) in given.iter().zip(family.iter()) {
            for (first, last, original) in [(first[0], last[0], true), (first[1], last[1], false)] {
                full.clear();
                full.push_str(first);
                full.push(' ');
                full.push_str(last);
                self.take_value(Category::Name, &full, original);
            }
        }
        (self.given, self.family, self.full) = (given, family, full);
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
            Category::Phone => recorded_phones(value, &mut self.buffer, &mut self.normal, |normal| {
                set.insert(hasher.fingerprint(category, normal));
            }),
            Category::Name => {
                words(value, &mut self.buffer, &mut self.ranges);
                self.take_words(original);
                for number in 0..self.stemmers.len() {
                    stems(value, &self.stemmers[number], &mut self.buffer, &mut self.ranges);
                    self.take_words(original);
                }
            }
        }
    }

    /// Records the name that the words in the buffer make.
    fn take_words(&mut self, original: bool) {
        let hasher = self.hasher;
        let (folded, words) = (&self.buffer, &self.ranges);
        let category = Category::Name.index();
        if !original {
            // The scanner looks at every run of words: "Claire Martin" inside the replacement "Marie-Claire Martin" may
            // be somebody's name as well.
            for start in 0..words.len() {
                let longest = words.len().min(start + MOST_WORDS);
                for end in start + 2..=longest {
                    if let Some(fingerprint) = hasher.name(folded, &words[start..end], &mut self.normal) {
                        self.replacements[category].insert(fingerprint);
                    }
                }
            }
            return;
        }
        let words = &words[..words.len().min(MOST_WORDS)];
        let Some(fingerprint) = hasher.name(folded, words, &mut self.normal) else {
            return;
        };
        self.originals[category].insert(fingerprint);
        for word in words {
            self.tokens.insert(hasher.tokens.of(&folded[word.clone()]));
        }
    }

    /// Hands out what was recorded and starts anew.
    pub(crate) fn take(&mut self) -> Fingerprints {
        Fingerprints {
            originals: self.originals.each_mut().map(HashSet::take),
            replacements: self.replacements.each_mut().map(HashSet::take),
            tokens: self.tokens.take(),
        }
    }
}
