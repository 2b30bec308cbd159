//! When people work, and which days differ.

use crate::shapes;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use jiff::civil::Date;
use nova_fn_practice::{Caller, Item, Keyed, Platform, Refusal, Shown, added, hashed};
use nova_http::{Body, Parameters};
use nova_practice::{ItemId, ResourceId};
use nova_practice_store::{
    booking::{self, ExceptionEntry, WorkingHours},
    cabinets::alone,
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

/// A week of working hours.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Week {
    working_hours: Vec<WorkingHours>,
}

/// When somebody works
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/resources/{id}/working-hours", operation_id = "showWorkingHours", tag = "schedules",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The person or chair", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "By weekday", body = shapes::WorkingWeek))
)]
pub(crate) async fn hours(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<ResourceId>,
) -> Result<Response, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| booking::working_hours(tx, id).await)
        .await?;
    Ok(hashed(&week(&found)))
}

fn week(working_hours: &[WorkingHours]) -> Value {
    json!({ "working_hours": working_hours })
}

/// Set when somebody works
#[utoipa::path(
    put, path = "/v1/cabinets/{cabinet}/resources/{id}/working-hours", operation_id = "setWorkingHours", tag = "schedules",
    request_body = shapes::WorkingWeek,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The person or chair", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "By weekday", body = shapes::WorkingWeek))
)]
pub(crate) async fn set_hours(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<ResourceId>,
    read: Shown,
    Body(new): Body<Week>,
) -> Result<Response, Refusal> {
    let hours: Vec<(ItemId, WorkingHours)> = new
        .working_hours
        .into_iter()
        .map(|hours| (ItemId(platform.new_id()), hours))
        .collect();
    let found = platform
        .in_cabinet(&caller, async |tx| {
            alone(tx).await?;
            read.is_still("week", Some(&week(&booking::working_hours(tx, id).await?)))?;
            booking::set_working_hours(tx, id, &hours).await?;
            booking::working_hours(tx, id).await
        })
        .await?;
    Ok(hashed(&week(&found)))
}

/// Which days are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Days {
    /// From this day on.
    #[param(value_type = String, example = "2026-12-01")]
    from: Date,
    /// To this day.
    #[param(value_type = String, example = "2026-12-31")]
    until: Date,
}

/// List days that differ
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/schedule-exceptions", operation_id = "listExceptions", tag = "schedules",
    params(Days, ("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "In order of days", body = shapes::Exceptions))
)]
pub(crate) async fn exceptions(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(days): Parameters<Days>,
) -> Result<Json<Value>, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| booking::exceptions(tx, days.from, days.until).await)
        .await?;
    Ok(Json(json!({ "exceptions": found })))
}

/// Say that a day differs
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/schedule-exceptions", operation_id = "addException", tag = "schedules", request_body = shapes::NewException,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 201, description = "The exception", body = shapes::Exception))
)]
pub(crate) async fn add_exception(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(body): Body<Value>,
) -> Result<Response, Refusal> {
    let id = ItemId(platform.new_id());
    let mut new = body.clone();
    let wrong = |cause: String| nova_errors::Failure::new(nova_errors::Code::BAD_BODY, cause);
    let fields = new
        .as_object_mut()
        .ok_or_else(|| wrong("the body is no object".to_owned()))?;
    fields.insert("id".to_owned(), json!(id));
    let entry: ExceptionEntry = serde_json::from_value(new).map_err(|error| wrong(error.to_string()))?;
    let entry = platform
        .make(&caller, (&key, &body), async |tx| {
            booking::put_exception(tx, &entry).await?;
            Ok(entry)
        })
        .await?;
    let place = format!(
        "/v1/cabinets/{}/schedule-exceptions/{}",
        caller.scope()?.cabinet,
        entry.id
    );
    Ok(added(&place, &entry))
}

/// Show a day that differs
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/schedule-exceptions/{id}", operation_id = "showException", tag = "schedules",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The exception", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "The exception", body = shapes::Exception))
)]
pub(crate) async fn exception(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<ItemId>,
) -> Result<Response, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| booking::exception(tx, id).await)
        .await?;
    Ok(hashed(&found))
}

/// Say that a day does not differ after all
#[utoipa::path(
    delete, path = "/v1/cabinets/{cabinet}/schedule-exceptions/{id}", operation_id = "removeException", tag = "schedules",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The exception", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn remove_exception(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<ItemId>,
) -> Result<StatusCode, Refusal> {
    platform
        .in_cabinet(&caller, async |tx| booking::remove_exception(tx, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
