//! When people work, and which days differ.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// When somebody works on a weekday.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct WorkingHours {
    /// 1 (Monday) to 7 (Sunday).
    #[schema(example = 1)]
    weekday: i8,
    /// From, in the cabinet's zone.
    #[schema(example = "08:30:00")]
    opens: String,
    /// To.
    #[schema(example = "12:30:00")]
    closes: String,
    /// From this day on.
    #[schema(example = json!(null))]
    valid_from: Option<String>,
    /// To this day.
    #[schema(example = json!(null))]
    valid_until: Option<String>,
}

/// A week of working hours.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct WorkingWeek {
    /// By weekday.
    working_hours: Vec<WorkingHours>,
}

/// A day that differs.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewException {
    /// Whose; none: the whole cabinet's.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000010")]
    resource_id: Option<Uuid>,
    /// The day.
    #[schema(example = "2026-12-24")]
    day: String,
    /// How it differs: `closed` or `open`.
    #[schema(example = "closed")]
    kind: String,
    /// From; none: the whole day.
    #[schema(example = json!(null))]
    opens: Option<String>,
    /// To.
    #[schema(example = json!(null))]
    closes: Option<String>,
    /// Why.
    #[schema(example = "Congés")]
    note: Option<String>,
}

/// A day that differs, as it is kept.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Exception {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-0000000000d0")]
    id: Uuid,
    /// How it differs.
    #[serde(flatten)]
    rest: NewException,
}

/// Days that differ.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Exceptions {
    /// In order of days.
    exceptions: Vec<Exception>,
}
