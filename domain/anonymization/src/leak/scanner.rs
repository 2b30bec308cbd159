//! Scans cells for originals.

use super::extract::{Hasher, MOST_WORDS, emails, phone_normal, phone_separator};
use super::letters::{fold_word, leading_digits, load, skippable, space_length};
use super::{Category, Filter};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// Fewest digits of a phone number, and most with its prefix.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=17;

/// Longest separator between the words of one name.
const GAP: usize = 4;
/// Most digit groups that are kept while looking for a phone number.
const GROUPS: usize = 16;

/// A candidate the filter knows: to be confirmed by a [`super::Verdict`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hit {
    /// What it is.
    pub category: Category,
    /// Its fingerprint.
    pub fingerprint: u64,
    /// True when the column is one that was masked.
    pub masked_column: bool,
}

/// Digits that stand together.
#[derive(Clone, Copy)]
struct Group {
    /// Start and end among the run's digits.
    start: usize,
    end: usize,
    /// Where the group starts in the text.
    at: usize,
}

/// Reads cells. One per thread; the filter is shared.
pub struct Scanner {
    hasher: Hasher,
    filter: Arc<Filter>,
    normal: Vec<u8>,
    unescaped: Vec<u8>,
    /// Folded words of the current run, one after another.
    folded: Vec<u8>,
    /// Where the last words are in `folded`.
    words: Vec<Range<usize>>,
    digits: Vec<u8>,
    groups: Vec<Group>,
}

impl Scanner {
    /// A scanner for fingerprints taken under `key`.
    pub fn new(key: [u8; 16], filter: Arc<Filter>) -> Self {
        Self {
            hasher: Hasher::new(&key),
            filter,
            normal: Vec::new(),
            unescaped: Vec::new(),
            folded: Vec::new(),
            words: Vec::new(),
            digits: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// Appends the candidates in one cell, given as UTF-8 text: plain text, JSON, an array or composite literal. What is
    /// written with backslashes is read both as it is and with them resolved.
    pub fn cell(&mut self, text: &[u8], masked_column: bool, hits: &mut Vec<Hit>) {
        self.scan(text, masked_column, hits);
        if memchr::memchr(b'\\', text).is_some() {
            self.resolved(text, masked_column, hits);
        }
    }

    /// The same for a cell of type `json` or `jsonb`: its backslashes are escapes and nothing else, so it is read once.
    pub fn json(&mut self, text: &[u8], masked_column: bool, hits: &mut Vec<Hit>) {
        if memchr::memchr(b'\\', text).is_some() {
            self.resolved(text, masked_column, hits);
        } else {
            self.scan(text, masked_column, hits);
        }
    }

    fn resolved(&mut self, text: &[u8], masked_column: bool, hits: &mut Vec<Hit>) {
        let mut plain = std::mem::take(&mut self.unescaped);
        plain.clear();
        unescape(text, &mut plain);
        self.scan(&plain, masked_column, hits);
        self.unescaped = plain;
    }

    fn scan(&mut self, text: &[u8], masked_column: bool, hits: &mut Vec<Hit>) {
        let mut report = |category, fingerprint| {
            hits.push(Hit {
                category,
                fingerprint,
                masked_column,
            });
        };
        if self.filter.holds(Category::Email) {
            let (hasher, filter) = (self.hasher, &self.filter);
            emails(text, &mut self.normal, |normal| {
                let fingerprint = hasher.fingerprint(Category::Email, normal);
                if filter.may_contain(fingerprint) {
                    report(Category::Email, fingerprint);
                }
            });
        }
        if self.filter.holds(Category::Name) || self.filter.holds(Category::Phone) {
            self.walk(text, &mut report);
        }
    }

    /// Looks for names and phone numbers in one pass that stops at words and digits only. Most words are in no original
    /// name: they are hashed and forgotten.
    fn walk(&mut self, text: &[u8], report: &mut impl FnMut(Category, u64)) {
        let tokens = self.hasher.tokens;
        let phones = self.filter.holds(Category::Phone);
        self.forget_words();
        let mut word_end = 0;
        let mut at = 0;
        loop {
            at += skippable(load(text, at));
            let Some(&byte) = text.get(at) else { return };
            if byte.is_ascii_digit() {
                at = if phones { self.phone(text, at, report) } else { at + 1 };
                continue;
            }
            if !byte.is_ascii_alphabetic() {
                // Eight bytes without a stop, or one beyond ASCII.
                let space = if byte < 0x80 { 1 } else { space_length(&text[at..]) };
                if space > 0 {
                    at += space;
                    continue;
                }
            }
            let word = tokens.read(text, at);
            let parted = !self.words.is_empty() && !joined(&text[word_end..at]);
            // An initial between two names neither counts nor parts them.
            let unknown = word.size > 1 && !self.filter.may_be_name(word.token);
            if parted || unknown {
                self.forget_words();
            }
            if word.size > 1 && !unknown {
                self.add_word(&text[at..word.end], report);
            }
            at = word.next;
            word_end = at;
        }
    }

    fn forget_words(&mut self) {
        self.folded.clear();
        self.words.clear();
    }

    /// Adds a word that may be part of an original name to those before it, and looks up the names they make.
    fn add_word(&mut self, word: &[u8], report: &mut impl FnMut(Category, u64)) {
        let start = self.folded.len();
        fold_word(word, &mut self.folded);
        if self.words.len() == MOST_WORDS {
            self.words.remove(0);
        }
        self.words.push(start..self.folded.len());
        for from in 0..self.words.len() - 1 {
            let name = self.hasher.name(&self.folded, &self.words[from..], &mut self.normal);
            if let Some(fingerprint) = name.filter(|&fingerprint| self.filter.may_contain(fingerprint)) {
                report(Category::Name, fingerprint);
            }
        }
    }

    /// Looks up the numbers in the run of digit groups at `at`, and returns where it ends.
    fn phone(&mut self, text: &[u8], at: usize, report: &mut impl FnMut(Category, u64)) -> usize {
        let count = leading_digits(load(text, at));
        let after = text.get(at + count..).unwrap_or_default();
        if count < *DIGITS.start() && phone_separator(after) == 0 {
            return at + count;
        }
        let before = at.checked_sub(1).map(|index| text[index]);
        let plus = before == Some(b'+');
        let glued = before.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        self.digits.clear();
        self.groups.clear();
        let end = self.read_groups(text, at);
        if self.digits.len() < *DIGITS.start() {
            return end;
        }
        let glued_after = text
            .get(end)
            .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        // Groups that touch letters belong to codes and identifiers, not to phone numbers.
        let groups = &self.groups[usize::from(glued).min(self.groups.len())..];
        let groups = &groups[..groups.len() - usize::from(glued_after).min(groups.len())];
        for (index, &Group { start, .. }) in groups.iter().enumerate() {
            for &Group { end, .. } in &groups[index..] {
                if end - start > *DIGITS.end() {
                    break;
                }
                let after_plus = plus && start == 0;
                let number = &self.digits[start..end];
                if DIGITS.contains(&number.len()) && phone_normal(number, after_plus, &mut self.normal) {
                    let fingerprint = self.hasher.fingerprint(Category::Phone, &self.normal);
                    if self.filter.may_contain(fingerprint) {
                        report(Category::Phone, fingerprint);
                    }
                }
            }
        }
        end
    }

    /// Collects digit groups that single separators join, and returns where the run ends. A run of many groups is cut,
    /// and continues with its last groups.
    fn read_groups(&mut self, text: &[u8], mut at: usize) -> usize {
        loop {
            let (start, group_at) = (self.digits.len(), at);
            while let Some(&digit) = text.get(at).filter(|byte| byte.is_ascii_digit()) {
                self.digits.push(digit);
                at += 1;
            }
            self.groups.push(Group {
                start,
                end: self.digits.len(),
                at: group_at,
            });
            let mut next = at;
            for _ in 0..3 {
                next += phone_separator(&text[next..]);
            }
            let continues = next > at && text.get(next).is_some_and(u8::is_ascii_digit);
            if !continues {
                return at;
            }
            if self.groups.len() == GROUPS {
                // A number may start before the cut and end behind it.
                return self.groups[GROUPS / 2].at;
            }
            at = next;
        }
    }
}

/// True when what stands between two words may stand inside a name.
fn joined(mut between: &[u8]) -> bool {
    for _ in 0..=GAP {
        let length = match between {
            [] => return true,
            [
                b' ' | b'\t' | b'\n' | b'\r' | b'-' | b',' | b'"' | b'\'' | b'(' | b')',
                ..,
            ] => 1,
            _ => space_length(between),
        };
        if length == 0 {
            return false;
        }
        between = &between[length..];
    }
    false
}

/// Resolves JSON escapes; what is none stays without its backslash.
fn unescape(text: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &text[at..]) {
        out.extend_from_slice(&text[at..at + found]);
        at += found + 1;
        match text.get(at) {
            Some(b'n' | b't' | b'r' | b'b' | b'f') => out.push(b' '),
            Some(b'u') => {
                let digits = text
                    .get(at + 1..at + 5)
                    .and_then(|digits| std::str::from_utf8(digits).ok());
                let point = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
                let c = point.and_then(char::from_u32).unwrap_or(' ');
                let mut bytes = [0; 4];
                out.extend_from_slice(c.encode_utf8(&mut bytes).as_bytes());
                at += if point.is_some() { 4 } else { 0 };
            }
            Some(&byte) => out.push(byte),
            None => return,
        }
        at += 1;
    }
    out.extend_from_slice(&text[at..]);
}
