//! What requests and answers are made of. Most types here only describe types that know nothing of HTTP.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
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

/// Who waits for what.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewWaiting {
    /// Who.
    #[schema(example = "0192f0c4-0000-7000-8000-0000000000a0")]
    patient: Uuid,
    /// What for.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000020")]
    service: Uuid,
    /// With whom; left out: with anybody.
    #[schema(example = json!(null))]
    practitioner: Option<Uuid>,
    /// From when on.
    #[schema(example = "2026-11-23T00:00:00Z")]
    earliest: Timestamp,
    /// Until when.
    #[schema(example = "2026-12-23T00:00:00Z")]
    latest: Timestamp,
    /// 0 to 9; higher is asked first [default: 0].
    #[schema(example = 5)]
    priority: Option<i16>,
}

/// A place on the waitlist.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Waiting {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-0000000000c0")]
    id: Uuid,
    /// Who.
    #[schema(example = "0192f0c4-0000-7000-8000-0000000000a0")]
    patient: Uuid,
    /// What for.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000020")]
    service: Uuid,
    /// With whom.
    #[schema(example = json!(null))]
    practitioner: Option<Uuid>,
    /// From when on.
    #[schema(example = "2026-11-23T00:00:00Z")]
    earliest: Timestamp,
    /// Until when.
    #[schema(example = "2026-12-23T00:00:00Z")]
    latest: Timestamp,
    /// Higher is asked first.
    #[schema(example = 5)]
    priority: i16,
    /// `waiting`, `offered`, `booked` or `left`.
    #[schema(example = "waiting")]
    status: String,
    /// The hold that is offered.
    #[schema(example = json!(null))]
    offer: Option<Uuid>,
    /// How many offers there were.
    #[schema(example = 0)]
    offers: i32,
}

/// The waitlist.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Waitlist {
    /// In the order in which they are asked.
    waiting: Vec<Waiting>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// A time that became free.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewOffer {
    /// With whom.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000010")]
    practitioner: Uuid,
    /// When.
    #[schema(example = "2026-11-23T08:00:00Z")]
    start: Timestamp,
}

/// What was offered to whom.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Offer {
    /// Who; none when nobody would take it.
    entry: Option<Waiting>,
    /// What is held for them.
    hold: Option<Appointment>,
}

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

/// Why an appointment is called off.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// In words; at most 500 characters count.
    #[schema(example = "The patient is ill")]
    pub reason: String,
}
