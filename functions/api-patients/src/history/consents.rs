//! What a patient agreed to.

use super::{add_entry, one};
use crate::shapes;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use nova_fn_practice::{Caller, Entry, Item, Keyed, Platform, Refusal};
use nova_http::Body;
use nova_practice::{EntryId, PatientId};
use nova_practice_store::patients::{self, Consent};
use serde_json::{Value, json};

/// Show consents
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/consents", operation_id = "listConsents", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "Every entry, struck out or not", body = shapes::Consents))
)]
pub(crate) async fn list(
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
pub(crate) async fn add(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    key: Keyed,
    Body(entry): Body<Consent>,
) -> Result<Response, Refusal> {
    add_entry(
        &platform,
        &caller,
        (id, "consents"),
        (&key, &entry),
        patients::add_consent,
    )
    .await
}

/// Show a consent
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/consents/{entry}", operation_id = "showConsent", tag = "history",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100"),
        ("entry" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000101")),
    responses((status = 200, description = "The consent, withdrawn or not", body = shapes::Consent))
)]
pub(crate) async fn show(
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
pub(crate) async fn withdraw(
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
