//! Two records of one person.

use crate::shapes;
use axum::{Json, extract::State, response::Response};
use nova_fn_practice::{Caller, Item, Keyed, Platform, Refusal, added, hashed};
use nova_http::Body;
use nova_practice::{MergeId, PatientId};
use nova_practice_store::patients::{self, Merged};
use serde_json::{Value, json};

/// Find records that may be the same person
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}/duplicates", operation_id = "findDuplicates", tag = "patients",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "Records with the same date of birth and a name in common", body = shapes::Duplicates))
)]
pub(crate) async fn duplicates(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
) -> Result<Json<Value>, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| patients::duplicates(tx, id).await)
        .await?;
    Ok(Json(json!({ "patients": found })))
}

/// Merge another record into this one
///
/// What belonged to the other belongs to this one; the other is put away. It can be parted again.
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/patients/{id}/merges", operation_id = "mergePatients", tag = "patients", request_body = shapes::NewMerge,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The record that stays", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 201, description = "The merge", body = shapes::Merge))
)]
pub(crate) async fn merge(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    key: Keyed,
    Body(body): Body<shapes::NewMerge>,
) -> Result<Response, Refusal> {
    let merge_id = MergeId(platform.new_id());
    let merged = platform
        .make(&caller, (&key, &body), async |tx| {
            patients::merge(tx, merge_id, id, PatientId(body.merged)).await
        })
        .await?;
    let place = format!("/v1/cabinets/{}/patient-merges/{}", caller.scope()?.cabinet, merged.id);
    Ok(added(&place, &merged))
}

/// Show a merge
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patient-merges/{id}", operation_id = "showMerge", tag = "patients",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The merge", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "The merge, undone or not", body = shapes::Merge))
)]
pub(crate) async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<MergeId>,
) -> Result<Response, Refusal> {
    let merged = platform
        .in_cabinet(&caller, async |tx| patients::merged(tx, id).await)
        .await?;
    Ok(hashed(&merged))
}

/// Part records that were merged
#[utoipa::path(
    delete, path = "/v1/cabinets/{cabinet}/patient-merges/{id}", operation_id = "partPatients", tag = "patients",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The merge", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "The merge that was undone", body = shapes::Merge))
)]
pub(crate) async fn part(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<MergeId>,
) -> Result<Json<Merged>, Refusal> {
    let merged = platform
        .in_cabinet(&caller, async |tx| patients::part(tx, id).await)
        .await?;
    Ok(Json(merged))
}
