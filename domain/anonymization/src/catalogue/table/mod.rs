//! The table itself, by category.

mod general;
mod numbers;
mod people;
mod places;
mod secrets;
mod structures;
mod texts;

use super::parameters::{Parameter, REQUIRED, Type};
use super::{Category, Transformer, Unique, sample, sample_with};
use crate::kind::Kind;
use std::sync::LazyLock;

/// All of them, in the order in which they are listed.
pub(super) static ALL: LazyLock<Vec<&'static Transformer>> = LazyLock::new(|| {
    [
        people::TABLE,
        places::TABLE,
        numbers::TABLE,
        secrets::TABLE,
        texts::TABLE,
        general::TABLE,
        structures::TABLE,
    ]
    .into_iter()
    .flatten()
    .collect()
});

static BY_KIND: LazyLock<std::collections::HashMap<Kind, &'static Transformer>> =
    LazyLock::new(|| ALL.iter().map(|transformer| (transformer.kind, *transformer)).collect());

pub(super) fn of(kind: Kind) -> &'static Transformer {
    // Every kind is in the table; a test runs through all of them.
    BY_KIND.get(&kind).copied().unwrap_or(&general::KEEP)
}

const LOCALE: Parameter = Parameter::new(
    "locale",
    Type::Locale,
    "the project's",
    "Language of generated values",
    "Langue des valeurs produites",
);

const MIN: Parameter = Parameter::new("min", Type::Bound, "none", "Smallest result", "Plus petit résultat");

const MAX: Parameter = Parameter::new("max", Type::Bound, "none", "Largest result", "Plus grand résultat");
