//! Cabinets made, shown, changed, opened and closed.

use crate::shapes::{self, NewCabinetStatus, OpenOrClosed};
use axum::{Json, extract::State, response::Response};
use nova_errors::{Code, Failure};
use nova_fn_practice::{Caller, Platform, Refusal, Version, cursor, made, tagged};
use nova_http::{Body, Parameters};
use nova_practice::{
    CabinetId, Faults,
    access::Permission,
    cabinet::{Cabinet, CabinetDetails, CabinetStatus},
};
use nova_practice_store::cabinets::{self, Filter};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

/// Which cabinets are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only those in this state.
    #[param(value_type = Option<String>, example = "active")]
    status: Option<CabinetStatus>,
    /// How many, at most 100 [default: 20].
    #[param(example = 20, minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
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
    let filter = Filter {
        status: which.status,
        only: caller.reach(Permission::CabinetsRead).cabinets(),
        after: cursor::read("cabinets", which.cursor.as_deref())?,
        limit: cursor::read_ahead(limit),
    };
    let mut found = platform
        .store()
        .with_group(&caller.actor(), async |tx| cabinets::list(tx, &filter).await)
        .await?;
    let place = |cabinet: &Cabinet| (cabinet.details.name.clone(), cabinet.id);
    let next = cursor::page("cabinets", &mut found, limit, place);
    Ok(Json(json!({ "cabinets": found, "next": next })))
}

/// Write a cabinet down
///
/// It is a draft until it is opened.
#[utoipa::path(
    post, path = "/v1/cabinets", operation_id = "createCabinet", tag = "cabinets", request_body = shapes::CabinetDetails,
    responses((status = 201, description = "The cabinet", body = shapes::Cabinet,
        headers(("etag" = String, description = "For If-Match"), ("location" = String, description = "Where it is"))))
)]
pub(crate) async fn create(
    State(platform): State<Platform>,
    caller: Caller,
    Body(details): Body<CabinetDetails>,
) -> Result<Response, Refusal> {
    let id = CabinetId(platform.new_id());
    let cabinet = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            cabinets::create(tx, id, &details).await
        })
        .await?;
    Ok(made(&format!("/v1/cabinets/{id}"), tagged(cabinet.version, cabinet)))
}

/// Show a cabinet
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}", operation_id = "showCabinet", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "The cabinet", body = shapes::Cabinet, headers(("etag" = String, description = "For If-Match"))))
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
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("If-Match" = String, Header, description = "The ETag of what was read, or *", example = "\"3\"")),
    responses((status = 200, description = "The cabinet", body = shapes::Cabinet, headers(("etag" = String, description = "For If-Match"))))
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
    responses((status = 200, description = "The cabinet", body = shapes::Cabinet, headers(("etag" = String, description = "For If-Match"))))
)]
pub(crate) async fn status(
    State(platform): State<Platform>,
    caller: Caller,
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
            cabinets::set_status(tx, own(&caller)?, status, body.reason.as_deref()).await
        })
        .await?;
    Ok(tagged(cabinet.version, cabinet))
}

fn own(caller: &Caller) -> Result<CabinetId, Failure> {
    caller
        .cabinet
        .ok_or_else(|| Failure::new(Code::INTERNAL, "the path names no cabinet"))
}
