//! The catalogue of transformers: one table that says what each is called, what it does, which parameters it takes, and
//! what it makes of a few values. Rules files, messages and the command line read their names here.

mod examples;
mod parameters;
mod table;

pub use examples::{Example, examples};
pub use parameters::{Parameter, Type, check};

use crate::kind::{Kind, squash};
use crate::plan::{nearest, types_of};
use serde::Serialize;

/// What a transformer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Category {
    /// Names and what is said of persons.
    Person,
    /// Ways to reach somebody.
    Contact,
    /// Addresses and coordinates.
    Place,
    /// Companies and their numbers.
    Company,
    /// Official and internal numbers.
    Identifier,
    /// Money and other quantities.
    Number,
    /// Dates and moments.
    Time,
    /// What computers and browsers leave behind.
    Network,
    /// Passwords, tokens and hashes.
    Secret,
    /// Prose, files and images.
    Text,
    /// Choices without regard to what the value means.
    General,
    /// Documents with values inside.
    Structure,
}

/// Whether different originals get different replacements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Unique {
    /// By a keyed permutation of all values of the same shape.
    Bijective,
    /// By a keyed suffix of at least 80 bits, where the column must be unique.
    Suffix,
    /// Not: a rule for a column under a unique constraint is refused.
    No,
}

/// One way to replace values.
#[derive(Debug, Clone, Copy)]
pub struct Transformer {
    /// What it does.
    pub kind: Kind,
    /// Its name in rules files.
    pub name: &'static str,
    /// The same name as messages and sub-keys spell it.
    pub label: &'static str,
    /// Other spellings that rules files may use.
    pub synonyms: &'static [&'static str],
    /// What it is about.
    pub category: Category,
    /// One line in English.
    pub english: &'static str,
    /// One line in French.
    pub french: &'static str,
    /// What it can be told.
    pub parameters: &'static [Parameter],
    /// Whether it keeps different values different.
    pub unique: Unique,
    samples: &'static [Sample],
}

/// A value to show the transformer with, and parameters as JSON.
#[derive(Debug, Clone, Copy)]
struct Sample {
    value: &'static str,
    parameters: &'static str,
}

impl Transformer {
    const fn new(
        kind: Kind,
        (name, label): (&'static str, &'static str),
        category: Category,
        english: &'static str,
        french: &'static str,
    ) -> Self {
        Self {
            kind,
            name,
            label,
            synonyms: &[],
            category,
            english,
            french,
            parameters: &[],
            unique: Unique::No,
            samples: &[],
        }
    }

    const fn also(self, synonyms: &'static [&'static str]) -> Self {
        Self { synonyms, ..self }
    }

    const fn with(self, parameters: &'static [Parameter]) -> Self {
        Self { parameters, ..self }
    }

    const fn unique(self, unique: Unique) -> Self {
        Self { unique, ..self }
    }

    const fn shown(self, samples: &'static [Sample]) -> Self {
        Self { samples, ..self }
    }

    /// The SQL types it replaces values of; `*` for any.
    pub fn types(&self) -> Vec<&'static str> {
        types_of(self.kind)
    }
}

const fn sample(value: &'static str) -> Sample {
    Sample {
        value,
        parameters: "{}",
    }
}

const fn sample_with(value: &'static str, parameters: &'static str) -> Sample {
    Sample { value, parameters }
}

/// Every transformer, by category.
pub fn all() -> &'static [&'static Transformer] {
    &table::ALL
}

/// The transformer of a kind.
pub fn of(kind: Kind) -> &'static Transformer {
    table::of(kind)
}

/// The transformer of this name or synonym; case, `-`, `_` and spaces do not matter.
pub fn find(name: &str) -> Option<&'static Transformer> {
    let plain = squash(name);
    all().iter().copied().find(|transformer| {
        squash(transformer.name) == plain || transformer.synonyms.iter().any(|other| squash(other) == plain)
    })
}

/// Names close to one that is not known, best first.
pub fn near(name: &str) -> Vec<&'static str> {
    let plain = squash(name);
    let spelled = all()
        .iter()
        .flat_map(|transformer| std::iter::once(transformer.name).chain(transformer.synonyms.iter().copied()));
    let mut found: Vec<&'static str> = nearest(name, spelled)
        .into_iter()
        .filter_map(|spelling| Some(find(spelling)?.name))
        .collect();
    for transformer in all() {
        let squashed = squash(transformer.name);
        if !plain.is_empty() && (squashed.contains(&plain) || plain.contains(&squashed)) {
            found.push(transformer.name);
        }
    }
    let mut once = Vec::new();
    for name in found {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once.truncate(4);
    once
}

/// What to say of a name that is not known.
pub fn unknown(name: &str) -> String {
    let near = near(name);
    if near.is_empty() {
        format!("unknown transformer `{name}`; `nova anonymize transformers` lists all")
    } else {
        let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
        format!("unknown transformer `{name}`; did you mean {}?", near.join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_name_and_synonym_means_one_transformer() {
        let mut seen = HashSet::new();
        for transformer in all() {
            assert_eq!(Kind::parse(transformer.label), Some(transformer.kind));
            let spellings: HashSet<String> = std::iter::once(&transformer.name)
                .chain(transformer.synonyms)
                .map(|spelling| squash(spelling))
                .collect();
            for spelling in spellings {
                assert!(seen.insert(spelling.clone()), "{spelling} is taken twice");
            }
            assert_eq!(of(transformer.kind).name, transformer.name);
            assert!(!transformer.types().is_empty(), "{}", transformer.name);
        }
        assert!(all().len() >= 60, "{}", all().len());
    }

    #[test]
    fn a_mistyped_name_is_close_to_the_right_one() {
        assert_eq!(near("emial")[0], "email");
        assert_eq!(near("fistName")[0], "firstName");
        assert!(near("zzzzzzzz").is_empty());
    }
}
