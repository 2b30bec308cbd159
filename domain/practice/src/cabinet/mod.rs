//! A cabinet: who it is, how it is configured, how it comes into being.

mod configuration;
mod provisioning;
mod rollout;
mod siret;
mod template;

pub use configuration::{Booking, Change, Configuration, Reminders, diff};
pub use provisioning::{
    PROVISIONINGS, Progress, Provisioning, ProvisioningEvent, ProvisioningState, ProvisioningStep, decided,
    next as next_step, provisioning_stream,
};
pub use rollout::{Condition, Stage, Verdict, verdict};
pub use siret::siret_is_valid;
pub use template::{Furniture, TemplateEquipment, TemplateHours, TemplateService};

use crate::{CabinetId, Faults};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Where a cabinet is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Number and street.
    pub street: String,
    /// Postal code.
    pub postal_code: String,
    /// Town.
    pub city: String,
    /// ISO 3166 code, two capital letters.
    #[serde(default = "france")]
    pub country: String,
}

fn france() -> String {
    "FR".to_owned()
}

/// What is said about a cabinet when it is made or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CabinetDetails {
    /// Its name.
    pub name: String,
    /// Its registration number: 14 digits.
    pub siret: String,
    /// Where it is.
    pub address: Address,
    /// IANA name of its zone.
    pub zone: String,
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
}

impl CabinetDetails {
    /// Every field that cannot be taken.
    pub fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let filled = |text: &str, most: usize| !text.trim().is_empty() && text.chars().count() <= most;
        faults.unless(filled(&self.name, 200), "name", "has 1 to 200 characters");
        faults.unless(
            siret_is_valid(&self.siret),
            "siret",
            "is 14 digits with a right check digit",
        );
        faults.unless(
            filled(&self.address.street, 200),
            "address.street",
            "has 1 to 200 characters",
        );
        faults.unless(
            filled(&self.address.city, 100),
            "address.city",
            "has 1 to 100 characters",
        );
        let (country, code) = (&self.address.country, &self.address.postal_code);
        faults.unless(
            country.len() == 2 && country.bytes().all(|letter| letter.is_ascii_uppercase()),
            "address.country",
            "is two capital letters",
        );
        let french = code.len() == 5 && code.bytes().all(|digit| digit.is_ascii_digit());
        faults.unless(
            if country == "FR" { french } else { filled(code, 12) },
            "address.postal_code",
            "is the country's: five digits in France",
        );
        faults.unless(
            self.zone.contains('/') && TimeZone::get(&self.zone).is_ok(),
            "zone",
            "is an IANA zone such as Europe/Paris",
        );
        if let Some(email) = &self.email {
            faults.unless(email_is_plausible(email), "email", "is an e-mail address");
        }
        if let Some(phone) = &self.phone {
            faults.unless(phone_is_plausible(phone), "phone", "is a telephone number");
        }
        faults.into_result()
    }
}

/// A cabinet as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cabinet {
    /// Its id.
    pub id: CabinetId,
    /// What is said about it.
    #[serde(flatten)]
    pub details: CabinetDetails,
    /// Where it stands.
    pub status: CabinetStatus,
    /// Counts its changes.
    pub version: i64,
}

/// Where a cabinet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CabinetStatus {
    /// Written down, nothing more.
    Draft,
    /// On its way.
    Provisioning,
    /// Serves patients.
    Active,
    /// Closed; its records stay.
    Inactive,
}

impl CabinetStatus {
    /// The word in the database and the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Provisioning => "provisioning",
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }

    /// The status with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Draft, Self::Provisioning, Self::Active, Self::Inactive]
            .into_iter()
            .find(|status| status.name() == name)
    }
}

/// One `@`, something before it, a dot after it, no spaces: whether it reaches somebody, only a message tells.
pub fn email_is_plausible(text: &str) -> bool {
    text.len() <= 254
        && !text.chars().any(char::is_whitespace)
        && text
            .split_once('@')
            .is_some_and(|(local, host)| !local.is_empty() && host.contains('.') && !host.contains('@'))
}

/// 6 to 15 digits, with the usual separators and perhaps a plus sign in front.
pub fn phone_is_plausible(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (6..=15).contains(&digits)
        && text
            .trim_start_matches('+')
            .chars()
            .all(|letter| letter.is_ascii_digit() || " .-()/".contains(letter))
}
