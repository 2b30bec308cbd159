//! How a cabinet works: settings, their versions, what differs between two.

use serde::Deserialize;
use utoipa::ToSchema;

/// How a cabinet works; what is left out keeps its default.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Configuration {
    /// Booking: step_minutes, hold_minutes, lead_minutes, horizon_days, offer_minutes, overbooking.
    #[schema(value_type = Option<Object>, example = json!({ "step_minutes": 15, "hold_minutes": 10 }))]
    booking: serde_json::Value,
    /// Reminders: hours_before, channels.
    #[schema(value_type = Option<Object>, example = json!({ "hours_before": [48, 3], "channels": ["email"] }))]
    reminders: serde_json::Value,
    /// Parts of the platform that are on, by name.
    #[schema(value_type = Option<Object>, example = json!({}))]
    features: serde_json::Value,
}

/// A configuration, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewConfiguration {
    /// The configuration.
    configuration: Configuration,
    /// Why.
    #[schema(example = "Longer holds in winter")]
    note: Option<String>,
}

/// A version of a configuration.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct ConfigurationVersion {
    /// Its number, from 1.
    #[schema(example = 2)]
    number: i32,
    /// What it says.
    configuration: Configuration,
    /// Why it was made.
    #[schema(example = "Longer holds in winter")]
    note: String,
    /// Who made it.
    #[schema(example = "user:0192f0c4-0000-7000-8000-000000000002")]
    author: String,
    /// When.
    #[schema(example = "2026-11-20T07:58:12Z")]
    created_at: jiff::Timestamp,
    /// Since when it is, or was, live; none for a proposal.
    #[schema(example = json!(null))]
    live_at: Option<jiff::Timestamp>,
}

/// A page of versions of a configuration.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Configurations {
    /// Newest first.
    configurations: Vec<ConfigurationVersion>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// A setting that differs.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct ConfigurationChange {
    /// Its path.
    #[schema(example = "booking.hold_minutes")]
    path: String,
    /// Before.
    #[schema(value_type = Object, example = 10)]
    from: serde_json::Value,
    /// After.
    #[schema(value_type = Object, example = 15)]
    to: serde_json::Value,
}

lists! {
    /// Settings that differ.
    ConfigurationChanges { changes: ConfigurationChange }
}
