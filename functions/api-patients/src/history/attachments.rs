//! What is known about files of a record.

use super::{add_entry, one, strike_entry};
use crate::shapes;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use nova_fn_practice::{Caller, Entry, Item, Keyed, Platform, Refusal};
use nova_http::Body;
use nova_practice::{EntryId, PatientId};
use nova_practice_store::patients::{self, Attachment};
use serde_json::{Value, json};

/// Show attachments
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/attachments", operation_id = "listAttachments", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "Every entry, struck out or not", body = shapes::Attachments))
)]
pub(crate) async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
) -> Result<Json<Value>, Refusal> {
    let entries = platform
        .in_cabinet(&caller, async |tx| patients::attachments(tx, id).await)
        .await?;
    Ok(Json(json!({ "attachments": entries })))
}

/// Add to attachments
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/patients/{id}/attachments", operation_id = "addAttachment", tag = "history", request_body = shapes::NewAttachment,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 201, description = "The entry's id", body = shapes::Added))
)]
pub(crate) async fn add(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    key: Keyed,
    Body(entry): Body<Attachment>,
) -> Result<Response, Refusal> {
    add_entry(
        &platform,
        &caller,
        (id, "attachments"),
        (&key, &entry),
        patients::add_attachment,
    )
    .await
}

/// Show an attachment
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/attachments/{entry}", operation_id = "showAttachment", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100"),
        ("entry" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000101")),
    responses((status = 200, description = "The entry, struck out or not", body = shapes::Attachment))
)]
pub(crate) async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    Entry(entry): Entry<EntryId>,
) -> Result<Json<Value>, Refusal> {
    let entries = platform
        .in_cabinet(&caller, async |tx| patients::attachments(tx, id).await)
        .await?;
    one(entries, entry)
}

/// Strike an entry of attachments out
#[utoipa::path(
    delete, path = "/v1/cabinets/{cabinet}/patients/{id}/attachments/{entry}", operation_id = "strikeAttachment", tag = "history",
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
    strike_entry(&platform, &caller, id, "attachment", entry).await
}
