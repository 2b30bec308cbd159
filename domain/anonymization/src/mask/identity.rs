//! Invented persons and places: all values of one entity are derived from one identity, so that a record reads as one
//! person at one address.
//!
//! An identity is drawn from a hash. An e-mail address stands for its owner wherever it occurs: its hash under the
//! e-mail's own sub-key is the identity, so what replaces the address agrees with the names beside it.

use super::email::normal_hash;
use super::{Fault, Row, Scope};
use crate::key::{Draw, Prf};
use crate::kind::Kind;
use crate::leak::looks_like_email;
use crate::spec::Entity;
use crate::words::{COMMUNES, Commune, Words, fold};

/// An invented person, and where that person lives.
#[derive(Clone, Copy)]
pub(super) struct Identity {
    given: usize,
    family: usize,
    pub(super) female: bool,
    /// For everything else that is drawn from the identity.
    pub(super) hash: u128,
}

impl Identity {
    /// The identity behind a hash; another attempt gives another one. A sex that is known is kept.
    pub(super) fn of(hash: u128, attempt: u32, words: &Words, female: Option<bool>) -> Self {
        let mut draw = Draw::of(hash, attempt);
        let female = female.unwrap_or(draw.below(2) == 1);
        let mut given = draw.index(words.first.len());
        // Most names tell the sex; the walk to the next that fits is short and stays a function of the hash.
        for _ in 0..64 {
            if words.is_female(given) == Some(female) {
                break;
            }
            given = draw.index(words.first.len());
        }
        Self {
            given,
            family: draw.index(words.last.len()),
            female,
            hash,
        }
    }

    pub(super) fn given<'w>(&self, words: &'w Words) -> (&'static str, &'w str) {
        words.given(self.given)
    }

    pub(super) fn family<'w>(&self, words: &'w Words) -> (&'static str, &'w str) {
        words.family(self.family)
    }
}

/// The place behind a hash.
pub(super) fn commune(hash: u128, attempt: u32) -> &'static Commune {
    let mut draw = Draw::of(hash ^ 0x706C_6163_6500, attempt);
    &COMMUNES[draw.index(COMMUNES.len())]
}

/// Where a value's entity is read from, and whom the current row is about.
pub(super) struct Seat {
    key: usize,
    gender: Option<usize>,
    own: Prf,
    email: Prf,
    current: Option<(u128, Option<bool>)>,
}

impl Seat {
    pub(super) fn compile(entity: &Entity, scope: &Scope<'_>) -> Self {
        Self {
            key: scope.column(&entity.key),
            gender: entity.gender.as_deref().map(|column| scope.column(column)),
            own: scope.key.derive(&format!("entity:{}", entity.name)),
            email: scope.key.derive(Kind::Email.label()),
            current: None,
        }
    }

    /// Reads whom the row is about; nobody when the key is NULL or blank.
    pub(super) fn bind(&mut self, row: &dyn Row) -> Result<(), Fault> {
        self.current = None;
        let Some(key) = row.original(self.key)? else {
            return Ok(());
        };
        let key = key.trim();
        if key.is_empty() {
            return Ok(());
        }
        let hash = if looks_like_email(key) {
            normal_hash(&self.email, key)
        } else {
            self.own.hash(key.to_lowercase().as_bytes())
        };
        let female = match self.gender {
            Some(column) => row.original(column)?.as_deref().and_then(read_gender),
            None => None,
        };
        self.current = Some((hash, female));
        Ok(())
    }

    /// The person of the current row.
    pub(super) fn identity(&self, attempt: u32, words: &Words) -> Option<Identity> {
        self.current
            .map(|(hash, female)| Identity::of(hash, attempt, words, female))
    }

    /// The hash of the current row's entity.
    pub(super) fn hash(&self) -> Option<u128> {
        self.current.map(|(hash, _)| hash)
    }
}

/// Reads a sex or a form of address.
pub(super) fn read_gender(text: &str) -> Option<bool> {
    let plain: String = text.chars().filter(|c| c.is_alphanumeric()).map(fold).collect();
    GENDERS.iter().find_map(|(female, male)| {
        if plain == *female {
            Some(true)
        } else if plain == *male {
            Some(false)
        } else {
            None
        }
    })
}

/// Spellings of a sex or a form of address: a woman's and a man's.
pub(super) const GENDERS: &[(&str, &str)] = &[
    ("f", "m"),
    ("f", "h"),
    ("female", "male"),
    ("femme", "homme"),
    ("feminin", "masculin"),
    ("woman", "man"),
    ("mme", "m"),
    ("mme", "mr"),
    ("mlle", "m"),
    ("madame", "monsieur"),
    ("mademoiselle", "monsieur"),
    ("mrs", "mr"),
    ("ms", "mr"),
    ("miss", "mr"),
    ("girl", "boy"),
    ("fille", "garcon"),
    ("w", "m"),
    ("2", "1"),
];
