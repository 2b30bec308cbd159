//! Free text: every word becomes an everyday word of the same length, digits become other digits; line breaks,
//! punctuation and capitals stay. What was an e-mail address inside loses its `@`; what may have been a phone number
//! begins with zeros that no number begins with, so that it is nobody else's either.

use crate::key::{Draw, Prf};
use crate::words::{Words, is_letter};

/// Syllables for words longer than any in the list.
const CONSONANTS: &[&str] = &["b", "d", "f", "l", "m", "n", "p", "r", "s", "t", "v"];
const VOWELS: &[&str] = &["a", "e", "i", "o", "u"];

/// Fewest digits of something that may be a phone number.
const PHONE_DIGITS: usize = 8;
/// Zeros at the start of what replaces it: neither a national nor an international number begins so.
const PHONE_ZEROS: u32 = 3;

pub(super) struct Prose {
    pub(super) prf: Prf,
    pub(super) words: &'static Words,
}

impl Prose {
    pub(super) fn mask(&self, core: &str, attempt: u32, out: &mut String) {
        let mut draw = self.prf.draw(core.as_bytes(), attempt);
        let mut chars = core.char_indices().peekable();
        // Digits of the number at hand that become zeros, and where that number ends.
        let (mut zeros, mut number_end) = (0, 0);
        while let Some((start, c)) = chars.next() {
            if c == '@' {
                out.push(' ');
            } else if c.is_numeric() {
                if start >= number_end {
                    let (digits, end) = number(&core[start..]);
                    zeros = if digits >= PHONE_DIGITS { PHONE_ZEROS } else { 0 };
                    number_end = start + end;
                }
                if zeros > 0 {
                    zeros -= 1;
                    out.push('0');
                } else {
                    out.push(char::from(b'0' + draw.below(10).to_le_bytes()[0]));
                }
            } else if is_letter(c) {
                let mut end = start + c.len_utf8();
                let mut length = 1;
                while let Some(&(at, next)) = chars.peek().filter(|&&(_, next)| is_letter(next)) {
                    end = at + next.len_utf8();
                    length += 1;
                    chars.next();
                }
                self.push_word(&core[start..end], length, &mut draw, out);
            } else {
                out.push(c);
            }
        }
    }

    fn push_word(&self, original: &str, length: usize, draw: &mut Draw, out: &mut String) {
        let invented;
        let word = match self.words.by_length.get(length) {
            Some(words) if !words.is_empty() => draw.pick(words),
            _ => {
                invented = invent(length, draw);
                &invented
            }
        };
        let mut letters = original.chars();
        if !letters.next().is_some_and(char::is_uppercase) {
            out.push_str(word);
            return;
        }
        let shouting = length > 1 && letters.all(char::is_uppercase);
        let mut rest = word.chars();
        if shouting {
            out.extend(rest.map(upper));
        } else if let Some(first) = rest.next() {
            out.push(upper(first));
            out.push_str(rest.as_str());
        }
    }
}

/// The capital of a letter, if it is one character: the length in characters is the column's limit.
fn upper(c: char) -> char {
    let mut mapped = c.to_uppercase();
    if mapped.len() == 1 {
        mapped.next().unwrap_or(c)
    } else {
        c
    }
}

/// How many digits the number at the start of `text` has, and where it ends; groups may stand apart by up to two
/// separators.
fn number(text: &str) -> (usize, usize) {
    let (mut digits, mut end, mut gap) = (0, 0, 0);
    for (at, c) in text.char_indices() {
        if c.is_numeric() {
            (digits, end, gap) = (digits + 1, at + c.len_utf8(), 0);
        } else if matches!(c, ' ' | '.' | '-' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}') && gap < 2 {
            gap += 1;
        } else {
            break;
        }
    }
    (digits, end)
}

fn invent(length: usize, draw: &mut Draw) -> String {
    let mut word = String::with_capacity(length);
    while word.len() < length {
        word.push_str(draw.pick(CONSONANTS));
        if word.len() < length {
            word.push_str(draw.pick(VOWELS));
        }
    }
    word
}
