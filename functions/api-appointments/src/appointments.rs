//! Free times; appointments held, booked, moved, ended; series; the feed of changes.

use crate::shapes;
use axum::{Json, extract::State, response::Response};
use jiff::Timestamp;
use nova_errors::{Code, Failure};
use nova_fn_practice::{Caller, Item, Keyed, Platform, Refusal, Version, cursor, made, tagged};
use nova_http::{Body, Parameters};
use nova_practice::{
    AppointmentId, PatientId, ResourceId, SeriesId, ServiceId,
    access::Permission,
    booking::{Recurrence, Status},
};
use nova_practice_store::booking::{self, Appointment, Booking, Cursor, Filter, Overbooking, Search, SeriesRequest};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
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
pub(crate) async fn availability(
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

/// What is to be booked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAppointment {
    patient: PatientId,
    service: ServiceId,
    practitioner: ResourceId,
    chair: Option<ResourceId>,
    assistant: Option<ResourceId>,
    start: Timestamp,
    minutes: Option<i32>,
    #[serde(default)]
    hold: bool,
    overbooking_reason: Option<String>,
    notes: Option<String>,
}

impl NewAppointment {
    /// The booking it stands for. Overlapping others on purpose takes a permission and a reason.
    fn booking(&self, caller: &Caller, id: AppointmentId) -> Result<Booking, Refusal> {
        if let Some(reason) = &self.overbooking_reason {
            caller.needs(Permission::AppointmentsOverbook)?;
            if !(3..=500).contains(&reason.trim().chars().count()) {
                let cause = "overbooking_reason says in 3 to 500 characters why";
                return Err(Failure::new(Code::OVERBOOKING, cause).into());
            }
        }
        Ok(Booking {
            id,
            patient: self.patient,
            service: self.service,
            practitioner: self.practitioner,
            chair: self.chair,
            assistant: self.assistant,
            start: self.start,
            minutes: self.minutes,
            hold: self.hold,
            overbooking: self.overbooking_reason.clone().map(|reason| Overbooking { reason }),
            notes: self.notes.clone(),
        })
    }
}

/// Book, or hold, a time
///
/// A hold occupies the time until its deadline and becomes a booking when it is confirmed. A time that is taken is
/// answered with 409, and `details` names free ones near it.
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/appointments", operation_id = "book", tag = "appointments", request_body = shapes::NewAppointment,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 201, description = "The appointment", body = shapes::Appointment))
)]
pub(crate) async fn book(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(body): Body<NewAppointment>,
) -> Result<Response, Refusal> {
    let id = AppointmentId(platform.new_id());
    let booking = body.booking(&caller, id)?;
    let actor = caller.actor();
    let booked = platform
        .once(&caller, (&key, &body), async |tx, before| match before {
            Some(left) => {
                let id = serde_json::from_value(left.clone()).unwrap_or(id);
                Ok((left, booking::get(tx, id).await?))
            }
            None => Ok((json!(id), booking::book(tx, &actor, &booking).await?)),
        })
        .await?;
    let place = format!("/v1/cabinets/{}/appointments/{}", caller.scope()?.cabinet, booked.id);
    Ok(made(&place, tagged(booked.version, booked)))
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

/// A series.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSeries {
    first: NewAppointment,
    rule: Recurrence,
}

/// Book a series
///
/// All of it or nothing: when dates cannot be booked, `details` names each of them, with why.
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/appointment-series", operation_id = "bookSeries", tag = "appointments", request_body = shapes::NewSeries,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 201, description = "The appointments", body = shapes::Series))
)]
pub(crate) async fn series(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(body): Body<NewSeries>,
) -> Result<Response, Refusal> {
    let count = body.rule.count.clamp(1, Recurrence::MOST);
    let ids: Vec<AppointmentId> = (0..count).map(|_| AppointmentId(platform.new_id())).collect();
    let first = body.first.booking(&caller, ids[0])?;
    let request = SeriesRequest {
        id: SeriesId(platform.new_id()),
        first,
        rule: body.rule,
        ids,
    };
    let actor = caller.actor();
    let booked = platform
        .once(&caller, (&key, &body), async |tx, before| {
            if let Some(left) = before {
                let ids: Vec<AppointmentId> = serde_json::from_value(left.clone()).unwrap_or_default();
                let mut again = Vec::with_capacity(ids.len());
                for id in ids {
                    again.push(booking::get(tx, id).await?);
                }
                return Ok((left, again));
            }
            let booked = booking::book_series(tx, &actor, &request).await?;
            let ids: Vec<AppointmentId> = booked.iter().map(|appointment| appointment.id).collect();
            Ok((json!(ids), booked))
        })
        .await?;
    let id = booked.first().and_then(|appointment| appointment.series);
    let cabinet = caller.scope()?.cabinet;
    // A series is its appointments: the first of them leads to the others.
    let place = booked.first().map_or_else(
        || format!("/v1/cabinets/{cabinet}/appointments"),
        |first| format!("/v1/cabinets/{cabinet}/appointments/{}", first.id),
    );
    Ok(made(&place, Json(json!({ "series": id, "appointments": booked }))))
}

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
pub(crate) async fn changes(
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
