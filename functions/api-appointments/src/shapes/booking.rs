//! Free times, and what is booked: an appointment, or a series of them.

use super::Appointment;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A free time.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct FreeTime {
    /// With whom.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000010")]
    practitioner: Uuid,
    /// From.
    #[schema(example = "2026-11-23T08:00:00Z")]
    start: Timestamp,
    /// To.
    #[schema(example = "2026-11-23T08:30:00Z")]
    end: Timestamp,
}

/// Free times.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct FreeTimes {
    /// In order of time.
    free: Vec<FreeTime>,
}

/// What is to be booked.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewAppointment {
    /// For whom.
    #[schema(example = "0192f0c4-0000-7000-8000-0000000000a0")]
    patient: Uuid,
    /// What for.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000020")]
    service: Uuid,
    /// With whom.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000010")]
    practitioner: Uuid,
    /// On which chair; left out: any that is free, where the service needs one.
    #[schema(example = json!(null))]
    chair: Option<Uuid>,
    /// Who assists.
    #[schema(example = json!(null))]
    assistant: Option<Uuid>,
    /// When it begins.
    #[schema(example = "2026-11-23T08:00:00Z")]
    start: Timestamp,
    /// How long, where it differs from the service.
    #[schema(example = json!(null))]
    minutes: Option<i32>,
    /// Only hold it [default: false].
    #[schema(example = false)]
    hold: Option<bool>,
    /// Why it may overlap others, or lie outside the hours; needs the permission `appointments.overbook`.
    #[schema(example = json!(null))]
    overbooking_reason: Option<String>,
    /// What the practitioner should know.
    #[schema(example = "Sensitive tooth")]
    notes: Option<String>,
}

/// A series to be booked.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewSeries {
    /// The first appointment; the others have its wall time.
    first: NewAppointment,
    /// How it repeats.
    rule: Rule,
}

/// How a series repeats.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Rule {
    /// What lies between two.
    every: Every,
    /// How many in all, 1 to 104.
    #[schema(example = 6)]
    count: u16,
}

/// What lies between two appointments of a series.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// So many days.
    #[schema(example = 14)]
    Days(i64),
    /// So many weeks.
    #[schema(example = 2)]
    Weeks(i64),
    /// So many months.
    #[schema(example = 6)]
    Months(i64),
}

/// A series.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Series {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-0000000000b1")]
    series: Option<Uuid>,
    /// In order of time.
    appointments: Vec<Appointment>,
}
