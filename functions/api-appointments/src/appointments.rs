//! Appointments: found, confirmed, moved, called off, and what became of them.

use crate::shapes;
use axum::{Json, extract::State, response::Response};
use jiff::Timestamp;
use nova_fn_practice::{Caller, Item, Platform, Refusal, Version, cursor, tagged};
use nova_http::{Body, Parameters};
use nova_practice::{AppointmentId, PatientId, ResourceId, booking::Status};
use nova_practice_store::booking::{self, Appointment, Filter};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which appointments are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only those that begin from then on.
    #[param(example = "2026-11-23T00:00:00Z")]
    from: Option<Timestamp>,
    /// Only those that begin before.
    #[param(example = "2026-11-24T00:00:00Z")]
    until: Option<Timestamp>,
    /// Only those with this practitioner.
    #[param(example = "0192f0c4-0000-7000-8000-000000000010")]
    practitioner: Option<Uuid>,
    /// Only those of this patient.
    #[param(example = "0192f0c4-0000-7000-8000-000000000100")]
    patient: Option<Uuid>,
    /// Only those in this status.
    #[param(value_type = Option<String>, example = "booked")]
    status: Option<Status>,
    /// `start`, or `-start` for the latest first [default: start].
    #[param(inline, example = "-start")]
    sort: Option<ByStart>,
    /// How many, at most 100 [default: 20].
    #[param(example = 20, minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What appointments are ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub(crate) enum ByStart {
    /// The earliest first.
    #[default]
    #[serde(rename = "start")]
    Ascending,
    /// The latest first.
    #[serde(rename = "-start")]
    Descending,
}

/// List appointments
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/appointments", operation_id = "listAppointments", tag = "appointments",
    params(Which, ("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "A page of appointments, in order of time", body = shapes::Appointments))
)]
pub(crate) async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(which): Parameters<Which>,
) -> Result<Json<Value>, Refusal> {
    let limit = cursor::limit(which.limit)?;
    let descending = which.sort.unwrap_or_default() == ByStart::Descending;
    let kind = if descending {
        "appointments -start"
    } else {
        "appointments"
    };
    let filter = Filter {
        descending,
        from: which.from,
        until: which.until,
        practitioner: which.practitioner.map(ResourceId),
        patient: which.patient.map(PatientId),
        status: which.status,
        after: cursor::read(kind, which.cursor.as_deref())?,
        limit: cursor::read_ahead(limit),
    };
    let mut found = platform
        .in_cabinet(&caller, async |tx| booking::list(tx, &filter).await)
        .await?;
    let place = |appointment: &Appointment| (appointment.slot.start, appointment.id);
    let next = cursor::page(kind, &mut found, limit, place);
    Ok(Json(json!({ "appointments": found, "next": next })))
}

/// Show an appointment
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/appointments/{id}", operation_id = "showAppointment", tag = "appointments",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The appointment", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "The appointment", body = shapes::Appointment))
)]
pub(crate) async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<AppointmentId>,
) -> Result<Response, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| booking::get(tx, id).await)
        .await?;
    Ok(tagged(found.version, found))
}

/// Turn a hold into a booking
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/appointments/{id}/confirm", operation_id = "confirmHold", tag = "appointments",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The appointment", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "The appointment", body = shapes::Appointment))
)]
pub(crate) async fn confirm(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<AppointmentId>,
) -> Result<Response, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| booking::confirm_hold(tx, id).await)
        .await?;
    Ok(tagged(found.version, found))
}

/// Where an appointment moves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Move {
    start: Timestamp,
    practitioner: Option<ResourceId>,
    chair: Option<ResourceId>,
}

/// Move an appointment
///
/// It keeps its time until the new one is sure.
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/appointments/{id}/move", operation_id = "moveAppointment", tag = "appointments", request_body = shapes::Move,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The appointment", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "The appointment", body = shapes::Appointment))
)]
pub(crate) async fn relocate(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<AppointmentId>,
    Version(version): Version,
    Body(to): Body<Move>,
) -> Result<Response, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| {
            booking::relocate(tx, id, version, to.start, to.practitioner, to.chair).await
        })
        .await?;
    Ok(tagged(found.version, found))
}

/// Call an appointment off
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/appointments/{id}/cancel", operation_id = "cancelAppointment", tag = "appointments", request_body = shapes::Cancel,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The appointment", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "The appointment", body = shapes::Appointment))
)]
pub(crate) async fn cancel(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<AppointmentId>,
    Version(version): Version,
    Body(body): Body<shapes::Cancel>,
) -> Result<Response, Refusal> {
    let reason: String = body.reason.trim().chars().take(500).collect();
    let found = platform
        .in_cabinet(&caller, async |tx| booking::cancel(tx, id, version, &reason).await)
        .await?;
    Ok(tagged(found.version, found))
}

/// What became of an appointment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewStatus {
    status: Status,
}

/// Say what became of an appointment
#[utoipa::path(
    put, path = "/v1/cabinets/{cabinet}/appointments/{id}/status", operation_id = "setAppointmentStatus", tag = "appointments", request_body = shapes::NewStatus,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The appointment", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "The appointment", body = shapes::Appointment))
)]
pub(crate) async fn status(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<AppointmentId>,
    Version(version): Version,
    Body(body): Body<NewStatus>,
) -> Result<Response, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| {
            booking::set_status(tx, id, version, body.status).await
        })
        .await?;
    Ok(tagged(found.version, found))
}
