//! An appointment as it is kept, and how it changes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// An appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Appointment {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-0000000000b0")]
    id: Uuid,
    /// For whom.
    #[schema(example = "0192f0c4-0000-7000-8000-0000000000a0")]
    patient: Uuid,
    /// What for.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000020")]
    service: Uuid,
    /// With whom.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000010")]
    practitioner: Uuid,
    /// On which chair.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000011")]
    chair: Option<Uuid>,
    /// Who assists.
    #[schema(example = json!(null))]
    assistant: Option<Uuid>,
    /// The series it belongs to.
    #[schema(example = json!(null))]
    series: Option<Uuid>,
    /// From.
    #[schema(example = "2026-11-23T08:00:00Z")]
    start: Timestamp,
    /// To.
    #[schema(example = "2026-11-23T08:30:00Z")]
    end: Timestamp,
    /// `held`, `booked`, `confirmed`, `arrived`, `in_treatment`, `completed`, `no_show`, `cancelled` or `expired`.
    #[schema(example = "booked")]
    status: String,
    /// Until when it is held.
    #[schema(example = json!(null))]
    hold_until: Option<Timestamp>,
    /// Why it may overlap others.
    #[schema(example = json!(null))]
    overbooking_reason: Option<String>,
    /// Why it was called off.
    #[schema(example = json!(null))]
    cancel_reason: Option<String>,
    /// What the practitioner should know.
    #[schema(example = json!(null))]
    notes: Option<String>,
    /// Counts its changes.
    #[schema(example = 1)]
    version: i64,
}

/// A page of appointments.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Appointments {
    /// In order of time.
    appointments: Vec<Appointment>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// Where an appointment moves.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Move {
    /// When it begins.
    #[schema(example = "2026-11-24T08:00:00Z")]
    start: Timestamp,
    /// With whom, where it changes.
    #[schema(example = json!(null))]
    practitioner: Option<Uuid>,
    /// On which chair, where it changes.
    #[schema(example = json!(null))]
    chair: Option<Uuid>,
}

/// Why an appointment is called off.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// In words; at most 500 characters count.
    #[schema(example = "The patient is ill")]
    pub reason: String,
}

/// What became of an appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewStatus {
    /// `confirmed`, `arrived`, `in_treatment`, `completed` or `no_show`.
    #[schema(example = "arrived")]
    status: String,
}

/// A change of an appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Change {
    /// The appointment.
    #[schema(example = "0192f0c4-0000-7000-8000-0000000000b0")]
    appointment: Uuid,
    /// Where it stands since then.
    #[schema(example = "booked")]
    status: String,
    /// From.
    #[schema(example = "2026-11-23T08:00:00Z")]
    start: Timestamp,
    /// To.
    #[schema(example = "2026-11-23T08:30:00Z")]
    end: Timestamp,
    /// Its version since then.
    #[schema(example = 2)]
    version: i64,
    /// When it changed.
    #[schema(example = "2026-11-20T08:30:00Z")]
    at: Timestamp,
}

/// Changes.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Changes {
    /// In order.
    changes: Vec<Change>,
    /// Where the feed goes on.
    #[schema(example = "812.7")]
    cursor: String,
}
