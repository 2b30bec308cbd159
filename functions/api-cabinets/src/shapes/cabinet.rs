//! A cabinet itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a cabinet is.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Address {
    /// Number and street.
    #[schema(example = "12 rue des Lilas")]
    street: String,
    /// Postal code.
    #[schema(example = "69003")]
    postal_code: String,
    /// Town.
    #[schema(example = "Lyon")]
    city: String,
    /// ISO 3166 code [default: FR].
    #[schema(example = "FR")]
    country: Option<String>,
}

/// What is said about a cabinet.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct CabinetDetails {
    /// Its name.
    #[schema(example = "Cabinet des Lilas")]
    name: String,
    /// Its registration number: 14 digits with a right check digit.
    #[schema(example = "73282932000074")]
    siret: String,
    /// Where it is.
    address: Address,
    /// IANA name of its zone.
    #[schema(example = "Europe/Paris")]
    zone: String,
    /// Telephone.
    #[schema(example = "+33 4 99 00 12 34")]
    phone: Option<String>,
    /// E-mail address.
    #[schema(example = "accueil@lilas.example")]
    email: Option<String>,
}

/// A cabinet.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Cabinet {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000001")]
    id: Uuid,
    /// What is said about it.
    #[serde(flatten)]
    details: CabinetDetails,
    /// `draft`, `provisioning`, `active` or `inactive`.
    #[schema(example = "active")]
    status: String,
    /// Counts its changes.
    #[schema(example = 3)]
    version: i64,
}

/// A page of cabinets.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Cabinets {
    /// In order of their names.
    cabinets: Vec<Cabinet>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// Whether a cabinet serves patients.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCabinetStatus {
    /// Open or closed.
    pub status: OpenOrClosed,
    /// Why it closes.
    #[schema(example = "Moved to another town")]
    pub reason: Option<String>,
}

/// Open or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OpenOrClosed {
    /// Serves patients.
    Active,
    /// Closed; its records stay.
    Inactive,
}
