//! People's names. A given name and a family name are replaced token by token, each under its own sub-key, so a full
//! name still agrees with the columns that hold its parts.

use super::suffix;
use crate::key::Prf;
use crate::kind::Kind;
use crate::words::{Words, fold};

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
    pub(super) fn mask(&self, core: &str, attempt: u32, limit: Option<usize>, out: &mut String) {
        let start = out.len();
        match self.part {
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
        if self.unique {
            suffix::make_room(out, start, limit, suffix::WORD_LENGTH + 1);
            if out.len() > start {
                out.push(' ');
            }
            suffix::push_word(self.whole.hash(core.as_bytes()), false, out);
        }
    }

    fn full(&self, core: &str, attempt: u32, out: &mut String) {
        let tokens: Vec<&str> = core.split_whitespace().collect();
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
        let joined = family.join(" ");
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
            Self::pick(&self.first, self.words.first, core, attempt, out);
            out.push_str(&part[core.len()..]);
        }
    }

    fn family(&self, name: &str, attempt: u32, out: &mut String) {
        Self::pick(&self.last, self.words.last, name, attempt, out);
    }

    fn pick(prf: &Prf, pool: &[&str], original: &str, attempt: u32, out: &mut String) {
        let key: String = original.chars().filter(|c| c.is_alphanumeric()).map(fold).collect();
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

/// Appends `text` in capitals or small letters when `original` is written so.
pub(super) fn push_in_case_of(original: &str, text: &str, out: &mut String) {
    let upper = original.chars().filter(|c| c.is_uppercase()).count();
    let lower = original.chars().filter(|c| c.is_lowercase()).count();
    if upper > 1 && lower == 0 {
        out.extend(text.chars().flat_map(char::to_uppercase));
    } else if upper == 0 && lower > 0 {
        out.extend(text.chars().flat_map(char::to_lowercase));
    } else {
        out.push_str(text);
    }
}

fn is_title(token: &str) -> bool {
    let plain: String = token.trim_end_matches('.').chars().map(fold).collect();
    TITLES.contains(&plain.as_str())
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
        .take_while(|token| PARTICLES.contains(&token.to_lowercase().as_str()))
        .count();
    cut(last - particles, tokens.len())
}
