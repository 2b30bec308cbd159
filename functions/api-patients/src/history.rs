//! What belongs to a record. An entry that was wrong is struck out; it stays readable and no longer counts.

use crate::shapes;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use nova_fn_practice::{
    Caller, Entry, Item, Keyed, Platform, Refusal,
    cursor::{self, Page},
    made,
};
use nova_http::{Body, Parameters};
use nova_practice::{EntryId, PatientId};
use nova_practice_store::{
    Error,
    patients::{self, Attachment, Communication, Condition, Consent, Recorded, ToothEntry},
};
use serde::Serialize;
use serde_json::{Value, json};

/// Show the medical history
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/conditions", operation_id = "listConditions", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "Every entry, struck out or not", body = shapes::Conditions))
)]
pub(crate) async fn conditions(
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
pub(crate) async fn add_condition(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    key: Keyed,
    Body(entry): Body<Condition>,
) -> Result<Response, Refusal> {
    let entry_id = EntryId(platform.new_id());
    let actor = caller.actor();
    let entry_id = platform
        .make(&caller, (&key, &entry), async |tx| {
            patients::add_condition(tx, &actor, id, entry_id, &entry).await?;
            Ok(entry_id)
        })
        .await?;
    noted(&caller, id, "conditions", entry_id)
}

/// Show an entry of the medical history
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/conditions/{entry}", operation_id = "showCondition", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100"),
        ("entry" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000101")),
    responses((status = 200, description = "The entry, struck out or not", body = shapes::Condition))
)]
pub(crate) async fn condition(
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
pub(crate) async fn strike_condition(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    Entry(entry): Entry<EntryId>,
) -> Result<StatusCode, Refusal> {
    let actor = caller.actor();
    platform
        .in_cabinet(&caller, async |tx| {
            patients::strike(tx, &actor, id, "condition", entry).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show the dental history
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/teeth", operation_id = "listTeeth", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "Every entry, struck out or not", body = shapes::Teeth))
)]
pub(crate) async fn teeth(
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
pub(crate) async fn add_tooth(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    key: Keyed,
    Body(entry): Body<ToothEntry>,
) -> Result<Response, Refusal> {
    let entry_id = EntryId(platform.new_id());
    let actor = caller.actor();
    let entry_id = platform
        .make(&caller, (&key, &entry), async |tx| {
            patients::add_tooth_event(tx, &actor, id, entry_id, &entry).await?;
            Ok(entry_id)
        })
        .await?;
    noted(&caller, id, "teeth", entry_id)
}

/// Show an entry of the dental history
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/teeth/{entry}", operation_id = "showToothEntry", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100"),
        ("entry" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000101")),
    responses((status = 200, description = "The entry, struck out or not", body = shapes::ToothEntry))
)]
pub(crate) async fn tooth(
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
pub(crate) async fn strike_tooth(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    Entry(entry): Entry<EntryId>,
) -> Result<StatusCode, Refusal> {
    let actor = caller.actor();
    platform
        .in_cabinet(&caller, async |tx| {
            patients::strike(tx, &actor, id, "tooth", entry).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show consents
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/consents", operation_id = "listConsents", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "Every entry, struck out or not", body = shapes::Consents))
)]
pub(crate) async fn consents(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
) -> Result<Json<Value>, Refusal> {
    let entries = platform
        .in_cabinet(&caller, async |tx| patients::consents(tx, id).await)
        .await?;
    Ok(Json(json!({ "consents": entries })))
}

/// Add to consents
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/patients/{id}/consents", operation_id = "addConsent", tag = "history", request_body = shapes::NewConsent,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 201, description = "The entry's id", body = shapes::Added))
)]
pub(crate) async fn add_consent(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    key: Keyed,
    Body(entry): Body<Consent>,
) -> Result<Response, Refusal> {
    let entry_id = EntryId(platform.new_id());
    let actor = caller.actor();
    let entry_id = platform
        .make(&caller, (&key, &entry), async |tx| {
            patients::add_consent(tx, &actor, id, entry_id, &entry).await?;
            Ok(entry_id)
        })
        .await?;
    noted(&caller, id, "consents", entry_id)
}

/// Show a consent
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/consents/{entry}", operation_id = "showConsent", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100"),
        ("entry" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000101")),
    responses((status = 200, description = "The consent, withdrawn or not", body = shapes::Consent))
)]
pub(crate) async fn consent(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    Entry(entry): Entry<EntryId>,
) -> Result<Json<Value>, Refusal> {
    let entries = platform
        .in_cabinet(&caller, async |tx| patients::consents(tx, id).await)
        .await?;
    one(entries, entry)
}

/// Withdraw a consent
#[utoipa::path(
    delete, path = "/v1/cabinets/{cabinet}/patients/{id}/consents/{entry}", operation_id = "strikeConsent", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100"),
        ("entry" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000101")),
    responses((status = 204, description = "It no longer counts"))
)]
pub(crate) async fn strike_consent(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    Entry(entry): Entry<EntryId>,
) -> Result<StatusCode, Refusal> {
    platform
        .in_cabinet(&caller, async |tx| patients::withdraw_consent(tx, id, entry).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show attachments
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/attachments", operation_id = "listAttachments", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "Every entry, struck out or not", body = shapes::Attachments))
)]
pub(crate) async fn attachments(
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
pub(crate) async fn add_attachment(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    key: Keyed,
    Body(entry): Body<Attachment>,
) -> Result<Response, Refusal> {
    let entry_id = EntryId(platform.new_id());
    let actor = caller.actor();
    let entry_id = platform
        .make(&caller, (&key, &entry), async |tx| {
            patients::add_attachment(tx, &actor, id, entry_id, &entry).await?;
            Ok(entry_id)
        })
        .await?;
    noted(&caller, id, "attachments", entry_id)
}

/// Show an attachment
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/attachments/{entry}", operation_id = "showAttachment", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100"),
        ("entry" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000101")),
    responses((status = 200, description = "The entry, struck out or not", body = shapes::Attachment))
)]
pub(crate) async fn attachment(
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
pub(crate) async fn strike_attachment(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    Entry(entry): Entry<EntryId>,
) -> Result<StatusCode, Refusal> {
    let actor = caller.actor();
    platform
        .in_cabinet(&caller, async |tx| {
            patients::strike(tx, &actor, id, "attachment", entry).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show communications
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/communications", operation_id = "listCommunications", tag = "history",
    params(Page, ("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "A page of them, newest first", body = shapes::Communications))
)]
pub(crate) async fn communications(
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

/// Show what was said or written
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/communications/{entry}", operation_id = "showCommunication", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100"),
        ("entry" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000101")),
    responses((status = 200, description = "The entry", body = shapes::Communication))
)]
pub(crate) async fn communication(
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

/// Add to communications
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/patients/{id}/communications", operation_id = "addCommunication", tag = "history", request_body = shapes::NewCommunication,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 201, description = "The entry's id", body = shapes::Added))
)]
pub(crate) async fn add_communication(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    key: Keyed,
    Body(entry): Body<Communication>,
) -> Result<Response, Refusal> {
    let entry_id = EntryId(platform.new_id());
    let actor = caller.actor();
    let entry_id = platform
        .make(&caller, (&key, &entry), async |tx| {
            patients::add_communication(tx, &actor, id, entry_id, &entry).await?;
            Ok(entry_id)
        })
        .await?;
    noted(&caller, id, "communications", entry_id)
}

/// The answer to what was added to a record.
fn noted(caller: &Caller, patient: PatientId, kind: &str, entry: EntryId) -> Result<Response, Refusal> {
    let place = format!(
        "/v1/cabinets/{}/patients/{patient}/{kind}/{entry}",
        caller.scope()?.cabinet
    );
    Ok(made(&place, Json(shapes::Added { id: entry.uuid() })))
}

/// The entry with that id.
fn one<T: Serialize>(entries: Vec<Recorded<T>>, id: EntryId) -> Result<Json<Value>, Refusal> {
    let found = entries.into_iter().find(|entry| entry.id == id);
    Ok(Json(json!(found.ok_or(Error::Unknown("entry"))?)))
}
