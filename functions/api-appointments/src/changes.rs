//! The feed of changes, for calendars.

use crate::shapes;
use axum::{Json, extract::State};
use nova_errors::{Code, Failure};
use nova_fn_practice::{Caller, Platform, Refusal, cursor};
use nova_http::Parameters;
use nova_practice_store::booking::{self, Cursor};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

/// Where the feed goes on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct After {
    /// `cursor` of the answer before; left out: from the beginning.
    #[param(example = "812.7")]
    after: Option<String>,
    /// How many, at most 100 [default: 20].
    #[param(example = 100, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Follow what changes
///
/// For calendars: ask again with `cursor`. No change is passed over, in whatever order they commit.
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/appointment-changes", operation_id = "followAppointments", tag = "appointments",
    params(After, ("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "Changes, in order", body = shapes::Changes))
)]
pub(crate) async fn follow(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(after): Parameters<After>,
) -> Result<Json<Value>, Refusal> {
    let limit = i64::try_from(cursor::limit(after.limit)?).unwrap_or(i64::MAX);
    let from: Cursor = match &after.after {
        Some(text) => text
            .parse()
            .map_err(|cause: String| Failure::new(Code::BAD_CURSOR, cause))?,
        None => Cursor::default(),
    };
    let changes = platform
        .in_cabinet(&caller, async |tx| booking::changes(tx, from, limit).await)
        .await?;
    let last = changes.last().map_or(from, |change| change.cursor);
    let shown: Vec<Value> = changes
        .iter()
        .map(|change| {
            json!({
                "appointment": change.appointment, "status": change.status, "start": change.slot.start,
                "end": change.slot.end, "version": change.version, "at": change.at,
            })
        })
        .collect();
    Ok(Json(json!({ "changes": shown, "cursor": last.to_string() })))
}
