//! Patients: what a record must say, what it is found by, and the chart of the teeth.

mod chart;
mod fold;
mod nir;

pub use chart::{Chart, Tooth, ToothEvent, ToothState, chart};
pub use fold::{Found, fold, sort_name, terms, tokens};
pub use nir::nir_is_valid;

use crate::cabinet::{email_is_plausible, phone_is_plausible};
use crate::{Faults, ResourceId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is said about a patient when the record is made or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientDetails {
    /// Family name.
    pub last_name: String,
    /// Given names.
    pub first_name: String,
    /// Name at birth, where it differs.
    #[serde(default)]
    pub birth_name: Option<String>,
    /// Date of birth.
    pub birth_date: Date,
    /// Sex, as far as treatment and insurance ask.
    #[serde(default)]
    pub sex: Sex,
    /// Number of the health insurance: 15 characters.
    #[serde(default)]
    pub nir: Option<String>,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Telephone.
    #[serde(default)]
    pub phone: Option<String>,
    /// Number and street.
    #[serde(default)]
    pub street: Option<String>,
    /// Postal code.
    #[serde(default)]
    pub postal_code: Option<String>,
    /// Town.
    #[serde(default)]
    pub city: Option<String>,
    /// Two letters, ISO 639.
    #[serde(default = "french")]
    pub language: String,
    /// Who usually treats them.
    #[serde(default)]
    pub practitioner_id: Option<ResourceId>,
    /// What the desk should know.
    #[serde(default)]
    pub notes: Option<String>,
}

fn french() -> String {
    "fr".to_owned()
}

/// Sex, as far as treatment and insurance ask.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Not known, or not said.
    #[default]
    Unknown,
}

impl Sex {
    /// The word in the database and the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
            Self::Unknown => "unknown",
        }
    }

    /// The sex with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Female, Self::Male, Self::Unknown]
            .into_iter()
            .find(|sex| sex.name() == name)
    }
}

impl PatientDetails {
    /// Every field that cannot be taken, on the day `today`.
    pub fn check(&self, today: Date) -> Result<(), Faults> {
        let mut faults = Faults::default();
        for (field, name) in [("last_name", &self.last_name), ("first_name", &self.first_name)] {
            let length = name.trim().chars().count();
            faults.unless((1..=100).contains(&length), field, "has 1 to 100 characters");
        }
        faults.unless(
            self.birth_date <= today && self.birth_date.year() >= 1880,
            "birth_date",
            "lies between 1880 and today",
        );
        if let Some(nir) = &self.nir {
            faults.unless(nir_is_valid(nir), "nir", "is 15 characters with a right key");
        }
        if let Some(email) = &self.email {
            faults.unless(email_is_plausible(email), "email", "is an e-mail address");
        }
        if let Some(phone) = &self.phone {
            faults.unless(phone_is_plausible(phone), "phone", "is a telephone number");
        }
        faults.unless(
            self.language.len() == 2 && self.language.bytes().all(|letter| letter.is_ascii_lowercase()),
            "language",
            "is two small letters",
        );
        let long = |text: &Option<String>, most| text.as_ref().is_none_or(|text: &String| text.chars().count() <= most);
        faults.unless(long(&self.notes, 10_000), "notes", "has at most 10000 characters");
        faults.unless(long(&self.street, 200), "street", "has at most 200 characters");
        faults.unless(long(&self.city, 100), "city", "has at most 100 characters");
        faults.unless(long(&self.birth_name, 100), "birth_name", "has at most 100 characters");
        faults.into_result()
    }
}
