//! The kinds of personal data Nova knows how to replace.

use serde::{Deserialize, Serialize};

/// What a value is, and so what replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An e-mail address.
    Email,
    /// A login name.
    Username,
    /// A person's full name, or a name whose part is not known.
    Name,
    /// A given name.
    FirstName,
    /// A family name.
    LastName,
    /// A phone or fax number.
    Phone,
    /// A postal address, one or several lines.
    Address,
    /// A postal code.
    PostCode,
    /// A town.
    City,
    /// A company's name.
    Company,
    /// An amount.
    Financial,
    /// A date or a moment.
    Date,
    /// A date of birth: only ever moved into the past.
    BirthDate,
    /// Free text.
    Text,
    /// A UUID.
    Uuid,
    /// An IP address or network.
    Ip,
    /// An IBAN.
    Iban,
    /// A French company number, 9 digits.
    Siren,
    /// A French establishment number, 14 digits.
    Siret,
    /// A French social security number, 13 or 15 characters.
    Nir,
    /// Any other number or code that identifies someone: replaced character by character.
    Identifier,
    /// A JSON document of which some leaves are replaced.
    Json,
    /// Becomes NULL.
    Null,
    /// Becomes one fixed value.
    Constant,
}

/// The types of the rules file, each with the spellings that are accepted.
const SPELLINGS: &[(&str, Kind, &[&str])] = &[
    ("email", Kind::Email, &["e-mail", "mail", "emailaddress", "courriel"]),
    ("name", Kind::Name, &["fullname", "personname", "person", "nom"]),
    ("first_name", Kind::FirstName, &["givenname", "prenom"]),
    ("last_name", Kind::LastName, &["familyname", "surname", "nomdefamille"]),
    ("username", Kind::Username, &["login"]),
    (
        "phone",
        Kind::Phone,
        &["phonenumber", "telephone", "tel", "mobile", "fax"],
    ),
    ("address", Kind::Address, &["streetaddress", "street", "adresse"]),
    (
        "postcode",
        Kind::PostCode,
        &["postalcode", "zipcode", "zip", "codepostal"],
    ),
    ("city", Kind::City, &["town", "ville"]),
    (
        "company",
        Kind::Company,
        &["companyname", "organization", "organisation", "societe"],
    ),
    (
        "financial",
        Kind::Financial,
        &["amount", "money", "number", "numeric", "montant"],
    ),
    ("date", Kind::Date, &["datetime", "timestamp"]),
    ("birth_date", Kind::BirthDate, &["dateofbirth", "dob", "datenaissance"]),
    ("text", Kind::Text, &["string", "lorem", "freetext", "texte"]),
    ("uuid", Kind::Uuid, &["guid"]),
    ("ip", Kind::Ip, &["ipaddress", "inet"]),
    ("iban", Kind::Iban, &["bankaccount", "rib"]),
    ("siren", Kind::Siren, &[]),
    ("siret", Kind::Siret, &[]),
    ("nir", Kind::Nir, &["ssn", "socialsecuritynumber"]),
    ("identifier", Kind::Identifier, &["id", "code"]),
    ("json", Kind::Json, &["jsonb"]),
    ("null", Kind::Null, &["nullify", "none"]),
];

impl Kind {
    /// The name used in rules files and messages.
    pub fn label(self) -> &'static str {
        SPELLINGS
            .iter()
            .find(|(_, kind, _)| *kind == self)
            .map_or("constant", |(label, _, _)| label)
    }

    /// Reads a type of the rules file; case, `-`, `_` and spaces do not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = squash(text);
        SPELLINGS
            .iter()
            .find(|(label, _, synonyms)| squash(label) == plain || synonyms.iter().any(|other| squash(other) == plain))
            .map(|(_, kind, _)| *kind)
    }

    /// The names a rules file may use, in the order of the administrator guide.
    pub fn labels() -> Vec<&'static str> {
        SPELLINGS.iter().map(|(label, _, _)| *label).collect()
    }

    /// True for kinds whose replacement is a word list's entry, so that a shorter column needs another entry. The
    /// others keep the length of the original.
    pub(crate) fn natural_length(self) -> u32 {
        match self {
            Self::Email => 60,
            Self::Username => 48,
            Self::Name => 96,
            Self::FirstName | Self::LastName | Self::City | Self::Company => 64,
            Self::Address => 128,
            _ => u32::MAX,
        }
    }
}

/// Lower case without separators: how spellings of one type compare equal.
pub(crate) fn squash(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The language of generated values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Locale {
    /// French of France.
    #[default]
    #[serde(rename = "fr_FR", alias = "fr")]
    French,
    /// English.
    #[serde(rename = "en", alias = "en_US", alias = "en_GB")]
    English,
}
