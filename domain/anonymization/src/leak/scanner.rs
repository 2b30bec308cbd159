//! Scans cells for originals.

use super::extract::{Hasher, MOST_WORDS, emails, phone_normal, phone_separator, push_folded};
use super::{Category, Filter};
use std::sync::Arc;

/// Longest separator between the words of one name.
const GAP: usize = 4;
/// Most digit groups that are kept while looking for a phone number.
const GROUPS: usize = 16;

/// A candidate the filter knows: to be confirmed by a [`super::Verdict`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
    /// Where the last words start and end in `folded`.
    words: Vec<(usize, usize)>,
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

    /// Appends the candidates in one cell, given as UTF-8 text: plain text, JSON, an array or composite literal.
    pub fn cell(&mut self, text: &[u8], masked_column: bool, hits: &mut Vec<Hit>) {
        self.scan(text, masked_column, hits);
        if memchr::memchr(b'\\', text).is_some() {
            let mut plain = std::mem::take(&mut self.unescaped);
            plain.clear();
            unescape(text, &mut plain);
            self.scan(&plain, masked_column, hits);
            self.unescaped = plain;
        }
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
        if self.filter.holds(Category::Name) {
            self.scan_names(text, &mut report);
        }
        if self.filter.holds(Category::Phone) {
            self.scan_phones(text, &mut report);
        }
    }

    fn scan_names(&mut self, text: &[u8], report: &mut impl FnMut(Category, u64)) {
        self.forget_words();
        let mut at = 0;
        let mut gap = 0;
        while let Some(&byte) = text.get(at) {
            match CLASSES[usize::from(byte)] {
                LETTER => {
                    if gap > GAP {
                        self.forget_words();
                    }
                    gap = 0;
                    at = self.read_word(text, at, report);
                }
                JOINER => {
                    gap += 1;
                    at += 1;
                }
                BEYOND_ASCII => {
                    let length = space_length(&text[at..]);
                    if length > 0 {
                        gap += 1;
                        at += length;
                    } else {
                        if gap > GAP {
                            self.forget_words();
                        }
                        gap = 0;
                        at = self.read_word(text, at, report);
                    }
                }
                _ => {
                    gap = GAP + 1;
                    at += 1;
                }
            }
        }
    }

    fn forget_words(&mut self) {
        self.folded.clear();
        self.words.clear();
    }

    /// Takes the word at `at` and returns its end. Most words are in no original name: they are hashed and forgotten.
    fn read_word(&mut self, text: &[u8], at: usize, report: &mut impl FnMut(Category, u64)) -> usize {
        let rest = &text[at..];
        let length = rest
            .iter()
            .position(|&byte| CLASSES[usize::from(byte)] != LETTER)
            .unwrap_or(rest.len());
        let beyond = rest.get(length).is_some_and(|&byte| byte >= 0x80);
        if beyond {
            return self.read_wide_word(text, at, report);
        }
        let start = self.folded.len();
        self.folded.extend(rest[..length].iter().map(|byte| byte | 0x20));
        self.end_word(start, report);
        at + length
    }

    /// The same for a word with letters beyond ASCII.
    fn read_wide_word(&mut self, text: &[u8], mut at: usize, report: &mut impl FnMut(Category, u64)) -> usize {
        let start = self.folded.len();
        while let Some(&byte) = text.get(at) {
            if byte.is_ascii_alphabetic() {
                self.folded.push(byte | 0x20);
                at += 1;
                continue;
            }
            if byte < 0x80 || space_length(&text[at..]) > 0 {
                break;
            }
            let length = sequence_length(byte).min(text.len() - at);
            let part = std::str::from_utf8(&text[at..at + length]).unwrap_or_default();
            at += length;
            match part.chars().next() {
                Some(c) if c.is_alphabetic() => push_folded(c, &mut self.folded),
                // Other symbols end a word; they are consumed here, so that reading goes on.
                _ => break,
            }
        }
        self.end_word(start, report);
        at
    }

    fn end_word(&mut self, start: usize, report: &mut impl FnMut(Category, u64)) {
        let end = self.folded.len();
        if end - start < 2 {
            // An initial between two names neither counts nor parts them.
            self.folded.truncate(start);
            return;
        }
        if !self.filter.may_be_name(self.hasher.token(&self.folded[start..end])) {
            self.forget_words();
            return;
        }
        if self.words.len() == MOST_WORDS {
            self.words.remove(0);
        }
        self.words.push((start, end));
        let mut slices = [&[] as &[u8]; MOST_WORDS];
        for (slice, &(start, end)) in slices.iter_mut().zip(&self.words) {
            *slice = &self.folded[start..end];
        }
        let count = self.words.len();
        for from in 0..count.saturating_sub(1) {
            if let Some(fingerprint) = self.hasher.name(&slices[from..count])
                && self.filter.may_contain(fingerprint)
            {
                report(Category::Name, fingerprint);
            }
        }
    }

    fn scan_phones(&mut self, text: &[u8], report: &mut impl FnMut(Category, u64)) {
        let mut at = 0;
        while let Some(found) = next_digit(&text[at..]) {
            at += found;
            let before = at.checked_sub(1).map(|index| text[index]);
            let plus = before == Some(b'+');
            let glued = before.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
            self.digits.clear();
            self.groups.clear();
            at = self.read_groups(text, at);
            let glued_after = text
                .get(at)
                .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
            // Groups that touch letters belong to codes and identifiers, not to phone numbers.
            let groups = &self.groups[usize::from(glued).min(self.groups.len())..];
            let groups = &groups[..groups.len() - usize::from(glued_after).min(groups.len())];
            for (index, &Group { start, .. }) in groups.iter().enumerate() {
                for &Group { end, .. } in &groups[index..] {
                    if end - start > 17 {
                        break;
                    }
                    let after_plus = plus && start == 0;
                    let number = &self.digits[start..end];
                    if end - start >= 8 && phone_normal(number, after_plus, &mut self.normal) {
                        let fingerprint = self.hasher.fingerprint(Category::Phone, &self.normal);
                        if self.filter.may_contain(fingerprint) {
                            report(Category::Phone, fingerprint);
                        }
                    }
                }
            }
        }
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

/// Where the next digit is. Blocks without one are passed over with a test the compiler turns into vector code.
fn next_digit(text: &[u8]) -> Option<usize> {
    const BLOCK: usize = 32;
    let mut at = 0;
    for block in text.chunks(BLOCK) {
        let any = block.iter().fold(false, |any, byte| any | byte.is_ascii_digit());
        if any {
            return block.iter().position(u8::is_ascii_digit).map(|found| at + found);
        }
        at += block.len();
    }
    None
}

fn sequence_length(lead: u8) -> usize {
    match lead {
        0xF0.. => 4,
        0xE0..=0xEF => 3,
        0xC0..=0xDF => 2,
        _ => 1,
    }
}

/// Length of the no-break space or typographic apostrophe at the start of `rest`; 0 when there is none.
fn space_length(rest: &[u8]) -> usize {
    match rest {
        [0xC2, 0xA0, ..] => 2,
        [0xE2, 0x80, 0xAF | 0x99, ..] => 3,
        _ => 0,
    }
}

/// Anything that parts words for good.
const OTHER: u8 = 0;
const LETTER: u8 = 1;
/// What may stand between the words of one name.
const JOINER: u8 = 2;
const BEYOND_ASCII: u8 = 3;

/// What each byte means to the search for names.
static CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte {
            0x41..=0x5A | 0x61..=0x7A => LETTER,
            // Space, tab, line ends, and - , " ' ( )
            0x20 | 0x09 | 0x0A | 0x0D | 0x2D | 0x2C | 0x22 | 0x27 | 0x28 | 0x29 => JOINER,
            0x80.. => BEYOND_ASCII,
            _ => OTHER,
        };
        byte += 1;
    }
    classes
};

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
