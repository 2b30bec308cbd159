//! Free times.

use crate::shapes;
use axum::{Json, extract::State};
use jiff::Timestamp;
use nova_fn_practice::{Caller, Platform, Refusal, cursor};
use nova_http::Parameters;
use nova_practice::{ResourceId, ServiceId};
use nova_practice_store::booking::{self, Search};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

/// What somebody looks for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// What for.
    #[param(example = "0192f0c4-0000-7000-8000-000000000020")]
    service: Uuid,
    /// With whom; left out: with anybody.
    #[param(example = "0192f0c4-0000-7000-8000-000000000010")]
    practitioner: Option<Uuid>,
    /// From.
    #[param(example = "2026-11-23T07:00:00Z")]
    from: Timestamp,
    /// To; at most three months later.
    #[param(example = "2026-11-28T18:00:00Z")]
    until: Timestamp,
    /// At most so many for each practitioner, up to 100 [default: 20].
    #[param(example = 20, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Find free times
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/availability", operation_id = "findFreeTimes", tag = "appointments",
    params(Wanted, ("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "In order of time", body = shapes::FreeTimes))
)]
pub(crate) async fn find(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Value>, Refusal> {
    let search = Search {
        service: ServiceId(wanted.service),
        practitioner: wanted.practitioner.map(ResourceId),
        from: wanted.from,
        until: wanted.until,
        limit: cursor::limit(wanted.limit)?,
    };
    let free = platform
        .in_cabinet(&caller, async |tx| booking::availability(tx, &search).await)
        .await?;
    Ok(Json(json!({ "free": free })))
}
