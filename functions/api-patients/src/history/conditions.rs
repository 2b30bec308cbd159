//! The medical history: allergies, diseases, medications …

use super::{add_entry, one, strike_entry};
use crate::shapes;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use nova_fn_practice::{Caller, Entry, Item, Keyed, Platform, Refusal};
use nova_http::Body;
use nova_practice::{EntryId, PatientId};
use nova_practice_store::patients::{self, Condition};
use serde_json::{Value, json};

/// Show the medical history
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/conditions", operation_id = "listConditions", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "Every entry, struck out or not", body = shapes::Conditions))
)]
pub(crate) async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
) -> Result<Json<Value>, Refusal> {
    let entries = platform
        .in_cabinet(&caller, async |tx| patients::conditions(tx, id).await)
        .await?;
    Ok(Json(json!({ "conditions": entries })))
}

/// Add to the medical history
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/patients/{id}/conditions", operation_id = "addCondition", tag = "history", request_body = shapes::NewCondition,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 201, description = "The entry's id", body = shapes::Added))
)]
pub(crate) async fn add(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    key: Keyed,
    Body(entry): Body<Condition>,
) -> Result<Response, Refusal> {
    add_entry(
        &platform,
        &caller,
        (id, "conditions"),
        (&key, &entry),
        patients::add_condition,
    )
    .await
}

/// Show an entry of the medical history
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/conditions/{entry}", operation_id = "showCondition", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100"),
        ("entry" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000101")),
    responses((status = 200, description = "The entry, struck out or not", body = shapes::Condition))
)]
pub(crate) async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    Entry(entry): Entry<EntryId>,
) -> Result<Json<Value>, Refusal> {
    let entries = platform
        .in_cabinet(&caller, async |tx| patients::conditions(tx, id).await)
        .await?;
    one(entries, entry)
}

/// Strike an entry of the medical history out
#[utoipa::path(
    delete, path = "/v1/cabinets/{cabinet}/patients/{id}/conditions/{entry}", operation_id = "strikeCondition", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100"),
        ("entry" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000101")),
    responses((status = 204, description = "It no longer counts"))
)]
pub(crate) async fn strike(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    Entry(entry): Entry<EntryId>,
) -> Result<StatusCode, Refusal> {
    strike_entry(&platform, &caller, id, "condition", entry).await
}
