//! What a finding says a column holds. Wider than [`Kind`]: some personal data has no replacement of its own, or none
//! that fits the column's type; a person decides then.

use crate::kind::Kind;
use crate::plan::applies;
use crate::sql::SqlType;
use serde::{Deserialize, Serialize};

/// A category of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
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
    /// A postal address or a part of one.
    Address,
    /// A postal code.
    Postcode,
    /// A town.
    City,
    /// A company's name.
    Company,
    /// A salary, an income, a wage.
    Financial,
    /// A date of birth.
    BirthDate,
    /// An age.
    Age,
    /// An IP address.
    Ip,
    /// A MAC address.
    Mac,
    /// Coordinates of a person or an address.
    Location,
    /// A browser's description of itself.
    UserAgent,
    /// An IBAN or another bank account number.
    Iban,
    /// A bank's code.
    Bic,
    /// A payment card's number.
    Card,
    /// A French company number, 9 digits.
    Siren,
    /// A French establishment number, 14 digits.
    Siret,
    /// A VAT or other tax number of a business.
    Vat,
    /// A social security number.
    Nir,
    /// Another number that a state, an insurer or a device gives to one person.
    Identifier,
    /// A token, an API key, a code that opens something.
    Secret,
    /// A password or its hash.
    Password,
    /// An address on the web that belongs to one person.
    Url,
    /// A picture of a person, or where it is.
    Image,
    /// The name of a file that a person gave.
    FileName,
    /// An account in a social network.
    Social,
    /// Free text.
    Text,
    /// Health (GDPR, article 9).
    Health,
    /// Sex, gender, civility.
    Gender,
    /// Other data of article 9 and its neighbours: religion, origin, opinions, family status.
    Sensitive,
    /// A trade or a position.
    Profession,
    /// A JSON document about a person.
    Json,
}

impl Category {
    /// The name in findings and reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Username => "username",
            Self::Name => "name",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Postcode => "postcode",
            Self::City => "city",
            Self::Company => "company",
            Self::Financial => "financial",
            Self::BirthDate => "birth_date",
            Self::Age => "age",
            Self::Ip => "ip",
            Self::Mac => "mac",
            Self::Location => "location",
            Self::UserAgent => "user_agent",
            Self::Iban => "iban",
            Self::Bic => "bic",
            Self::Card => "card",
            Self::Siren => "siren",
            Self::Siret => "siret",
            Self::Vat => "vat",
            Self::Nir => "nir",
            Self::Identifier => "identifier",
            Self::Secret => "secret",
            Self::Password => "password",
            Self::Url => "url",
            Self::Image => "image",
            Self::FileName => "file_name",
            Self::Social => "social",
            Self::Text => "text",
            Self::Health => "health",
            Self::Gender => "gender",
            Self::Sensitive => "sensitive",
            Self::Profession => "profession",
            Self::Json => "json",
        }
    }

    /// Values that nobody can list: where few of them come again and again, it is few people's.
    pub(super) fn is_open(self) -> bool {
        matches!(
            self,
            Self::Email
                | Self::Name
                | Self::FirstName
                | Self::LastName
                | Self::Username
                | Self::Phone
                | Self::Address
                | Self::BirthDate
                | Self::Ip
                | Self::Mac
                | Self::Iban
                | Self::Nir
                | Self::Card
                | Self::Vat
                | Self::Siren
                | Self::Siret
        )
    }

    /// Data that does harm when it gets out, whatever stands beside it: of article 9, what a state or a bank gives to one
    /// person, what opens something, where somebody is, what he looks like.
    pub fn is_sensitive(self) -> bool {
        matches!(
            self,
            Self::Health
                | Self::Sensitive
                | Self::Nir
                | Self::Identifier
                | Self::Card
                | Self::Iban
                | Self::Secret
                | Self::Password
                | Self::Location
                | Self::Image
        )
    }

    /// The kind whose values are detected alike, if the category has one.
    pub(crate) fn kind(self) -> Option<Kind> {
        Some(match self {
            Self::Email => Kind::Email,
            Self::Username => Kind::Username,
            Self::Name => Kind::Name,
            Self::FirstName => Kind::FirstName,
            Self::LastName => Kind::LastName,
            Self::Phone => Kind::Phone,
            Self::Address => Kind::Address,
            Self::Postcode => Kind::PostCode,
            Self::City => Kind::City,
            Self::Company => Kind::Company,
            Self::Financial => Kind::Financial,
            Self::BirthDate => Kind::BirthDate,
            Self::Ip => Kind::Ip,
            Self::Iban => Kind::Iban,
            Self::Siren => Kind::Siren,
            Self::Siret => Kind::Siret,
            Self::Nir => Kind::Nir,
            Self::Text | Self::Health => Kind::Text,
            Self::Mac => Kind::Mac,
            Self::UserAgent => Kind::UserAgent,
            Self::Bic => Kind::Bic,
            Self::Card => Kind::Card,
            Self::Vat => Kind::Vat,
            Self::Secret => Kind::Token,
            Self::Password => Kind::Password,
            Self::Url => Kind::Url,
            Self::Image => Kind::Image,
            Self::FileName => Kind::FileName,
            Self::Location => Kind::Coordinates,
            Self::Gender => Kind::Gender,
            Self::Profession => Kind::JobTitle,
            Self::Identifier | Self::Social => Kind::Identifier,
            Self::Json => Kind::Json,
            Self::Age | Self::Sensitive => return None,
        })
    }

    /// What replaces values of a column of this type without anybody's decision: nothing where the type takes no such
    /// replacement, and for numbers only what is a phone number, an amount or an official number.
    pub(crate) fn replacement(self, base_type: &str) -> Option<Kind> {
        let (ty, _) = SqlType::parse(base_type);
        let kind = match (self, ty) {
            (Self::Secret | Self::Identifier, SqlType::Uuid) => Kind::Uuid,
            // Two numbers that make one place cannot be moved one by one without knowing which is which.
            (Self::Location, SqlType::Json | SqlType::Jsonb) => return None,
            _ => self.kind()?,
        };
        let number = ty.is_integer() || ty == SqlType::Numeric;
        let known_number = matches!(
            kind,
            Kind::Siren | Kind::Siret | Kind::Nir | Kind::Phone | Kind::Financial | Kind::Coordinates
        );
        (applies(kind, base_type).is_ok() && (!number || known_number) && ty != SqlType::Bytea).then_some(kind)
    }

    /// Which types of columns can hold such values at all.
    pub(super) fn fits(self, ty: SqlType, base_type: &str) -> bool {
        let bare = base_type.trim_start_matches('_');
        let text = ty.is_text() || bare.ends_with("hstore");
        let number = ty.is_integer() || ty == SqlType::Numeric;
        let json = matches!(ty, SqlType::Json | SqlType::Jsonb);
        match self {
            Self::Financial => text || number || matches!(ty, SqlType::Float4 | SqlType::Float8 | SqlType::Money),
            Self::BirthDate => matches!(ty, SqlType::Date | SqlType::Timestamp | SqlType::TimestampTz) || text,
            Self::Age => number || text,
            Self::Phone | Self::Siren | Self::Siret | Self::Nir | Self::Card | Self::Identifier | Self::Iban => {
                text || number
            }
            Self::Postcode => text || ty.is_integer(),
            Self::Ip => text || matches!(ty, SqlType::Inet | SqlType::Cidr),
            Self::Mac => text || matches!(bare, "macaddr" | "macaddr8"),
            Self::Location => {
                text || json
                    || matches!(ty, SqlType::Float4 | SqlType::Float8 | SqlType::Numeric)
                    || ["point", "geometry", "geography"]
                        .iter()
                        .any(|name| bare.ends_with(name))
            }
            Self::Secret | Self::Password => text || json || matches!(ty, SqlType::Uuid | SqlType::Bytea),
            Self::Health => text || json || number || matches!(ty, SqlType::Float4 | SqlType::Float8),
            Self::Image => text || ty == SqlType::Bytea,
            Self::Social | Self::Address | Self::Sensitive | Self::Name => text || json,
            Self::Json => json,
            _ => text,
        }
    }
}
