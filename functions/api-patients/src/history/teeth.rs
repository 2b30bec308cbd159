//! The dental history, and the chart that it comes to.

use super::{add_entry, one, strike_entry};
use crate::shapes;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use nova_fn_practice::{Caller, Entry, Item, Keyed, Platform, Refusal};
use nova_http::Body;
use nova_practice::{EntryId, PatientId};
use nova_practice_store::patients::{self, ToothEntry};
use serde_json::{Value, json};

/// Show the dental history
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/teeth", operation_id = "listTeeth", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "Every entry, struck out or not", body = shapes::Teeth))
)]
pub(crate) async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
) -> Result<Json<Value>, Refusal> {
    let (entries, chart) = platform
        .in_cabinet(&caller, async |tx| patients::teeth(tx, id).await)
        .await?;
    let chart: Vec<Value> = chart
        .into_iter()
        .map(|(tooth, (state, surfaces))| json!({ "tooth": tooth, "state": state, "surfaces": surfaces }))
        .collect();
    Ok(Json(json!({ "teeth": entries, "chart": chart })))
}

/// Add to the dental history
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/patients/{id}/teeth", operation_id = "addToothEntry", tag = "history", request_body = shapes::NewToothEntry,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 201, description = "The entry's id", body = shapes::Added))
)]
pub(crate) async fn add(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    key: Keyed,
    Body(entry): Body<ToothEntry>,
) -> Result<Response, Refusal> {
    add_entry(
        &platform,
        &caller,
        (id, "teeth"),
        (&key, &entry),
        patients::add_tooth_event,
    )
    .await
}

/// Show an entry of the dental history
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/teeth/{entry}", operation_id = "showToothEntry", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100"),
        ("entry" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000101")),
    responses((status = 200, description = "The entry, struck out or not", body = shapes::ToothEntry))
)]
pub(crate) async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    Entry(entry): Entry<EntryId>,
) -> Result<Json<Value>, Refusal> {
    let entries = platform
        .in_cabinet(&caller, async |tx| Ok(patients::teeth(tx, id).await?.0))
        .await?;
    one(entries, entry)
}

/// Strike an entry of the dental history out
#[utoipa::path(
    delete, path = "/v1/cabinets/{cabinet}/patients/{id}/teeth/{entry}", operation_id = "strikeToothEntry", tag = "history",
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
    strike_entry(&platform, &caller, id, "tooth", entry).await
}
