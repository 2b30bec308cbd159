//! Cabinets made, shown, changed, opened and closed.

use crate::shapes::{self, NewCabinetStatus, OpenOrClosed};
use axum::{Json, extract::State, response::Response};
use nova_errors::{Code, Failure};
use nova_fn_practice::{Caller, Keyed, Platform, Refusal, Version, cursor, made, tagged};
use nova_http::{Body, Parameters};
use nova_practice::{
    CabinetId, Faults,
    access::Permission,
    cabinet::{Cabinet, CabinetDetails, CabinetStatus},
};
use nova_practice_store::{
    Error,
    cabinets::{self, Filter},
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

/// Which cabinets are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only those in this state.
    #[param(value_type = Option<String>, example = "active")]
    status: Option<CabinetStatus>,
    /// Only those with this in their name or town.
    #[param(example = "lilas")]
    q: Option<String>,
    /// `name`, or `-name` for the other way round [default: name].
    #[param(inline, example = "-name")]
    sort: Option<ByName>,
    /// How many, at most 100 [default: 20].
    #[param(example = 20, minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What cabinets are ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub(crate) enum ByName {
    /// Name.
    #[default]
    #[serde(rename = "name")]
    Ascending,
    /// Name, backwards.
    #[serde(rename = "-name")]
    Descending,
}

/// List cabinets
///
/// Those in which you have a role.
#[utoipa::path(
    get, path = "/v1/cabinets", operation_id = "listCabinets", tag = "cabinets", params(Which),
    responses((status = 200, description = "A page of cabinets, in order of their names", body = shapes::Cabinets))
)]
pub(crate) async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(which): Parameters<Which>,
) -> Result<Json<Value>, Refusal> {
    let limit = cursor::limit(which.limit)?;
    let descending = which.sort.unwrap_or_default() == ByName::Descending;
    let kind = if descending { "cabinets -name" } else { "cabinets" };
    let filter = Filter {
        status: which.status,
        text: which.q,
        descending,
        only: caller.reach(Permission::CabinetsRead).cabinets(),
        after: cursor::read(kind, which.cursor.as_deref())?,
        limit: cursor::read_ahead(limit),
    };
    let mut found = platform
        .store()
        .with_group(&caller.actor(), async |tx| cabinets::list(tx, &filter).await)
        .await?;
    let place = |cabinet: &Cabinet| (cabinet.details.name.clone(), cabinet.id);
    let next = cursor::page(kind, &mut found, limit, place);
    Ok(Json(json!({ "cabinets": found, "next": next })))
}

/// Write a cabinet down
///
/// It is a draft until it is opened.
#[utoipa::path(
    post, path = "/v1/cabinets", operation_id = "createCabinet", tag = "cabinets", request_body = shapes::CabinetDetails,
    responses((status = 201, description = "The cabinet", body = shapes::Cabinet))
)]
pub(crate) async fn create(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(details): Body<CabinetDetails>,
) -> Result<Response, Refusal> {
    let id = CabinetId(platform.new_id());
    let cabinet = platform
        .make_in_group(&caller, (&key, &details), async |tx| {
            cabinets::create(tx, id, &details).await
        })
        .await?;
    let place = format!("/v1/cabinets/{}", cabinet.id);
    Ok(made(&place, tagged(cabinet.version, cabinet)))
}

/// Show a cabinet
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}", operation_id = "showCabinet", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "The cabinet", body = shapes::Cabinet))
)]
pub(crate) async fn show(State(platform): State<Platform>, caller: Caller) -> Result<Response, Refusal> {
    let cabinet = platform
        .in_cabinet(&caller, async |tx| cabinets::get(tx, own(&caller)?).await)
        .await?;
    Ok(tagged(cabinet.version, cabinet))
}

/// Change a cabinet
#[utoipa::path(
    put, path = "/v1/cabinets/{cabinet}", operation_id = "changeCabinet", tag = "cabinets", request_body = shapes::CabinetDetails,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "The cabinet", body = shapes::Cabinet))
)]
pub(crate) async fn change(
    State(platform): State<Platform>,
    caller: Caller,
    Version(version): Version,
    Body(details): Body<CabinetDetails>,
) -> Result<Response, Refusal> {
    let cabinet = platform
        .in_cabinet(&caller, async |tx| {
            let id = own(&caller)?;
            let version = match version {
                Some(version) => version,
                None => cabinets::get(tx, id).await?.version,
            };
            cabinets::update(tx, id, version, &details).await
        })
        .await?;
    Ok(tagged(cabinet.version, cabinet))
}

/// Open or close a cabinet
#[utoipa::path(
    put, path = "/v1/cabinets/{cabinet}/status", operation_id = "setCabinetStatus", tag = "cabinets", request_body = NewCabinetStatus,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "The cabinet", body = shapes::Cabinet))
)]
pub(crate) async fn status(
    State(platform): State<Platform>,
    caller: Caller,
    Version(version): Version,
    Body(body): Body<NewCabinetStatus>,
) -> Result<Response, Refusal> {
    let mut faults = Faults::default();
    let closes = body.status == OpenOrClosed::Inactive;
    let said = body
        .reason
        .as_ref()
        .is_some_and(|reason| (1..=500).contains(&reason.trim().chars().count()));
    faults.unless(said || !closes, "reason", "say in 1 to 500 characters why it closes");
    faults.into_result()?;
    let status = if closes {
        CabinetStatus::Inactive
    } else {
        CabinetStatus::Active
    };
    let cabinet = platform
        .in_cabinet(&caller, async |tx| {
            let id = own(&caller)?;
            if let Some(version) = version
                && cabinets::get(tx, id).await?.version != version
            {
                return Err(Error::Stale("cabinet"));
            }
            cabinets::set_status(tx, id, status, body.reason.as_deref()).await
        })
        .await?;
    Ok(tagged(cabinet.version, cabinet))
}

fn own(caller: &Caller) -> Result<CabinetId, Failure> {
    caller
        .cabinet
        .ok_or_else(|| Failure::new(Code::INTERNAL, "the path names no cabinet"))
}
