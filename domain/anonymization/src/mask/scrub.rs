//! Free text in which what is personal is replaced and everything else stays.
//!
//! Each thing found becomes what it becomes in a column of its own: an e-mail address in a note and the same address in
//! the column `email` get one replacement, the unique form included.

use super::codes::valid_card;
use super::national::nir_key;
use super::{Fault, Scope, TextMasker, valid_iban};
use crate::kind::Kind;
use crate::leak::Recorder;
use crate::spec::Spec;
use crate::sql::inet::Inet;
use crate::words::{fold, is_female, is_known_name};

/// Digits of something that may be a phone number.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 9..=15;
/// Words that make one name at most.
const NAME_WORDS: usize = 5;
const TITLES: &[&str] = &[
    "m",
    "mr",
    "mrs",
    "ms",
    "miss",
    "mme",
    "mlle",
    "madame",
    "monsieur",
    "mademoiselle",
    "dr",
    "docteur",
    "doctor",
    "pr",
    "prof",
    "professeur",
    "maitre",
];
const PARTICLES: &[&str] = &[
    "de", "du", "des", "la", "le", "van", "von", "der", "den", "da", "di", "el", "ben", "d",
];

pub(super) struct Scrub {
    email: TextMasker,
    phone: TextMasker,
    iban: TextMasker,
    card: TextMasker,
    nir: TextMasker,
    ip: TextMasker,
    name: TextMasker,
    first: TextMasker,
}

impl Scrub {
    pub(super) fn compile(spec: &Spec, scope: &Scope<'_>) -> Self {
        let of = |kind| {
            let part = Spec {
                locale: spec.locale,
                unique: spec.unique_kinds.contains(&kind),
                ..Spec::new(kind)
            };
            TextMasker::compile(&part, scope)
        };
        Self {
            email: of(Kind::Email),
            phone: of(Kind::Phone),
            iban: of(Kind::Iban),
            card: of(Kind::Card),
            nir: of(Kind::Nir),
            ip: of(Kind::Ip),
            name: of(Kind::Name),
            first: of(Kind::FirstName),
        }
    }

    /// Appends the text with what is personal replaced.
    pub(super) fn mask(&self, text: &str, out: &mut String, mut recorder: Option<&mut Recorder>) -> Result<(), Fault> {
        let mut at = 0;
        let mut copied = 0;
        while at < text.len() {
            let found = self.find(text, at);
            let Some((start, end, masker)) = found else {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
                continue;
            };
            // An address begins before its `@`: what was copied stays copied.
            if start < copied {
                at = end.max(at + 1);
                continue;
            }
            out.push_str(&text[copied..start]);
            masker.mask(&text[start..end], out, recorder.as_deref_mut())?;
            copied = end;
            at = end;
        }
        out.push_str(&text[copied..]);
        Ok(())
    }

    /// What begins at `at`, where it ends, and what replaces it.
    fn find(&self, text: &str, at: usize) -> Option<(usize, usize, &TextMasker)> {
        let before = text[..at].chars().next_back();
        if before.is_some_and(char::is_alphanumeric) {
            return None;
        }
        let rest = &text[at..];
        let first = rest.chars().next()?;
        let word = rest
            .chars()
            .take_while(|c| c.is_alphanumeric())
            .map(char::len_utf8)
            .sum::<usize>();
        if let Some(end) = email_at(rest) {
            return Some((at, at + end, &self.email));
        }
        if first.is_ascii_uppercase()
            && word >= 4
            && let Some(end) = iban_at(rest)
        {
            return Some((at, at + end, &self.iban));
        }
        if (first.is_ascii_hexdigit() || first == ':')
            && let Some(end) = ip_at(rest)
        {
            return Some((at, at + end, &self.ip));
        }
        if first.is_ascii_digit() || first == '+' || first == '(' {
            return self.number(text, at);
        }
        if first.is_uppercase() {
            return self.person(text, at);
        }
        None
    }

    fn number(&self, text: &str, at: usize) -> Option<(usize, usize, &TextMasker)> {
        let rest = &text[at..];
        let (digits, end) = number_at(rest);
        let bytes: Vec<u8> = digits.bytes().collect();
        let after = rest[end..].chars().next();
        if after.is_some_and(char::is_alphanumeric) && digits.len() < 15 {
            return None;
        }
        let plain: Vec<u8> = bytes.iter().copied().filter(u8::is_ascii_digit).collect();
        if plain.len() == 15 && matches!(plain[0], b'1' | b'2') && nir_is_valid(&plain) {
            return Some((at, at + end, &self.nir));
        }
        if valid_card(&plain) && !rest.starts_with('+') {
            return Some((at, at + end, &self.card));
        }
        let prefixed = rest.starts_with(['+', '0']) || rest.starts_with('(');
        if prefixed && PHONE_DIGITS.contains(&plain.len()) {
            return Some((at, at + end, &self.phone));
        }
        None
    }

    /// A name: a title and what follows, or words in capitals of which one is known as a name.
    fn person(&self, text: &str, at: usize) -> Option<(usize, usize, &TextMasker)> {
        let mut words: Vec<(usize, usize)> = Vec::new();
        let mut cursor = at;
        let mut known = 0;
        let mut titles = 0;
        while words.len() < NAME_WORDS {
            let Some(end) = word_end(text, cursor) else { break };
            let word = &text[cursor..end];
            let plain: String = word.chars().filter(|c| c.is_alphabetic()).map(fold).collect();
            let capital = word.chars().next().is_some_and(char::is_uppercase);
            let title = TITLES.contains(&plain.as_str()) && words.len() == titles;
            if title {
                titles += 1;
            } else if capital && plain.len() > 1 {
                known += usize::from(word.split('-').any(is_known_name));
            } else if !(PARTICLES.contains(&plain.as_str()) && words.len() > titles) {
                break;
            }
            words.push((cursor, end));
            // An abbreviated title ends with a point.
            let gap = text[end..].strip_prefix('.').filter(|_| title).map_or(end, |_| end + 1);
            let Some(spaces) = text[gap..]
                .strip_prefix(' ')
                .or_else(|| text[gap..].strip_prefix('\u{a0}'))
            else {
                break;
            };
            cursor = text.len() - spaces.len();
        }
        // A particle at the end belongs to the sentence.
        while let Some(&(start, end)) = words.last() {
            if PARTICLES.contains(&text[start..end].to_lowercase().as_str()) && words.len() > titles {
                words.pop();
            } else {
                break;
            }
        }
        let names = words.len().saturating_sub(titles);
        let &(_, end) = words.last()?;
        let start = words.get(titles).map(|word| word.0)?;
        match names {
            0 => None,
            1 if titles > 0 => Some((start, end, &self.name)),
            // A given name alone; words that begin a sentence are names only when they are nothing else.
            1 => {
                let plain: String = text[start..end]
                    .chars()
                    .filter(|c| c.is_alphanumeric())
                    .map(fold)
                    .collect();
                is_female(&plain).map(|_| (start, end, &self.first))
            }
            _ if titles > 0 || known > 0 => Some((start, end, &self.name)),
            _ => None,
        }
    }
}

/// The end of the word at `at`: letters, hyphens and apostrophes inside.
fn word_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let end = rest
        .char_indices()
        .find(|&(index, c)| {
            let inside = matches!(c, '-' | '\'' | '’')
                && index > 0
                && rest[index + c.len_utf8()..]
                    .chars()
                    .next()
                    .is_some_and(char::is_alphabetic);
            !(c.is_alphabetic() || inside)
        })
        .map_or(rest.len(), |(index, _)| index);
    (end > 0).then_some(at + end)
}

/// The length of an e-mail address at the start of `rest`.
fn email_at(rest: &str) -> Option<usize> {
    let local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'');
    let at = rest
        .find(|c: char| !local(c))
        .filter(|&at| at > 0 && rest[at..].starts_with('@'))?;
    let domain = &rest[at + 1..];
    let end = domain
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-')))
        .unwrap_or(domain.len());
    let domain = domain[..end].trim_end_matches(['.', '-']);
    domain
        .contains('.')
        .then(|| at + 1 + domain.len())
        .filter(|_| !rest.starts_with(['.', '-', '\'']))
}

/// The length of a valid IBAN at the start of `rest`, printed in groups or not.
fn iban_at(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let shape =
        bytes.len() > 14 && bytes[..2].iter().all(u8::is_ascii_uppercase) && bytes[2..4].iter().all(u8::is_ascii_digit);
    if !shape {
        return None;
    }
    let mut ends = Vec::new();
    let mut count = 0;
    for (index, &byte) in bytes.iter().enumerate() {
        if byte.is_ascii_alphanumeric() {
            count += 1;
            let next = bytes.get(index + 1);
            if count >= 15 && !next.is_some_and(u8::is_ascii_alphanumeric) {
                ends.push(index + 1);
            }
            if count > 34 {
                break;
            }
        } else if byte != b' ' || bytes.get(index + 1) == Some(&b' ') {
            break;
        }
    }
    ends.into_iter().rev().find(|&end| valid_iban(&rest[..end]))
}

/// The length of an IP address at the start of `rest`.
fn ip_at(rest: &str) -> Option<usize> {
    let end = rest
        .find(|c: char| !(c.is_ascii_hexdigit() || matches!(c, '.' | ':')))
        .unwrap_or(rest.len());
    let candidate = rest[..end].trim_end_matches(['.', ':']);
    let dots = candidate.bytes().filter(|&byte| byte == b'.').count();
    let colons = candidate.bytes().filter(|&byte| byte == b':').count();
    let plausible = dots == 3 && colons == 0 || colons >= 3;
    (plausible && Inet::parse(candidate).is_some()).then_some(candidate.len())
}

/// The digits of the number at the start of `rest`, and where it ends.
fn number_at(rest: &str) -> (String, usize) {
    let mut digits = String::new();
    let mut end = 0;
    let mut gap = 0;
    for (at, c) in rest.char_indices() {
        if c.is_ascii_digit() {
            digits.push(c);
            end = at + 1;
            gap = 0;
        } else if at == 0 && matches!(c, '+' | '(')
            || matches!(c, ' ' | '.' | '-' | '(' | ')' | '\u{a0}' | '\u{202f}') && gap < 2
        {
            gap += 1;
        } else {
            break;
        }
    }
    (digits, end)
}

fn nir_is_valid(digits: &[u8]) -> bool {
    let key = u32::from(digits[13] - b'0') * 10 + u32::from(digits[14] - b'0');
    nir_key(&digits[..13]) == Some(key)
}
