//! Figures of every cabinet, for those who look after the group.

use crate::shapes;
use axum::{Json, extract::State};
use jiff::Timestamp;
use nova_fn_practice::{Caller, Platform, Refusal};
use nova_http::Parameters;
use nova_practice::Faults;
use nova_practice_store::reports;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

/// Which time.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct When {
    /// From.
    #[param(value_type = String, example = "2026-11-01T00:00:00Z")]
    from: Timestamp,
    /// Until before.
    #[param(value_type = String, example = "2026-12-01T00:00:00Z")]
    until: Timestamp,
}

/// Show what happened in every cabinet
///
/// Figures, no person. Each cabinet's audit keeps who looked and why.
#[utoipa::path(
    get, path = "/v1/reports/activity", operation_id = "showActivity", tag = "reports",
    params(When),
    responses((status = 200, description = "Active cabinets, in order of their names", body = shapes::ActivityReport))
)]
pub(crate) async fn activity(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(when): Parameters<When>,
) -> Result<Json<Value>, Refusal> {
    let mut faults = Faults::default();
    faults.unless(when.until > when.from, "until", "is later than from");
    faults.into_result()?;
    let reason = caller.reason.as_deref().unwrap_or_default();
    let found = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, reason, async |tx| {
            reports::activity(tx, when.from, when.until).await
        })
        .await?;
    Ok(Json(json!({ "cabinets": found })))
}

/// Show how every cabinet is
///
/// As each was when it was last looked at, which happens every quarter of an hour. Each cabinet's audit keeps who looked
/// and why.
#[utoipa::path(
    get, path = "/v1/reports/health", operation_id = "showHealthOfAll", tag = "reports",
    responses((status = 200, description = "Active cabinets, in order of their names", body = shapes::HealthReport))
)]
pub(crate) async fn health(State(platform): State<Platform>, caller: Caller) -> Result<Json<Value>, Refusal> {
    let reason = caller.reason.as_deref().unwrap_or_default();
    let found = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, reason, async |tx| {
            reports::health(tx).await
        })
        .await?;
    Ok(Json(json!({ "cabinets": found })))
}
