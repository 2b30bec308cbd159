//! What was said and written: messages, calls, letters.

use super::add_entry;
use crate::shapes;
use axum::{Json, extract::State, response::Response};
use nova_fn_practice::{
    Caller, Entry, Item, Keyed, Platform, Refusal,
    cursor::{self, Page},
};
use nova_http::{Body, Parameters};
use nova_practice::{EntryId, PatientId};
use nova_practice_store::patients::{self, Communication, Recorded};
use serde_json::{Value, json};

/// Show communications
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/communications", operation_id = "listCommunications", tag = "history",
    params(Page, ("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "A page of them, newest first", body = shapes::Communications))
)]
pub(crate) async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    Parameters(page): Parameters<Page>,
) -> Result<Json<Value>, Refusal> {
    let limit = cursor::limit(page.limit)?;
    let before = cursor::read("communications", page.cursor.as_deref())?;
    let more = cursor::read_ahead(limit);
    let mut entries = platform
        .in_cabinet(&caller, async |tx| patients::communications(tx, id, before, more).await)
        .await?;
    let place = |one: &Recorded<Communication>| (one.entry.at, one.id);
    let next = cursor::page("communications", &mut entries, limit, place);
    Ok(Json(json!({ "communications": entries, "next": next })))
}

/// Add to communications
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/patients/{id}/communications", operation_id = "addCommunication", tag = "history", request_body = shapes::NewCommunication,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 201, description = "The entry's id", body = shapes::Added))
)]
pub(crate) async fn add(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    key: Keyed,
    Body(entry): Body<Communication>,
) -> Result<Response, Refusal> {
    add_entry(
        &platform,
        &caller,
        (id, "communications"),
        (&key, &entry),
        patients::add_communication,
    )
    .await
}

/// Show what was said or written
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/communications/{entry}", operation_id = "showCommunication", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100"),
        ("entry" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000101")),
    responses((status = 200, description = "The entry", body = shapes::Communication))
)]
pub(crate) async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    Entry(entry): Entry<EntryId>,
) -> Result<Json<Value>, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| patients::communication(tx, id, entry).await)
        .await?;
    Ok(Json(json!(found)))
}
