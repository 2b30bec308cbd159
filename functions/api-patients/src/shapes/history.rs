//! What belongs to a record: what is added to it, and how that is kept.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

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

/// Declares an entry as it is kept.
macro_rules! kept {
    ($($(#[doc = $about:literal])+ $name:ident of $new:ident)*) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Deserialize, ToSchema)]
        #[expect(dead_code, reason = "describes another type")]
        pub struct $name {
            /// The entry's id.
            #[schema(example = "0192f0c4-0000-7000-8000-000000000101")]
            id: Uuid,
            /// What it says.
            #[serde(flatten)]
            entry: $new,
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
    )*};
}

kept! {
    /// An allergy, a disease, a medication … As it is kept.
    Condition of NewCondition
    /// What was found or done at a tooth, as it is kept.
    ToothEntry of NewToothEntry
    /// What a patient agreed to, as it is kept.
    Consent of NewConsent
    /// What is known about a file, as it is kept.
    Attachment of NewAttachment
    /// A message, a call, a letter, as it is kept.
    Communication of NewCommunication
}

/// Declares an answer that is every entry of a kind.
macro_rules! lists {
    ($($name:ident { $field:ident: $shape:ident })*) => {$(
        /// Every entry.
        #[derive(Debug, Deserialize, ToSchema)]
        #[expect(dead_code, reason = "describes another type")]
        pub struct $name {
            /// In order of time.
            $field: Vec<$shape>,
        }
    )*};
}

lists! {
    Conditions { conditions: Condition }
    Consents { consents: Consent }
    Attachments { attachments: Attachment }
    Communications { communications: Communication }
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

/// What was added.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Added {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000101")]
    pub id: Uuid,
}
