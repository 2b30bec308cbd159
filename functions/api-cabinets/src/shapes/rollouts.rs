//! A change of configuration, given to cabinets in stages.

use super::ConfigurationChange;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Cabinets that get a change together.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct RolloutStage {
    /// What people call it.
    #[schema(example = "pilot")]
    name: String,
    /// Its cabinets.
    #[schema(example = json!(["0192f0c4-0000-7000-8000-000000000001"]))]
    cabinets: Vec<Uuid>,
}

/// A change of configuration, and where it goes.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewRollout {
    /// Settings by path, with their new values.
    #[schema(value_type = Object, example = json!({ "booking.hold_minutes": 15 }))]
    changes: serde_json::Value,
    /// Why.
    #[schema(example = "Longer holds in winter")]
    note: String,
    /// Its stages, in order.
    stages: Vec<RolloutStage>,
}

/// A change of configuration on its way.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Rollout {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000200")]
    id: Uuid,
    /// Settings by path, with their new values.
    #[schema(value_type = Object, example = json!({ "booking.hold_minutes": 15 }))]
    changes: serde_json::Value,
    /// Why.
    #[schema(example = "Longer holds in winter")]
    note: String,
    /// Its stages, in order.
    stages: Vec<RolloutStage>,
    /// How many stages have it.
    #[schema(example = 1)]
    stage: i32,
    /// `running`, `paused`, `done` or `rolled_back`.
    #[schema(example = "running")]
    status: String,
    /// Counts its changes.
    #[schema(example = 2)]
    version: i64,
}

/// A page of roll-outs.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Rollouts {
    /// Newest first.
    rollouts: Vec<Rollout>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// What a roll-out would change in a cabinet.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct RolloutChange {
    /// The cabinet.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000001")]
    cabinet: Uuid,
    /// The stage it belongs to.
    #[schema(example = "pilot")]
    stage: String,
    /// Settings that differ.
    changes: Vec<ConfigurationChange>,
}

lists! {
    /// What a roll-out would change.
    RolloutChanges { cabinets: RolloutChange }
}
