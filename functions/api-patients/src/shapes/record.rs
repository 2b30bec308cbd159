//! The record itself.

use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is said about a patient.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct PatientDetails {
    /// Family name.
    #[schema(example = "Moreau")]
    last_name: String,
    /// First names.
    #[schema(example = "Claire")]
    first_name: String,
    /// Name at birth, where it is another one.
    #[schema(example = json!(null))]
    birth_name: Option<String>,
    /// Day of birth.
    #[schema(value_type = String, example = "1984-02-09")]
    birth_date: Date,
    /// `female`, `male` or `unknown`.
    #[schema(example = "female")]
    sex: Option<String>,
    /// Number of the health insurance: 15 characters with a right key.
    #[schema(example = json!(null))]
    nir: Option<String>,
    /// E-mail address.
    #[schema(example = "claire@example.org")]
    email: Option<String>,
    /// Telephone.
    #[schema(example = "+33 6 99 00 12 34")]
    phone: Option<String>,
    /// Number and street.
    #[schema(example = "3 rue du Parc")]
    street: Option<String>,
    /// Postal code.
    #[schema(example = "69003")]
    postal_code: Option<String>,
    /// Town.
    #[schema(example = "Lyon")]
    city: Option<String>,
    /// Language, two small letters [default: fr].
    #[schema(example = "fr")]
    language: Option<String>,
    /// The practitioner who usually treats them.
    #[schema(example = json!(null))]
    practitioner_id: Option<Uuid>,
    /// What everybody should know.
    #[schema(example = "Prefers mornings")]
    notes: Option<String>,
}

/// A record.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Patient {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000100")]
    id: Uuid,
    /// What is said about the patient.
    #[serde(flatten)]
    details: PatientDetails,
    /// Counts its changes.
    #[schema(example = 1)]
    version: i64,
    /// When it was made.
    #[schema(example = "2026-11-02T08:00:00Z")]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(example = "2026-11-02T08:00:00Z")]
    updated_at: Timestamp,
    /// When it was put away.
    #[schema(example = json!(null))]
    deleted_at: Option<Timestamp>,
    /// The record it went into.
    #[schema(example = json!(null))]
    merged_into: Option<Uuid>,
}

/// A page of records.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Patients {
    /// In order of names.
    patients: Vec<Patient>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// Records that may be the same person.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Duplicates {
    /// In order of names.
    patients: Vec<Patient>,
}
