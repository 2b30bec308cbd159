//! Two records of one person.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

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
