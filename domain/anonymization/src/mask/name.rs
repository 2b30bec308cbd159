//! People's names. A given name and a family name are replaced token by token, each under its own sub-key, so a full
//! name still agrees with the columns that hold its parts.

use super::identity::Identity;
use super::suffix;
use crate::key::Prf;
use crate::kind::Kind;
use crate::words::{Words, fold, is_female};
use std::borrow::Cow;

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
    "professor",
    "me",
    "maitre",
    "sir",
];
/// Letters of the longest title.
const LONGEST_TITLE: usize = 12;
/// Names of fewer tokens need no memory of their own.
const FEW: usize = 8;
/// Longest name part that needs none.
const SHORT: usize = 48;
const PARTICLES: &[&str] = &[
    "de", "du", "des", "la", "le", "les", "van", "von", "der", "den", "da", "dos", "di", "el", "ben", "bin", "al",
];

pub(super) struct Names {
    pub(super) first: Prf,
    pub(super) last: Prf,
    pub(super) whole: Prf,
    pub(super) words: &'static Words,
    pub(super) part: Kind,
    pub(super) unique: bool,
}

impl Names {
    /// Appends the replacement; with an identity, that person's name in the form the original has.
    pub(super) fn mask(
        &self,
        core: &str,
        attempt: u32,
        limit: Option<usize>,
        identity: Option<Identity>,
        out: &mut String,
    ) {
        let start = out.len();
        match (self.part, identity) {
            (Kind::FirstName, Some(identity)) => push_shaped(core, identity.given(self.words).0, out),
            (Kind::LastName, Some(identity)) => push_in_case_of(core, identity.family(self.words).0, out),
            (_, Some(identity)) => self.person(core, identity, out),
            (part, None) => self.by_value(part, core, attempt, out),
        }
        if self.unique {
            suffix::make_room(out, start, limit, suffix::WORD_LENGTH + 1);
            if out.len() > start {
                out.push(' ');
            }
            suffix::push_word(self.whole.hash(core.as_bytes()), false, out);
        }
    }

    fn by_value(&self, part: Kind, core: &str, attempt: u32, out: &mut String) {
        match part {
            Kind::FirstName => {
                for (index, token) in core.split_whitespace().enumerate() {
                    if index > 0 {
                        out.push(' ');
                    }
                    self.given(token, attempt, out);
                }
            }
            Kind::LastName => self.family(core, attempt, out),
            _ => self.full(core, attempt, out),
        }
    }

    /// The name of a person in the order, capitals and title of the original; several given names become one.
    fn person(&self, core: &str, identity: Identity, out: &mut String) {
        let tokens: Vec<&str> = core.split_whitespace().collect();
        let titles = tokens
            .iter()
            .take_while(|token| is_title(token))
            .count()
            .min(tokens.len().saturating_sub(1));
        let (titles, names) = tokens.split_at(titles);
        for title in titles {
            let female = identity.female;
            out.push_str(if titles.len() == 1 {
                title_of(title, female)
            } else {
                title
            });
            out.push(' ');
        }
        let (before, family, after) = split_family(names);
        if let Some(given) = before.first() {
            push_shaped(given, identity.given(self.words).0, out);
            out.push(' ');
        }
        let joined = family.join(" ");
        push_in_case_of(&joined, identity.family(self.words).0, out);
        if joined.ends_with(',') {
            out.push(',');
        }
        if let Some(given) = after.first() {
            out.push(' ');
            push_shaped(given, identity.given(self.words).0, out);
        }
    }

    fn full(&self, core: &str, attempt: u32, out: &mut String) {
        let mut few = [""; FEW];
        let many: Vec<&str>;
        let mut count = 0;
        let mut rest = core.split_whitespace();
        for (place, token) in few.iter_mut().zip(rest.by_ref()) {
            *place = token;
            count += 1;
        }
        let tokens = if count < FEW {
            &few[..count]
        } else {
            many = core.split_whitespace().collect();
            &many
        };
        let titles = tokens
            .iter()
            .take_while(|token| is_title(token))
            .count()
            .min(tokens.len() - 1);
        let (titles, names) = tokens.split_at(titles);
        for title in titles {
            out.push_str(title);
            out.push(' ');
        }
        let (before, family, after) = split_family(names);
        for token in before {
            self.given(token, attempt, out);
            out.push(' ');
        }
        let joined = match family {
            [only] => Cow::Borrowed(*only),
            _ => Cow::Owned(family.join(" ")),
        };
        let bare = joined.strip_suffix(',');
        self.family(bare.unwrap_or(&joined), attempt, out);
        if bare.is_some() {
            out.push(',');
        }
        for token in after {
            out.push(' ');
            self.given(token, attempt, out);
        }
    }

    /// One given name, its hyphenated parts and an initial's point included.
    fn given(&self, token: &str, attempt: u32, out: &mut String) {
        for (index, part) in token.split('-').enumerate() {
            if index > 0 {
                out.push('-');
            }
            let core = part.trim_end_matches(|c: char| !c.is_alphanumeric());
            let folded: String = core.chars().filter(|c| c.is_alphanumeric()).map(fold).collect();
            match is_female(&folded) {
                Some(true) => Self::pick(&self.first, &self.words.female, core, attempt, out),
                Some(false) => Self::pick(&self.first, &self.words.male, core, attempt, out),
                None => Self::pick(&self.first, self.words.first, core, attempt, out),
            }
            out.push_str(&part[core.len()..]);
        }
    }

    fn family(&self, name: &str, attempt: u32, out: &mut String) {
        Self::pick(&self.last, self.words.last, name, attempt, out);
    }

    fn pick(prf: &Prf, pool: &[&str], original: &str, attempt: u32, out: &mut String) {
        let mut short = [0; SHORT];
        let long: String;
        let key = if let Some(key) = short_key(original, &mut short) {
            key
        } else {
            long = original.chars().filter(|c| c.is_alphanumeric()).map(fold).collect();
            &long
        };
        if key.is_empty() {
            out.push_str(original);
            return;
        }
        let initial = key.chars().nth(1).is_none();
        let mut draw = prf.draw(key.as_bytes(), attempt);
        let mut chosen = "";
        for _ in 0..16 {
            chosen = draw.pick(pool);
            let differs = if initial {
                chosen.chars().next().map(fold) != key.chars().next()
            } else {
                !chosen.chars().filter(|c| c.is_alphanumeric()).map(fold).eq(key.chars())
            };
            if differs {
                break;
            }
        }
        let end = if initial {
            chosen.chars().next().map_or(0, char::len_utf8)
        } else {
            chosen.len()
        };
        push_in_case_of(original, &chosen[..end], out);
    }
}

/// The folded letters and digits of a short name, when all of them are ASCII.
fn short_key<'a>(original: &str, room: &'a mut [u8; SHORT]) -> Option<&'a str> {
    let mut length = 0;
    for c in original.chars() {
        if c.is_ascii_alphanumeric() || !c.is_ascii() && c.is_alphanumeric() {
            *room.get_mut(length)? = u8::try_from(fold(c)).ok().filter(u8::is_ascii)?;
            length += 1;
        }
    }
    std::str::from_utf8(&room[..length]).ok()
}

/// Appends `text` in capitals or small letters when `original` is written so.
pub(super) fn push_in_case_of(original: &str, text: &str, out: &mut String) {
    let (upper, lower) = if original.is_ascii() {
        let count = |test: fn(&u8) -> bool| original.bytes().filter(test).count();
        (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase))
    } else {
        let count = |test: fn(char) -> bool| original.chars().filter(|&c| test(c)).count();
        (count(char::is_uppercase), count(char::is_lowercase))
    };
    if upper > 1 && lower == 0 {
        out.extend(text.chars().flat_map(char::to_uppercase));
    } else if upper == 0 && lower > 0 {
        out.extend(text.chars().flat_map(char::to_lowercase));
    } else {
        out.push_str(text);
    }
}

/// A given name in the form the original has: an initial stays one.
fn push_shaped(original: &str, name: &str, out: &mut String) {
    let letters = original.chars().filter(|c| c.is_alphanumeric()).count();
    if letters == 1 {
        let initial = name.chars().next().unwrap_or('A').to_string();
        push_in_case_of(original, &initial, out);
        out.push_str(original.trim_start_matches(char::is_alphanumeric));
    } else {
        push_in_case_of(original, name, out);
    }
}

/// The same title for the other sex, where it has one.
fn title_of(title: &str, female: bool) -> &str {
    const PAIRS: &[(&str, &str)] = &[
        ("Mme", "M."),
        ("Madame", "Monsieur"),
        ("Mlle", "M."),
        ("Mrs.", "Mr."),
        ("Mrs", "Mr"),
        ("Ms.", "Mr."),
        ("Ms", "Mr"),
    ];
    PAIRS
        .iter()
        .find(|(woman, man)| title == *woman || title == *man)
        .map_or(title, |(woman, man)| if female { *woman } else { *man })
}

fn is_title(token: &str) -> bool {
    let plain = token.trim_end_matches('.');
    // No title is longer, a folded letter of two bytes each.
    plain.len() <= 2 * LONGEST_TITLE && TITLES.iter().any(|title| plain.chars().map(fold).eq(title.chars()))
}

/// Which tokens are the family name: those in capitals among others that are not, those before a comma, else the last
/// with the particles before it.
fn split_family<'a, 'b>(tokens: &'a [&'b str]) -> (&'a [&'b str], &'a [&'b str], &'a [&'b str]) {
    let cut = |from: usize, to: usize| (&tokens[..from], &tokens[from..to], &tokens[to..]);
    if tokens.len() < 2 {
        return cut(0, tokens.len());
    }
    if let Some(comma) = tokens.iter().position(|token| token.ends_with(',')) {
        return cut(0, comma + 1);
    }
    let capitals = |token: &&str| {
        token.chars().filter(|c| c.is_alphabetic()).count() > 1 && !token.chars().any(char::is_lowercase)
    };
    if let Some(from) = tokens.iter().position(capitals) {
        let length = tokens[from..].iter().take_while(|token| capitals(token)).count();
        if length < tokens.len() {
            return cut(from, from + length);
        }
    }
    let last = tokens.len() - 1;
    let particles = tokens[1..last]
        .iter()
        .rev()
        .take_while(|token| {
            PARTICLES
                .iter()
                .any(|particle| token.chars().flat_map(char::to_lowercase).eq(particle.chars()))
        })
        .count();
    cut(last - particles, tokens.len())
}
