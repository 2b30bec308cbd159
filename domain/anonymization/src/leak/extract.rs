//! Finding e-mail addresses, phone numbers and names in text, and the normal form in which they are hashed. Recording
//! and scanning share it, so what is recorded is found again.

use super::Category;
use super::letters::{Tokens, fold_word, load, skippable};
use rust_stemmers::Stemmer;
use siphasher::sip::SipHasher13;
use std::ops::Range;

/// Fewest and most digits of a phone number.
const DIGITS: Range<usize> = 8..16;
/// Most words of a name.
pub(super) const MOST_WORDS: usize = 4;

/// The hash under a fingerprint key: SipHash-1-3, keyed for one operation and forgotten with it.
#[derive(Clone, Copy)]
pub(super) struct Hasher {
    sip: SipHasher13,
    pub(super) tokens: Tokens,
}

impl Hasher {
    pub(super) fn new(key: &[u8; 16]) -> Self {
        let sip = SipHasher13::new_with_key(key);
        Self {
            sip,
            tokens: Tokens::new(sip.hash(b"name tokens") | 1),
        }
    }

    /// The fingerprint of a normal form.
    pub(super) fn fingerprint(&self, category: Category, normal: &[u8]) -> u64 {
        // The category's bits are mixed in after hashing: the message stays one slice.
        let salt = [0x51ED_270B_0A1C_4A7F, 0xB492_B66F_BE98_F273, 0x9AE1_6A3B_2F90_404F][category.index()];
        self.sip.hash(normal) ^ salt
    }

    /// The fingerprint of a name from its folded words, given as ranges of `folded`, or `None` when it does not count
    /// as one. `normal` is room to work in.
    pub(super) fn name(&self, folded: &[u8], words: &[Range<usize>], normal: &mut Vec<u8>) -> Option<u64> {
        let letters: usize = words.iter().map(Range::len).sum();
        if !(2..=MOST_WORDS).contains(&words.len()) || letters < 5 || words.iter().any(|word| word.len() < 2) {
            return None;
        }
        let mut sorted = [&[] as &[u8]; MOST_WORDS];
        for (slice, range) in sorted.iter_mut().zip(words) {
            *slice = &folded[range.clone()];
        }
        sorted[..words.len()].sort_unstable();
        normal.clear();
        for word in &sorted[..words.len()] {
            normal.extend_from_slice(word);
            normal.push(b' ');
        }
        Some(self.fingerprint(Category::Name, normal))
    }
}

fn local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-' | b'\'')
}

fn domain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'.' | b'-')
}

/// Calls `found` with the normal form of every e-mail address in `text`.
pub(super) fn emails(text: &[u8], normal: &mut Vec<u8>, mut found: impl FnMut(&[u8])) {
    for at in memchr::memchr_iter(b'@', text) {
        let start = text[..at]
            .iter()
            .rposition(|&byte| !local_byte(byte))
            .map_or(0, |index| index + 1);
        let end = text[at + 1..]
            .iter()
            .position(|&byte| !domain_byte(byte))
            .map_or(text.len(), |index| at + 1 + index);
        let local = trim(&text[start..at], |byte| matches!(byte, b'.' | b'\'' | b'-' | b'%'));
        let domain = trim(&text[at + 1..end], |byte| matches!(byte, b'.' | b'-'));
        if local.is_empty() || !domain.contains(&b'.') {
            continue;
        }
        normal.clear();
        for part in [local, b"@", domain] {
            push_lower(part, normal);
        }
        found(normal);
    }
}

fn push_lower(part: &[u8], normal: &mut Vec<u8>) {
    if part.is_ascii() {
        normal.extend(part.iter().map(u8::to_ascii_lowercase));
    } else {
        normal.extend_from_slice(String::from_utf8_lossy(part).to_lowercase().as_bytes());
    }
}

fn trim(mut part: &[u8], unwanted: impl Fn(u8) -> bool) -> &[u8] {
    while let [first, rest @ ..] = part
        && unwanted(*first)
    {
        part = rest;
    }
    while let [rest @ .., last] = part
        && unwanted(*last)
    {
        part = rest;
    }
    part
}

/// True when the whole text is one e-mail address.
pub(crate) fn looks_like_email(text: &str) -> bool {
    let bytes = text.trim().as_bytes();
    if memchr::memchr(b'@', bytes).is_none() {
        return false;
    }
    let mut whole = false;
    emails(bytes, &mut Vec::new(), |found| whole |= found.len() == bytes.len());
    whole
        && bytes
            .rsplit(|&byte| byte == b'.')
            .next()
            .is_some_and(|last| last.len() > 1 && last.iter().all(u8::is_ascii_alphabetic))
}

/// The normal form of a phone number from its digits: `plus` when a `+` stands before them. French numbers and foreign
/// ones in international form become their number without trunk zero; digits without any prefix are marked, so that an
/// order number never equals somebody's mobile.
pub(super) fn phone_normal(digits: &[u8], plus: bool, normal: &mut Vec<u8>) -> bool {
    normal.clear();
    let long_prefix = digits.starts_with(b"00") && (DIGITS.start..DIGITS.end + 2).contains(&digits.len());
    if !long_prefix && !DIGITS.contains(&digits.len()) {
        return false;
    }
    let international = if plus {
        Some(digits)
    } else {
        digits.strip_prefix(b"00").filter(|rest| rest.len() >= 8)
    };
    match international {
        Some(number) => {
            if let Some(national) = number.strip_prefix(b"33") {
                normal.push(b'F');
                normal.extend_from_slice(national.strip_prefix(b"0").unwrap_or(national));
            } else {
                normal.push(b'+');
                normal.extend_from_slice(number);
            }
        }
        None if digits.len() == 10 && digits[0] == b'0' => {
            normal.push(b'F');
            normal.extend_from_slice(&digits[1..]);
        }
        None => {
            normal.push(b'=');
            normal.extend_from_slice(digits);
        }
    }
    true
}

/// The digits of a text that holds one phone number and hardly anything else.
pub(crate) fn phone_digits(text: &str) -> Option<(Vec<u8>, bool)> {
    let core = text.trim();
    let punctuation = core
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '.' | '-' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}'));
    if !punctuation {
        return None;
    }
    let digits: Vec<u8> = core.bytes().filter(u8::is_ascii_digit).collect();
    DIGITS.contains(&digits.len()).then(|| (digits, core.starts_with('+')))
}

/// Calls `found` with the normal form of each number a phone field holds: parts between `/`, `;`, `,` and line breaks.
pub(super) fn recorded_phones(text: &str, digits: &mut Vec<u8>, normal: &mut Vec<u8>, mut found: impl FnMut(&[u8])) {
    for part in text.split(['/', ';', ',', '|', '\n']) {
        digits.clear();
        digits.extend(part.bytes().filter(u8::is_ascii_digit));
        let plus = part
            .trim_start_matches(|c: char| !c.is_ascii_digit() && c != '+')
            .starts_with('+');
        if phone_normal(digits, plus, normal) {
            found(normal);
        }
    }
}

/// Length in bytes of the separator at the start of `rest` that may stand inside a phone number; 0 when there is none.
pub(super) fn phone_separator(rest: &[u8]) -> usize {
    match rest {
        [b' ' | b'.' | b'-' | b'/' | b'(' | b')', ..] => 1,
        [0xC2, 0xA0, ..] => 2,
        [0xE2, 0x80, 0xAF, ..] => 3,
        _ => 0,
    }
}

/// Words before a name that are no part of it.
const TITLES: &[&[u8]] = &[
    b"mr",
    b"mrs",
    b"ms",
    b"miss",
    b"mme",
    b"mlle",
    b"madame",
    b"monsieur",
    b"mademoiselle",
    b"dr",
    b"docteur",
    b"doctor",
    b"pr",
    b"prof",
    b"professeur",
    b"maitre",
];

/// Finds the folded words of a name, as ranges of `buffer`: letters only, without accents and case; initials and
/// titles do not count.
pub(super) fn words(text: &str, buffer: &mut Vec<u8>, ranges: &mut Vec<Range<usize>>) {
    buffer.clear();
    ranges.clear();
    let text = text.as_bytes();
    let mut at = 0;
    while at < text.len() {
        let start = buffer.len();
        let length = fold_word(&text[at..], buffer);
        let word = &buffer[start..];
        let title = matches!(word, [b'm' | b'd' | b'p', ..]) && TITLES.contains(&word);
        if word.len() > 1 && !title {
            ranges.push(start..buffer.len());
        }
        at += length;
        // What ended the word is passed over, a symbol beyond ASCII byte by byte: none of them starts a letter.
        at += skippable(load(text, at)).max(usize::from(length == 0));
    }
}

/// The words of a name as a language's stemmer leaves them, folded like [`words`].
pub(super) fn stems(text: &str, stemmer: &Stemmer, buffer: &mut Vec<u8>, ranges: &mut Vec<Range<usize>>) {
    buffer.clear();
    ranges.clear();
    for word in text.split(|c: char| !c.is_alphabetic()) {
        let lower = word.to_lowercase();
        let start = buffer.len();
        fold_word(stemmer.stem(&lower).as_bytes(), buffer);
        let mut whole = Vec::new();
        fold_word(lower.as_bytes(), &mut whole);
        if whole.len() > 1 && buffer.len() - start > 1 && !TITLES.contains(&whole.as_slice()) {
            ranges.push(start..buffer.len());
        }
    }
}
