//! What sampled values look like.

use super::{Category, checksums};
use crate::kind::Kind;
use crate::leak::{looks_like_email, phone_digits};
use crate::mask::valid_iban;
use crate::sql::dates;
use crate::sql::inet::Inet;
use crate::words::{KNOWN_NAMES, plain_letters};
use std::collections::HashSet;

/// Fewest values that say something about how many different ones there are.
const ENOUGH_FOR_VARIETY: usize = 20;
/// A column of fewer different values is a coded list.
const CODED: usize = 13;

/// Shares of the samples that have a form.
#[derive(Default)]
pub(super) struct Content {
    /// Samples that are not blank.
    pub(super) count: usize,
    /// Different ones.
    pub(super) distinct: usize,
    forms: Vec<(Category, f32)>,
    known_name: f32,
    hexadecimal: f32,
    /// Share of longer texts in which something personal is mentioned.
    pub(super) mentions: f32,
}

/// A category and the test of one value's form.
type Form = (Category, fn(&str) -> bool);

/// The forms that values have, each with its test.
const FORMS: &[Form] = &[
    (Category::Email, looks_like_email),
    (Category::Iban, valid_iban),
    (Category::Nir, checksums::nir),
    (Category::Siret, checksums::siret),
    (Category::Card, checksums::card),
    (Category::Siren, checksums::siren),
    (Category::Vat, checksums::vat),
    (Category::Phone, is_phone),
    (Category::Ip, is_ip),
    (Category::Mac, checksums::mac),
    (Category::UserAgent, checksums::user_agent),
    (Category::Password, checksums::credential),
    (Category::Name, is_full_name),
];

impl Content {
    pub(super) fn of<S: AsRef<str>>(samples: &[S]) -> Self {
        let values: Vec<&str> = samples
            .iter()
            .map(|value| value.as_ref().trim())
            .filter(|value| !value.is_empty())
            .collect();
        let share = |test: &dyn Fn(&str) -> bool| {
            let hits = values.iter().filter(|value| test(value)).count();
            hits as f32 / values.len().max(1) as f32
        };
        Self {
            count: values.len(),
            distinct: values.iter().collect::<HashSet<_>>().len(),
            forms: FORMS.iter().map(|(category, test)| (*category, share(test))).collect(),
            known_name: share(&is_known_name),
            hexadecimal: share(&checksums::hexadecimal),
            mentions: share(&mentions_someone),
        }
    }

    /// The forms that can stand for a category without a telling name. Nine digits whose Luhn sum is right are one in
    /// ten, so they need a name; the same holds for any number among few.
    pub(super) fn shares(&self) -> impl Iterator<Item = (Category, f32)> + '_ {
        self.forms.iter().copied().filter(|(category, _)| match category {
            Category::Siren => false,
            Category::Siret | Category::Card | Category::Nir | Category::Vat => self.distinct >= 2 || self.count == 1,
            _ => true,
        })
    }

    /// The share that has the form of `category`; `None` for those without a form of their own.
    pub(super) fn share(&self, category: Category) -> Option<f32> {
        let share = self
            .forms
            .iter()
            .find(|(other, _)| *other == category)
            .map(|(_, share)| *share);
        match category {
            // Names are open-ended: their absence from the lists says nothing. Forms of secrets and of foreign numbers
            // are, too.
            Category::Name
            | Category::Password
            | Category::Vat
            | Category::Siren
            | Category::Siret
            | Category::Nir
            | Category::Card => share.filter(|share| *share > 0.0),
            Category::FirstName | Category::LastName => Some(self.known_name).filter(|share| *share > 0.0),
            _ => share,
        }
    }

    /// True when the values are long hexadecimal numbers: no postal address, no name.
    pub(super) fn is_hexadecimal(&self) -> bool {
        self.count > 0 && self.hexadecimal > 0.5
    }

    /// True when the same few values come again and again.
    pub(super) fn is_coded(&self) -> bool {
        self.count >= ENOUGH_FOR_VARIETY && self.distinct < CODED && self.count >= 3 * self.distinct
    }

    /// The share of values that are nothing but known given and family names, where there are many different ones.
    pub(super) fn names(&self) -> Option<f32> {
        (self.distinct >= 8 && self.known_name >= 0.9).then_some(self.known_name)
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
    value.contains(['.', ':']) && Inet::parse(value).is_some() && !checksums::mac(value)
}

/// A number with a trunk zero, an international prefix, or separators as in phone numbers.
fn is_phone(value: &str) -> bool {
    if dates::parse_iso_date(value).is_some() || Inet::parse(value).is_some() || checksums::mac(value) {
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
