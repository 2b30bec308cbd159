//! What requests and answers are made of. Most types here only describe types that know nothing of HTTP.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
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

/// An allergy, a disease, a medication …
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewCondition {
    /// `allergy`, `disease`, `medication`, `surgery`, `pregnancy` or `other`.
    #[schema(example = "allergy")]
    kind: String,
    /// In words.
    #[schema(example = "Penicillin")]
    label: String,
    /// A code, where one is used.
    #[schema(example = json!(null))]
    code: Option<String>,
    /// `mild`, `moderate` or `severe`.
    #[schema(example = "severe")]
    severity: Option<String>,
    /// Since when.
    #[schema(value_type = Option<String>, example = "2019-05-01")]
    since: Option<Date>,
    /// Until when.
    #[schema(value_type = Option<String>, example = json!(null))]
    until: Option<Date>,
    /// More.
    #[schema(example = json!(null))]
    note: Option<String>,
}

/// An allergy, a disease, a medication … As it is kept.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Condition {
    /// The entry's id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000101")]
    id: Uuid,
    /// What it says.
    #[serde(flatten)]
    entry: NewCondition,
    /// Who wrote it.
    #[schema(example = "user:0192f0c4-0000-7000-8000-000000000002")]
    recorded_by: String,
    /// When.
    #[schema(example = "2026-11-02T08:00:00Z")]
    recorded_at: Timestamp,
    /// When it was struck out, or withdrawn.
    #[schema(example = json!(null))]
    ended_at: Option<Timestamp>,
}

/// Every entry.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Conditions {
    /// In order of time.
    conditions: Vec<Condition>,
}

/// What was found or done at a tooth.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewToothEntry {
    /// FDI number: 11 to 48, 51 to 85.
    #[schema(example = 16)]
    tooth: u8,
    /// Letters of the surfaces; empty: the whole tooth.
    #[schema(example = "MO")]
    surfaces: Option<String>,
    /// `sound`, `caries`, `filled`, `crown`, `bridge`, `root_canal`, `implant`, `extracted`, `missing`, `unerupted`, `fractured`, `sealed`, `veneer` or `mobile`.
    #[schema(example = "filled")]
    state: String,
    /// The day.
    #[schema(value_type = String, example = "2026-11-02")]
    done_on: Date,
    /// More.
    #[schema(example = json!(null))]
    note: Option<String>,
}

/// What was found or done at a tooth, as it is kept.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct ToothEntry {
    /// The entry's id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000101")]
    id: Uuid,
    /// What it says.
    #[serde(flatten)]
    entry: NewToothEntry,
    /// Who wrote it.
    #[schema(example = "user:0192f0c4-0000-7000-8000-000000000002")]
    recorded_by: String,
    /// When.
    #[schema(example = "2026-11-02T08:00:00Z")]
    recorded_at: Timestamp,
    /// When it was struck out, or withdrawn.
    #[schema(example = json!(null))]
    ended_at: Option<Timestamp>,
}

/// Every entry.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Teeth {
    /// In order of time.
    teeth: Vec<ToothEntry>,
    /// What follows from the entries, tooth by tooth.
    chart: Vec<ChartTooth>,
}

/// What a patient agreed to.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewConsent {
    /// `care`, `data_processing`, `reminders`, `marketing`, `photos` or `treatment_plan`.
    #[schema(example = "reminders")]
    purpose: String,
    /// The text that was agreed to, by name and version.
    #[schema(example = "reminders-2026-1")]
    document: Option<String>,
    /// When.
    #[schema(example = "2026-11-02T08:00:00Z")]
    given_at: Timestamp,
}

/// What a patient agreed to, as it is kept.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Consent {
    /// The entry's id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000101")]
    id: Uuid,
    /// What it says.
    #[serde(flatten)]
    entry: NewConsent,
    /// Who wrote it.
    #[schema(example = "user:0192f0c4-0000-7000-8000-000000000002")]
    recorded_by: String,
    /// When.
    #[schema(example = "2026-11-02T08:00:00Z")]
    recorded_at: Timestamp,
    /// When it was struck out, or withdrawn.
    #[schema(example = json!(null))]
    ended_at: Option<Timestamp>,
}

/// Every entry.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Consents {
    /// In order of time.
    consents: Vec<Consent>,
}

/// What is known about a file.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewAttachment {
    /// Its name.
    #[schema(example = "panoramic.png")]
    name: String,
    /// Its type.
    #[schema(example = "image/png")]
    media_type: String,
    /// `xray`, `photo`, `letter`, `prescription`, `consent`, `invoice` or `other`.
    #[schema(example = "xray")]
    kind: String,
    /// Its length.
    #[schema(example = 204_800)]
    bytes: i64,
    /// SHA-256, 64 hexadecimal digits.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    sha256: String,
}

/// What is known about a file, as it is kept.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Attachment {
    /// The entry's id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000101")]
    id: Uuid,
    /// What it says.
    #[serde(flatten)]
    entry: NewAttachment,
    /// Who wrote it.
    #[schema(example = "user:0192f0c4-0000-7000-8000-000000000002")]
    recorded_by: String,
    /// When.
    #[schema(example = "2026-11-02T08:00:00Z")]
    recorded_at: Timestamp,
    /// When it was struck out, or withdrawn.
    #[schema(example = json!(null))]
    ended_at: Option<Timestamp>,
}

/// Every entry.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Attachments {
    /// In order of time.
    attachments: Vec<Attachment>,
}

/// A message, a call, a letter.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewCommunication {
    /// `email`, `sms`, `phone`, `letter` or `in_person`.
    #[schema(example = "phone")]
    channel: String,
    /// `in` or `out`.
    #[schema(example = "out")]
    direction: String,
    /// What about.
    #[schema(example = "Reminder")]
    subject: String,
    /// What came of it.
    #[schema(example = "will come")]
    outcome: Option<String>,
    /// When.
    #[schema(example = "2026-11-02T08:00:00Z")]
    at: Timestamp,
}

/// A message, a call, a letter, as it is kept.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Communication {
    /// The entry's id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000101")]
    id: Uuid,
    /// What it says.
    #[serde(flatten)]
    entry: NewCommunication,
    /// Who wrote it.
    #[schema(example = "user:0192f0c4-0000-7000-8000-000000000002")]
    recorded_by: String,
    /// When.
    #[schema(example = "2026-11-02T08:00:00Z")]
    recorded_at: Timestamp,
    /// When it was struck out, or withdrawn.
    #[schema(example = json!(null))]
    ended_at: Option<Timestamp>,
}

/// Every entry.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Communications {
    /// In order of time.
    communications: Vec<Communication>,
}

/// A tooth as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct ChartTooth {
    /// FDI number.
    #[schema(example = 16)]
    tooth: u8,
    /// The state of the tooth as a whole.
    #[schema(example = "sound")]
    state: String,
    /// States of surfaces.
    #[schema(example = json!({ "M": "filled" }))]
    surfaces: std::collections::BTreeMap<String, String>,
}

/// A merge.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Merge {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000102")]
    id: Uuid,
    /// The record that stays.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000100")]
    kept: Uuid,
    /// The record that was put away.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000103")]
    merged: Uuid,
    /// How many rows moved, by table.
    #[schema(example = json!({ "appointments": 3 }))]
    rows: std::collections::BTreeMap<String, i64>,
}

/// Which record goes into this one.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMerge {
    /// The record that is put away.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000103")]
    pub merged: Uuid,
}

/// What was added.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Added {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000101")]
    pub id: Uuid,
}
