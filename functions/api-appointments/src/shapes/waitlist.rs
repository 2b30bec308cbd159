//! Who waits for what, and what they are offered.

use super::Appointment;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

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
