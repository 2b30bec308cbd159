//! The catalogue behind `customGenerator`.

use crate::kind::{Kind, squash};

/// Every generator that has a fixed name; `constant:VALUE` comes on top.
const GENERATORS: &[(&str, Kind)] = &[
    ("address", Kind::Address),
    ("amount", Kind::Financial),
    ("birthDate", Kind::BirthDate),
    ("cityName", Kind::City),
    ("companyName", Kind::Company),
    ("date", Kind::Date),
    ("firstName", Kind::FirstName),
    ("fullName", Kind::Name),
    ("iban", Kind::Iban),
    ("identifier", Kind::Identifier),
    ("ipAddress", Kind::Ip),
    ("lastName", Kind::LastName),
    ("lorem", Kind::Text),
    ("nir", Kind::Nir),
    ("null", Kind::Null),
    ("phoneNumber", Kind::Phone),
    ("postCode", Kind::PostCode),
    ("safeEmail", Kind::Email),
    ("siren", Kind::Siren),
    ("siret", Kind::Siret),
    ("streetAddress", Kind::Address),
    ("userName", Kind::Username),
    ("uuid", Kind::Uuid),
];

/// What a generator's name asks for: the kind, and the value of a constant.
pub(super) fn resolve(name: &str) -> Option<(Kind, Option<String>)> {
    if let Some(value) = name.strip_prefix("constant:") {
        return Some((Kind::Constant, Some(value.to_owned())));
    }
    GENERATORS
        .iter()
        .find(|(known, _)| squash(known) == squash(name))
        .map(|(_, kind)| (*kind, None))
        .or_else(|| crate::catalogue::find(name).map(|transformer| (transformer.kind, None)))
}

/// The names `customGenerator` accepts.
pub fn generator_names() -> Vec<&'static str> {
    GENERATORS
        .iter()
        .map(|(name, _)| *name)
        .chain(std::iter::once("constant:VALUE"))
        .collect()
}
