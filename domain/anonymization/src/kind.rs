//! The kinds of personal data Nova knows how to replace.

use crate::catalogue;
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
    /// The initials of a name.
    Initials,
    /// A sex or a form of address.
    Gender,
    /// An occupation.
    JobTitle,
    /// An age, or a date of birth reduced to a band of years.
    AgeBand,
    /// A street with its number.
    Street,
    /// A French département or another region.
    Department,
    /// A country.
    Country,
    /// A latitude, a longitude, or both.
    Coordinates,
    /// A VAT number.
    Vat,
    /// A bank's BIC.
    Bic,
    /// A payment card's number.
    Card,
    /// A number moved by noise.
    Noise,
    /// A number rounded to a step.
    Round,
    /// A date moved by a distance that is constant per subject.
    ShiftDate,
    /// A date cut to its month, quarter or year.
    TruncateDate,
    /// A MAC address.
    Mac,
    /// A URL.
    Url,
    /// A browser's user agent.
    UserAgent,
    /// A host's name.
    Host,
    /// A password or its hash.
    Password,
    /// A token or another secret.
    Token,
    /// Free text in which personal data is replaced and everything else stays.
    Scrub,
    /// The middle becomes one character, the ends stay.
    MaskCharacters,
    /// The whole becomes one fixed mark.
    Redact,
    /// A keyed hash.
    Hash,
    /// A text put together from generated values and columns of the row.
    Template,
    /// A text of the shape of a regular expression.
    Regex,
    /// A file's name.
    FileName,
    /// An image.
    Image,
    /// One of a list.
    Pick,
    /// Becomes the empty string.
    Empty,
    /// The column's own values, exchanged between rows.
    Shuffle,
    /// Format-preserving encryption.
    FormatPreserving,
    /// Another transformer for each condition.
    Chain,
    /// A program of the administrator's.
    External,
    /// An XML document of which some parts are replaced.
    Xml,
    /// An `hstore` of which some values are replaced.
    Hstore,
    /// A composite value of which some attributes are replaced.
    Composite,
    /// A yes or no.
    Flag,
    /// A vehicle's registration.
    LicensePlate,
    /// Stays as it is, by decision.
    Keep,
    /// A JSON document of which some leaves are replaced.
    Json,
    /// Becomes NULL.
    Null,
    /// Becomes one fixed value.
    Constant,
}

impl Kind {
    /// The name in messages and events: `first_name`.
    pub fn label(self) -> &'static str {
        catalogue::of(self).label
    }

    /// Reads a type of the rules file; case, `-`, `_` and spaces do not matter.
    pub fn parse(text: &str) -> Option<Self> {
        catalogue::find(text).map(|transformer| transformer.kind)
    }

    /// The names a rules file may use, in the order of the catalogue.
    pub fn labels() -> Vec<&'static str> {
        catalogue::all().iter().map(|transformer| transformer.label).collect()
    }

    /// True for kinds whose replacement is a word list's entry, so that a shorter column needs another entry. The
    /// others keep the length of the original.
    pub(crate) fn natural_length(self) -> u32 {
        match self {
            Self::Email => 60,
            Self::Username => 48,
            Self::Name => 96,
            Self::FirstName
            | Self::LastName
            | Self::City
            | Self::Company
            | Self::JobTitle
            | Self::Department
            | Self::Country
            | Self::Bic
            | Self::Template
            | Self::Regex => 64,
            Self::Address | Self::Street | Self::Host | Self::Pick | Self::FileName | Self::Hash | Self::Password => {
                128
            }
            Self::Url | Self::UserAgent | Self::Token => 256,
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

/// The language of generated values. Names are of the language; what a list lacks (streets, everyday words) is French or
/// English.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Locale {
    /// French of France.
    #[default]
    #[serde(rename = "fr_FR", alias = "fr")]
    French,
    /// English.
    #[serde(rename = "en", alias = "en_US", alias = "en_GB")]
    English,
    /// German.
    #[serde(rename = "de_DE", alias = "de")]
    German,
    /// Italian.
    #[serde(rename = "it_IT", alias = "it")]
    Italian,
    /// Dutch.
    #[serde(rename = "nl_NL", alias = "nl")]
    Dutch,
    /// Portuguese of Brazil.
    #[serde(rename = "pt_BR")]
    Brazilian,
    /// Portuguese of Portugal.
    #[serde(rename = "pt_PT", alias = "pt")]
    Portuguese,
    /// Turkish.
    #[serde(rename = "tr_TR", alias = "tr")]
    Turkish,
    /// Welsh.
    #[serde(rename = "cy_GB", alias = "cy")]
    Welsh,
    /// Arabic.
    #[serde(rename = "ar_SA", alias = "ar")]
    Arabic,
    /// Persian.
    #[serde(rename = "fa_IR", alias = "fa")]
    Persian,
    /// Japanese.
    #[serde(rename = "ja_JP", alias = "ja")]
    Japanese,
    /// Chinese, simplified.
    #[serde(rename = "zh_CN", alias = "zh")]
    Chinese,
    /// Chinese, traditional.
    #[serde(rename = "zh_TW")]
    Taiwanese,
}
