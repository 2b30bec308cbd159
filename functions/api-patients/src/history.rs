//! What belongs to a record. An entry that was wrong is struck out; it stays readable and no longer counts.

use crate::shapes;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use nova_fn_practice::{Caller, Entry, Item, Platform, Refusal, added};
use nova_http::Body;
use nova_practice::{EntryId, PatientId};
use nova_practice_store::patients::{self, Attachment, Communication, Condition, Consent, ToothEntry};
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
    Body(entry): Body<Condition>,
) -> Result<Response, Refusal> {
    let entry_id = EntryId(platform.new_id());
    let actor = caller.actor();
    platform
        .in_cabinet(&caller, async |tx| {
            patients::add_condition(tx, &actor, id, entry_id, &entry).await
        })
        .await?;
    entered(&caller, id, "conditions", entry_id)
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
    Body(entry): Body<ToothEntry>,
) -> Result<Response, Refusal> {
    let entry_id = EntryId(platform.new_id());
    let actor = caller.actor();
    platform
        .in_cabinet(&caller, async |tx| {
            patients::add_tooth_event(tx, &actor, id, entry_id, &entry).await
        })
        .await?;
    entered(&caller, id, "teeth", entry_id)
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
    Body(entry): Body<Consent>,
) -> Result<Response, Refusal> {
    let entry_id = EntryId(platform.new_id());
    let actor = caller.actor();
    platform
        .in_cabinet(&caller, async |tx| {
            patients::add_consent(tx, &actor, id, entry_id, &entry).await
        })
        .await?;
    entered(&caller, id, "consents", entry_id)
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
    Body(entry): Body<Attachment>,
) -> Result<Response, Refusal> {
    let entry_id = EntryId(platform.new_id());
    let actor = caller.actor();
    platform
        .in_cabinet(&caller, async |tx| {
            patients::add_attachment(tx, &actor, id, entry_id, &entry).await
        })
        .await?;
    entered(&caller, id, "attachments", entry_id)
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
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "Every entry, struck out or not", body = shapes::Communications))
)]
pub(crate) async fn communications(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
) -> Result<Json<Value>, Refusal> {
    let entries = platform
        .in_cabinet(&caller, async |tx| patients::communications(tx, id).await)
        .await?;
    Ok(Json(json!({ "communications": entries })))
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
    Body(entry): Body<Communication>,
) -> Result<Response, Refusal> {
    let entry_id = EntryId(platform.new_id());
    let actor = caller.actor();
    platform
        .in_cabinet(&caller, async |tx| {
            patients::add_communication(tx, &actor, id, entry_id, &entry).await
        })
        .await?;
    let place = format!("/v1/cabinets/{}/patients/{id}/communications", caller.scope()?.cabinet);
    Ok(added(&place, &shapes::Added { id: entry_id.uuid() }))
}

/// The answer to an entry that was added: where it is.
fn entered(caller: &Caller, patient: PatientId, list: &str, entry: EntryId) -> Result<Response, Refusal> {
    let cabinet = caller.scope()?.cabinet;
    let place = format!("/v1/cabinets/{cabinet}/patients/{patient}/{list}/{entry}");
    Ok(added(&place, &shapes::Added { id: entry.uuid() }))
}
