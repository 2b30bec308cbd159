//! How cabinets are, and what happened in them.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The result of a check.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct HealthFinding {
    /// The check.
    #[schema(example = "hours")]
    check: String,
    /// How it is.
    #[schema(example = "healthy")]
    condition: String,
    /// One line with figures.
    #[schema(example = "10 opening hours")]
    detail: String,
    /// When it was looked at.
    #[schema(example = "2026-11-20T07:58:12Z")]
    at: jiff::Timestamp,
}

/// A page of how a cabinet was.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct HealthHistory {
    /// Newest first.
    findings: Vec<HealthFinding>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// How a cabinet is.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct CabinetHealth {
    /// The cabinet.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000001")]
    cabinet: Uuid,
    /// Its name.
    #[schema(example = "Cabinet des Lilas")]
    name: String,
    /// `healthy`, `degraded` or `failing`: as the worst of its checks. None: it was not looked at yet.
    #[schema(example = "healthy")]
    condition: Option<String>,
    /// Checks that are not healthy.
    #[schema(example = json!([]))]
    ill: Vec<String>,
    /// When it was last looked at.
    #[schema(example = "2026-11-20T07:58:12Z")]
    at: Option<jiff::Timestamp>,
}

/// What happened in a cabinet.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Activity {
    /// The cabinet.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000001")]
    cabinet: Uuid,
    /// Its name.
    #[schema(example = "Cabinet des Lilas")]
    name: String,
    /// Patients on its lists.
    #[schema(example = 1200)]
    patients: i64,
    /// Appointments that began in the time.
    #[schema(example = 340)]
    appointments: i64,
    /// How many of them took place.
    #[schema(example = 310)]
    completed: i64,
    /// How many were called off.
    #[schema(example = 20)]
    cancelled: i64,
    /// How many nobody came to.
    #[schema(example = 10)]
    no_shows: i64,
    /// Minutes that were booked.
    #[schema(example = 10200)]
    minutes: i64,
}

lists! {
    /// How a cabinet is.
    Health { findings: HealthFinding }
    /// How every cabinet is.
    HealthReport { cabinets: CabinetHealth }
    /// What happened in every cabinet.
    ActivityReport { cabinets: Activity }
}
