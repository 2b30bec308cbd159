//! What sampled values look like.

use crate::kind::Kind;
use crate::leak::{looks_like_email, phone_digits};
use crate::mask::valid_iban;
use crate::sql::dates;
use crate::sql::inet::Inet;
use crate::words::{KNOWN_NAMES, plain_letters};

/// Shares of the samples that have a form.
#[derive(Default)]
pub(super) struct Content {
    /// Samples that are not blank.
    pub(super) count: usize,
    email: f32,
    phone: f32,
    iban: f32,
    ip: f32,
    full_name: f32,
    known_name: f32,
    /// Share of longer texts in which something personal is mentioned.
    pub(super) mentions: f32,
}

impl Content {
    pub(super) fn of(samples: &[String]) -> Self {
        let values: Vec<&str> = samples
            .iter()
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
            .collect();
        let share = |test: &dyn Fn(&str) -> bool| {
            let hits = values.iter().filter(|value| test(value)).count();
            hits as f32 / values.len().max(1) as f32
        };
        Self {
            count: values.len(),
            email: share(&looks_like_email),
            phone: share(&is_phone),
            iban: share(&valid_iban),
            ip: share(&is_ip),
            full_name: share(&is_full_name),
            known_name: share(&|value| is_known_name(value)),
            mentions: share(&mentions_someone),
        }
    }

    /// The forms that can stand for a kind without a telling name.
    pub(super) fn shares(&self) -> [(Kind, f32); 5] {
        [
            (Kind::Email, self.email),
            (Kind::Iban, self.iban),
            (Kind::Phone, self.phone),
            (Kind::Ip, self.ip),
            (Kind::Name, self.full_name),
        ]
    }

    /// The share that has the form of `kind`; `None` for kinds without a form of their own.
    pub(super) fn share(&self, kind: Kind) -> Option<f32> {
        match kind {
            Kind::Email => Some(self.email),
            Kind::Phone => Some(self.phone),
            Kind::Iban => Some(self.iban),
            Kind::Ip => Some(self.ip),
            // Names are open-ended: their absence from the lists says nothing.
            Kind::Name if self.full_name > 0.0 => Some(self.full_name),
            Kind::FirstName | Kind::LastName if self.known_name > 0.0 => Some(self.known_name),
            _ => None,
        }
    }
}

/// What a single value is by its form.
pub(super) fn kind_of(value: &str) -> Option<Kind> {
    let value = value.trim();
    if looks_like_email(value) {
        Some(Kind::Email)
    } else if valid_iban(value) {
        Some(Kind::Iban)
    } else if is_ip(value) {
        Some(Kind::Ip)
    } else if dates::parse_iso_date(value).is_some() {
        Some(Kind::Date)
    } else if is_phone(value) {
        Some(Kind::Phone)
    } else if value.len() == 36 && value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
        Some(Kind::Uuid)
    } else if is_full_name(value) {
        Some(Kind::Name)
    } else {
        None
    }
}

fn is_ip(value: &str) -> bool {
    value.contains(['.', ':']) && Inet::parse(value).is_some()
}

/// A number with a trunk zero, an international prefix, or separators as in phone numbers.
fn is_phone(value: &str) -> bool {
    if dates::parse_iso_date(value).is_some() || Inet::parse(value).is_some() {
        return false;
    }
    phone_digits(value).is_some_and(|(digits, plus)| {
        let french = digits.len() == 10 && digits[0] == b'0' && digits[1] != b'0';
        let groups = value.split([' ', '.', '-']).filter(|group| !group.is_empty()).count();
        plus || french || digits.starts_with(b"00") || (groups >= 3 && digits.len() >= 9)
    })
}

fn is_known(word: &str) -> bool {
    let plain = plain_letters(word);
    plain.len() > 1 && KNOWN_NAMES.binary_search(&plain.as_str()).is_ok()
}

fn is_known_name(value: &str) -> bool {
    value.chars().count() < 40 && value.split([' ', '-']).all(is_known)
}

/// Two to four capitalised words, at least two of them known names.
fn is_full_name(value: &str) -> bool {
    let words = || value.split([' ', '-']).filter(|word| !word.is_empty());
    (2..=4).contains(&words().take(5).count())
        && words().all(|word| word.chars().next().is_some_and(char::is_uppercase))
        && words().all(|word| word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '\'')))
        && words().filter(|word| is_known(word)).count() >= 2
}

/// A longer text with an e-mail address, a phone number or a full name in it.
fn mentions_someone(value: &str) -> bool {
    let words: Vec<&str> = value.split_whitespace().collect();
    if words.len() < 4 {
        return false;
    }
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '+').to_owned();
    let named = |pair: &[&str]| is_full_name(&pair.iter().map(|word| bare(word)).collect::<Vec<_>>().join(" "));
    words
        .iter()
        .any(|word| looks_like_email(&bare(word)) || is_phone(&bare(word)))
        || words.windows(2).any(named)
        || words.windows(5).any(|window| is_phone(&bare(&window.join(" "))))
}
