//! Who would come earlier, and what they are offered: one patient at a time, as a hold with a deadline.

use crate::shapes;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use jiff::Timestamp;
use nova_fn_practice::{
    Caller, Item, Keyed, Platform, Refusal, added,
    cursor::{self, Page},
    hashed, tagged,
};
use nova_http::{Body, Parameters};
use nova_practice::{AppointmentId, PatientId, ResourceId, ServiceId, WaitlistId};
use nova_practice_store::booking::{self, Waiting};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Who waits for what.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWaiting {
    patient: PatientId,
    service: ServiceId,
    practitioner: Option<ResourceId>,
    earliest: Timestamp,
    latest: Timestamp,
    #[serde(default)]
    priority: i16,
}

/// A time that became free.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOffer {
    practitioner: ResourceId,
    start: Timestamp,
}

/// List who waits
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/waitlist", operation_id = "listWaitlist", tag = "waitlist",
    params(Page, ("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "A page of them, in the order in which they are asked", body = shapes::Waitlist))
)]
pub(crate) async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(page): Parameters<Page>,
) -> Result<Json<Value>, Refusal> {
    let limit = cursor::limit(page.limit)?;
    let after = cursor::read("waitlist", page.cursor.as_deref())?;
    let more = cursor::read_ahead(limit);
    let mut waiting = platform
        .in_cabinet(&caller, async |tx| booking::waiting(tx, after, more).await)
        .await?;
    let next = cursor::page("waitlist", &mut waiting, limit, |entry: &Waiting| entry.id);
    Ok(Json(json!({ "waiting": waiting, "next": next })))
}

/// Show a place on the waitlist
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/waitlist/{id}", operation_id = "showWaiting", tag = "waitlist",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "The entry", body = shapes::Waiting))
)]
pub(crate) async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<WaitlistId>,
) -> Result<Response, Refusal> {
    let entry = platform
        .in_cabinet(&caller, async |tx| booking::place_of(tx, id).await)
        .await?;
    Ok(hashed(&entry))
}

/// Put a patient on the list
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/waitlist", operation_id = "joinWaitlist", tag = "waitlist", request_body = shapes::NewWaiting,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 201, description = "The entry", body = shapes::Waiting))
)]
pub(crate) async fn join(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(body): Body<NewWaiting>,
) -> Result<Response, Refusal> {
    let entry = Waiting {
        id: WaitlistId(platform.new_id()),
        patient: body.patient,
        service: body.service,
        practitioner: body.practitioner,
        earliest: body.earliest,
        latest: body.latest,
        priority: body.priority,
        status: "waiting".to_owned(),
        offer: None,
        offers: 0,
    };
    let joined = platform
        .make(&caller, (&key, &body), async |tx| booking::join(tx, &entry).await)
        .await?;
    let place = format!("/v1/cabinets/{}/waitlist/{}", caller.scope()?.cabinet, joined.id);
    Ok(added(&place, &joined))
}

/// Take a patient from the list
#[utoipa::path(
    delete, path = "/v1/cabinets/{cabinet}/waitlist/{id}", operation_id = "leaveWaitlist", tag = "waitlist",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 204, description = "They do not wait any more"))
)]
pub(crate) async fn leave(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<WaitlistId>,
) -> Result<StatusCode, Refusal> {
    platform
        .in_cabinet(&caller, async |tx| booking::leave(tx, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Offer a time that became free
///
/// To the first who would take it; it is held for them until the deadline.
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/waitlist/offers", operation_id = "offerTime", tag = "waitlist", request_body = shapes::NewOffer,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "Who was offered it; nobody when nobody would take it", body = shapes::Offer))
)]
pub(crate) async fn offer(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(body): Body<NewOffer>,
) -> Result<Json<Value>, Refusal> {
    let id = AppointmentId(platform.new_id());
    let actor = caller.actor();
    let offered = platform
        .make(&caller, (&key, &body), async |tx| {
            booking::next_offer(tx, &actor, id, body.practitioner, body.start).await
        })
        .await?;
    let (entry, hold) = offered.unzip();
    Ok(Json(json!({ "entry": entry, "hold": hold })))
}

/// Take the offer
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/waitlist/{id}/accept", operation_id = "acceptOffer", tag = "waitlist",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "The appointment", body = shapes::Appointment))
)]
pub(crate) async fn accept(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<WaitlistId>,
) -> Result<Response, Refusal> {
    let booked = platform
        .in_cabinet(&caller, async |tx| booking::accept_offer(tx, id).await)
        .await?;
    Ok(tagged(booked.version, booked))
}

/// Decline the offer
///
/// The patient goes on waiting; the time is free for the next.
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/waitlist/{id}/decline", operation_id = "declineOffer", tag = "waitlist",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The entry", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 204, description = "It is declined"))
)]
pub(crate) async fn decline(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<WaitlistId>,
) -> Result<StatusCode, Refusal> {
    platform
        .in_cabinet(&caller, async |tx| booking::decline_offer(tx, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
