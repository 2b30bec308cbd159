//! Opening hours, people and chairs, services, equipment.

use crate::shapes;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use nova_errors::{Code, Failure};
use nova_fn_practice::{Caller, Item, Keyed, Platform, Refusal, Shown, added, hashed};
use nova_http::Body;
use nova_practice::{ItemId, ResourceId, ServiceId};
use nova_practice_store::{
    Error,
    cabinets::{self, Equipment, OpeningHours, Resource, Service},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// A week of opening hours.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Week {
    opening_hours: Vec<OpeningHours>,
}

/// When the cabinet is open
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/opening-hours", operation_id = "showOpeningHours", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "By weekday", body = shapes::OpeningWeek))
)]
pub(crate) async fn hours(State(platform): State<Platform>, caller: Caller) -> Result<Response, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| cabinets::opening_hours(tx).await)
        .await?;
    Ok(hashed(&week(&found)))
}

fn week(opening_hours: &[OpeningHours]) -> Value {
    json!({ "opening_hours": opening_hours })
}

/// Set when the cabinet is open
///
/// The whole week: what is left out is closed.
#[utoipa::path(
    put, path = "/v1/cabinets/{cabinet}/opening-hours", operation_id = "setOpeningHours", tag = "cabinets",
    request_body = shapes::OpeningWeek,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "By weekday", body = shapes::OpeningWeek))
)]
pub(crate) async fn set_hours(
    State(platform): State<Platform>,
    caller: Caller,
    read: Shown,
    Body(new): Body<Week>,
) -> Result<Response, Refusal> {
    let hours: Vec<(ItemId, OpeningHours)> = new
        .opening_hours
        .into_iter()
        .map(|hours| (ItemId(platform.new_id()), hours))
        .collect();
    let found = platform
        .in_cabinet(&caller, async |tx| {
            cabinets::alone(tx).await?;
            read.is_still("week", Some(&week(&cabinets::opening_hours(tx).await?)))?;
            cabinets::set_opening_hours(tx, &hours).await?;
            cabinets::opening_hours(tx).await
        })
        .await?;
    Ok(hashed(&week(&found)))
}

/// List people and chairs
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/resources", operation_id = "listResources", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "Each of them", body = shapes::Resources))
)]
pub(crate) async fn resources(State(platform): State<Platform>, caller: Caller) -> Result<Json<Value>, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| cabinets::resources(tx).await)
        .await?;
    Ok(Json(json!({ "resources": found })))
}

/// Add to people and chairs
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/resources", operation_id = "addResources", tag = "cabinets",
    request_body = shapes::NewResourceShape,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 201, description = "What was added", body = shapes::Resource))
)]
pub(crate) async fn add_resource(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(body): Body<Value>,
) -> Result<Response, Refusal> {
    let id = ResourceId(platform.new_id());
    let new: Resource = with_id(body.clone(), id.uuid())?;
    let made = platform
        .make(&caller, (&key, &body), async |tx| {
            cabinets::put_resource(tx, &new).await
        })
        .await?;
    let place = format!("/v1/cabinets/{}/resources/{}", caller.scope()?.cabinet, made.id);
    Ok(added(&place, &made))
}

/// Change one of people and chairs, or add it under this id
#[utoipa::path(
    put, path = "/v1/cabinets/{cabinet}/resources/{id}", operation_id = "putResources", tag = "cabinets",
    request_body = shapes::NewResourceShape,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "Its id", example = "0192f0c4-0000-7000-8000-000000000010")),
    responses((status = 200, description = "As it is now", body = shapes::Resource))
)]
pub(crate) async fn put_resource(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<ResourceId>,
    read: Shown,
    Body(body): Body<Value>,
) -> Result<Response, Refusal> {
    let new: Resource = with_id(body, id.uuid())?;
    let changed = platform
        .in_cabinet(&caller, async |tx| {
            cabinets::alone(tx).await?;
            read.is_still("resource", cabinets::resource(tx, id).await?.as_ref())?;
            cabinets::put_resource(tx, &new).await
        })
        .await?;
    Ok(hashed(&changed))
}

/// Show one of people and chairs
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/resources/{id}", operation_id = "showResource", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "Its id", example = "0192f0c4-0000-7000-8000-000000000010")),
    responses((status = 200, description = "The person or chair", body = shapes::Resource))
)]
pub(crate) async fn resource(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<ResourceId>,
) -> Result<Response, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| {
            let found = cabinets::resource(tx, id).await?;
            found.ok_or(Error::Unknown("resource"))
        })
        .await?;
    Ok(hashed(&found))
}

/// List kinds of treatment
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/services", operation_id = "listServices", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "Each of them", body = shapes::Services))
)]
pub(crate) async fn services(State(platform): State<Platform>, caller: Caller) -> Result<Json<Value>, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| cabinets::services(tx).await)
        .await?;
    Ok(Json(json!({ "services": found })))
}

/// Add to kinds of treatment
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/services", operation_id = "addServices", tag = "cabinets",
    request_body = shapes::NewServiceShape,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 201, description = "What was added", body = shapes::Service))
)]
pub(crate) async fn add_service(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(body): Body<Value>,
) -> Result<Response, Refusal> {
    let id = ServiceId(platform.new_id());
    let new: Service = with_id(body.clone(), id.uuid())?;
    let made = platform
        .make(&caller, (&key, &body), async |tx| cabinets::put_service(tx, &new).await)
        .await?;
    let place = format!("/v1/cabinets/{}/services/{}", caller.scope()?.cabinet, made.id);
    Ok(added(&place, &made))
}

/// Change one of kinds of treatment, or add it under this id
#[utoipa::path(
    put, path = "/v1/cabinets/{cabinet}/services/{id}", operation_id = "putServices", tag = "cabinets",
    request_body = shapes::NewServiceShape,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "Its id", example = "0192f0c4-0000-7000-8000-000000000010")),
    responses((status = 200, description = "As it is now", body = shapes::Service))
)]
pub(crate) async fn put_service(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<ServiceId>,
    read: Shown,
    Body(body): Body<Value>,
) -> Result<Response, Refusal> {
    let new: Service = with_id(body, id.uuid())?;
    let changed = platform
        .in_cabinet(&caller, async |tx| {
            cabinets::alone(tx).await?;
            read.is_still("service", cabinets::service(tx, id).await?.as_ref())?;
            cabinets::put_service(tx, &new).await
        })
        .await?;
    Ok(hashed(&changed))
}

/// Show a kind of treatment
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/services/{id}", operation_id = "showService", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "Its id", example = "0192f0c4-0000-7000-8000-000000000010")),
    responses((status = 200, description = "The kind of treatment", body = shapes::Service))
)]
pub(crate) async fn service(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<ServiceId>,
) -> Result<Response, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| {
            let found = cabinets::service(tx, id).await?;
            found.ok_or(Error::Unknown("service"))
        })
        .await?;
    Ok(hashed(&found))
}

/// List equipment
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/equipment", operation_id = "listEquipment", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "Each of them", body = shapes::EquipmentList))
)]
pub(crate) async fn equipment(State(platform): State<Platform>, caller: Caller) -> Result<Json<Value>, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| cabinets::equipment(tx).await)
        .await?;
    Ok(Json(json!({ "equipment": found })))
}

/// Add to equipment
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/equipment", operation_id = "addEquipment", tag = "cabinets",
    request_body = shapes::NewEquipmentShape,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 201, description = "What was added", body = shapes::Equipment))
)]
pub(crate) async fn add_equipment(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(body): Body<Value>,
) -> Result<Response, Refusal> {
    let id = ItemId(platform.new_id());
    let new: Equipment = with_id(body.clone(), id.uuid())?;
    let made = platform
        .make(&caller, (&key, &body), async |tx| {
            cabinets::put_equipment(tx, &new).await
        })
        .await?;
    let place = format!("/v1/cabinets/{}/equipment/{}", caller.scope()?.cabinet, made.id);
    Ok(added(&place, &made))
}

/// Change one of equipment, or add it under this id
#[utoipa::path(
    put, path = "/v1/cabinets/{cabinet}/equipment/{id}", operation_id = "putEquipment", tag = "cabinets",
    request_body = shapes::NewEquipmentShape,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "Its id", example = "0192f0c4-0000-7000-8000-000000000010")),
    responses((status = 200, description = "As it is now", body = shapes::Equipment))
)]
pub(crate) async fn put_equipment(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<ItemId>,
    read: Shown,
    Body(body): Body<Value>,
) -> Result<Response, Refusal> {
    let new: Equipment = with_id(body, id.uuid())?;
    let changed = platform
        .in_cabinet(&caller, async |tx| {
            cabinets::alone(tx).await?;
            read.is_still("equipment", cabinets::piece(tx, id).await?.as_ref())?;
            cabinets::put_equipment(tx, &new).await
        })
        .await?;
    Ok(hashed(&changed))
}

/// Show a piece of equipment
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/equipment/{id}", operation_id = "showEquipment", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "Its id", example = "0192f0c4-0000-7000-8000-000000000010")),
    responses((status = 200, description = "The piece of equipment", body = shapes::Equipment))
)]
pub(crate) async fn piece(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<ItemId>,
) -> Result<Response, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| {
            let found = cabinets::piece(tx, id).await?;
            found.ok_or(Error::Unknown("equipment"))
        })
        .await?;
    Ok(hashed(&found))
}

/// Take equipment away
#[utoipa::path(
    delete, path = "/v1/cabinets/{cabinet}/equipment/{id}", operation_id = "removeEquipment", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "Its id", example = "0192f0c4-0000-7000-8000-000000000010")),
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn remove_equipment(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<ItemId>,
) -> Result<StatusCode, Refusal> {
    platform
        .in_cabinet(&caller, async |tx| cabinets::remove_equipment(tx, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was sent, with the id that is the path's or new.
fn with_id<T: serde::de::DeserializeOwned>(mut body: Value, id: uuid::Uuid) -> Result<T, Failure> {
    let cause = "the body is no object";
    let fields = body
        .as_object_mut()
        .ok_or_else(|| Failure::new(Code::BAD_BODY, cause))?;
    fields.insert("id".to_owned(), id.to_string().into());
    serde_json::from_value(body).map_err(|error| Failure::new(Code::BAD_BODY, error.to_string()))
}
