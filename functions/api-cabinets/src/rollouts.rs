//! A change of configuration, given to cabinets in stages.

use crate::shapes;
use axum::{Json, extract::State, response::Response};
use nova_fn_practice::{
    Caller, Item, Keyed, Platform, Refusal,
    cursor::{self, Page},
    made, tagged,
};
use nova_http::{Body, Parameters};
use nova_practice_store::rollout::{self, NewRollout, Rollout};
use serde_json::{Value, json};
use uuid::Uuid;

/// List roll-outs
#[utoipa::path(
    get, path = "/v1/configuration-rollouts", operation_id = "listRollouts", tag = "rollouts", params(Page),
    responses((status = 200, description = "A page of them, newest first", body = shapes::Rollouts))
)]
pub(crate) async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(page): Parameters<Page>,
) -> Result<Json<Value>, Refusal> {
    let limit = cursor::limit(page.limit)?;
    let after = cursor::read("rollouts", page.cursor.as_deref())?;
    let more = cursor::read_ahead(limit);
    let mut found = platform
        .store()
        .with_group(&caller.actor(), async |tx| rollout::list(tx, after, more).await)
        .await?;
    let next = cursor::page("rollouts", &mut found, limit, |rollout: &Rollout| rollout.id);
    Ok(Json(json!({ "rollouts": found, "next": next })))
}

/// Begin a roll-out
///
/// Settings by path, and stages with their cabinets. Nothing changes before the first stage is asked for.
#[utoipa::path(
    post, path = "/v1/configuration-rollouts", operation_id = "beginRollout", tag = "rollouts",
    request_body = shapes::NewRollout,
    responses((status = 201, description = "The roll-out", body = shapes::Rollout))
)]
pub(crate) async fn begin(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(new): Body<NewRollout>,
) -> Result<Response, Refusal> {
    let id = platform.new_id();
    let begun = platform
        .make_in_group(&caller, (&key, &new), async |tx| rollout::begin(tx, id, &new).await)
        .await?;
    let place = format!("/v1/configuration-rollouts/{}", begun.id);
    Ok(made(&place, tagged(begun.version, begun)))
}

/// Show a roll-out
#[utoipa::path(
    get, path = "/v1/configuration-rollouts/{id}", operation_id = "showRollout", tag = "rollouts",
    params(("id" = String, Path, description = "The roll-out", example = "0192f0c4-0000-7000-8000-000000000200")),
    responses((status = 200, description = "How far it came", body = shapes::Rollout))
)]
pub(crate) async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<Uuid>,
) -> Result<Response, Refusal> {
    let found = platform
        .store()
        .with_group(&caller.actor(), async |tx| rollout::get(tx, id).await)
        .await?;
    Ok(tagged(found.version, found))
}

/// Show what a roll-out would change
///
/// Cabinet by cabinet, as each is configured now.
#[utoipa::path(
    get, path = "/v1/configuration-rollouts/{id}/changes", operation_id = "showRolloutChanges", tag = "rollouts",
    params(("id" = String, Path, description = "The roll-out", example = "0192f0c4-0000-7000-8000-000000000200")),
    responses((status = 200, description = "Settings that differ", body = shapes::RolloutChanges))
)]
pub(crate) async fn changes(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<Uuid>,
) -> Result<Json<Value>, Refusal> {
    let found = rollout::differences(platform.store(), &caller.actor(), id).await?;
    Ok(Json(json!({ "cabinets": found })))
}

/// Go on with a roll-out
///
/// Checks the cabinets that have the change. All are healthy: the next stage gets it, or it is done. One is not: it
/// pauses.
#[utoipa::path(
    post, path = "/v1/configuration-rollouts/{id}/advance", operation_id = "advanceRollout", tag = "rollouts",
    params(("id" = String, Path, description = "The roll-out", example = "0192f0c4-0000-7000-8000-000000000200")),
    responses((status = 200, description = "How far it came", body = shapes::Rollout))
)]
pub(crate) async fn advance(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<Uuid>,
) -> Result<Response, Refusal> {
    let reached = rollout::advance(platform.store(), &caller.actor(), id).await?;
    Ok(tagged(reached.version, reached))
}

/// Take a roll-out back
///
/// Each setting that still is as the roll-out made it gets the value it had before, as a new version.
#[utoipa::path(
    post, path = "/v1/configuration-rollouts/{id}/rollback", operation_id = "rollBackRollout", tag = "rollouts",
    params(("id" = String, Path, description = "The roll-out", example = "0192f0c4-0000-7000-8000-000000000200")),
    responses((status = 200, description = "The roll-out", body = shapes::Rollout))
)]
pub(crate) async fn roll_back(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<Uuid>,
) -> Result<Response, Refusal> {
    let reached = rollout::roll_back(platform.store(), &caller.actor(), id).await?;
    Ok(tagged(reached.version, reached))
}
