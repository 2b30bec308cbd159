//! Times booked, or held: one, or a series of them.

use crate::shapes;
use axum::{Json, extract::State, response::Response};
use jiff::Timestamp;
use nova_errors::{Code, Failure};
use nova_fn_practice::{Caller, Keyed, Platform, Refusal, made, tagged};
use nova_http::Body;
use nova_practice::{
    AppointmentId, PatientId, ResourceId, SeriesId, ServiceId, access::Permission, booking::Recurrence,
};
use nova_practice_store::booking::{self, Booking, Overbooking, SeriesRequest};
use serde::{Deserialize, Serialize};
use serde_json::json;

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
