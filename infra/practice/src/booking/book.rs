//! Booking, or holding, a time.

use super::appointment::{Appointment, COLUMNS, appointment};
use super::chairs::{chairs, take_chair};
use super::holds::expire;
use super::slots::{Facts, Lock};
use crate::audit::Entry;
use crate::{Actor, Error, Tx};
use jiff::{SignedDuration, Timestamp};
use nova_errors::{Code, Failure};
use nova_practice::booking::{Slot, Status};
use nova_practice::{AppointmentId, PatientId, ResourceId, SeriesId, ServiceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// What is to be booked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Booking {
    /// The appointment's id.
    pub id: AppointmentId,
    /// For whom.
    pub patient: PatientId,
    /// What for.
    pub service: ServiceId,
    /// With whom.
    pub practitioner: ResourceId,
    /// On which chair; none: any that is free, where the service needs one.
    pub chair: Option<ResourceId>,
    /// Who assists.
    pub assistant: Option<ResourceId>,
    /// When it begins.
    pub start: Timestamp,
    /// How long, where it differs from the service.
    pub minutes: Option<i32>,
    /// True: it is only held, for as long as the cabinet says.
    pub hold: bool,
    /// It may overlap others, or lie outside the hours.
    pub overbooking: Option<Overbooking>,
    /// What the practitioner should know.
    pub notes: Option<String>,
}

/// Why an appointment may overlap others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overbooking {
    /// In words: an emergency, a short control …
    pub reason: String,
}

/// Books, or holds. A time that is taken is answered with free ones near it.
pub async fn book(tx: &Tx<'_>, actor: &Actor, booking: &Booking) -> Result<Appointment, Error> {
    let known = Facts::read_with_weeks(tx, booking.service, Lock::Shared, booking.practitioner, booking.start);
    let (facts, weeks) = known.await?;
    let slot = facts.slot(booking.start, booking.minutes)?;
    if booking.overbooking.is_none() {
        facts.refuse_outside(&weeks, slot)?;
    }
    place(tx, actor, booking, &facts, slot, None).await
}

/// Writes the appointment and what it occupies. The lock and the hours are the caller's.
pub(super) async fn place(
    tx: &Tx<'_>,
    actor: &Actor,
    booking: &Booking,
    facts: &Facts,
    slot: Slot,
    series: Option<SeriesId>,
) -> Result<Appointment, Error> {
    let reason = overbooking_reason(booking.overbooking.as_ref(), facts)?;
    let (practitioner, assistant) = (booking.practitioner.uuid(), booking.assistant.map(ResourceId::uuid));
    let mut people = vec![practitioner];
    people.extend(assistant);
    // One way to the server and back.
    let (found, chairs) = tokio::try_join!(
        in_the_way(tx, &people, slot),
        chairs(tx, booking, facts.needs_chair, slot)
    )?;
    if reason.is_none() && found.taken {
        let free = facts.alternatives(tx, booking.practitioner, slot, None).await?;
        return Err(Error::Taken(free));
    }
    if found.over {
        let everything: Vec<Uuid> = people.iter().chain(&chairs).copied().collect();
        expire(tx, &everything, slot).await?;
    }
    let hold_until = booking
        .hold
        .then(|| SignedDuration::from_mins(i64::from(facts.configuration.booking.hold_minutes)))
        .and_then(|length| facts.now.checked_add(length).ok());
    let status = if booking.hold { Status::Held } else { Status::Booked };
    let cabinet = tx.tenant()?;
    // People first, then the chair.
    let first = chairs.first().copied();
    let wanted: Vec<Uuid> = people.iter().copied().chain(first).collect();
    let sql = format!(
        "WITH made AS ( \
            INSERT INTO practice.appointments (cabinet_id, id, patient_id, service_id, practitioner_id, \
                assistant_id, series_id, starts_at, ends_at, status, hold_until, overbooking_reason, notes, created_by, chair_id) \
            SELECT $1, $2, p.id, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16 \
            FROM practice.patients p \
            JOIN practice.resources r ON r.cabinet_id = p.cabinet_id AND r.id = $5 AND r.kind = 'practitioner' AND r.active \
            WHERE p.cabinet_id = $1 AND p.id = $3 AND p.deleted_at IS NULL \
            RETURNING {COLUMNS} \
         ), taken AS ( \
            INSERT INTO practice.occupations (cabinet_id, appointment_id, resource_id, starts_at, ends_at, hold_until, overbooked) \
            SELECT $1, made.id, resource, $8, $9, $11, $12::text IS NOT NULL \
            FROM made, unnest($15::uuid[]) WITH ORDINALITY AS wanted(resource, place) ORDER BY place \
            ON CONFLICT DO NOTHING RETURNING resource_id \
         ) SELECT {COLUMNS}, ARRAY(SELECT resource_id FROM taken) FROM made"
    );
    let row = tx
        .optional(
            &sql,
            &[
                &cabinet,
                &booking.id.uuid(),
                &booking.patient.uuid(),
                &booking.service.uuid(),
                &practitioner,
                &assistant,
                &series.map(SeriesId::uuid),
                &slot.start,
                &slot.end,
                &status.name(),
                &hold_until,
                &reason,
                &booking.notes,
                &actor.to_string(),
                &wanted,
                &first,
            ],
        )
        .await?
        .ok_or(Error::Unknown("patient or practitioner"))?;
    let taken: Vec<Uuid> = row.get(15);
    let mut made = appointment(&row);
    let mut complete = people.iter().all(|person| taken.contains(person));
    if complete && !first.is_some_and(|chair| taken.contains(&chair)) {
        let others = chairs.get(1..).unwrap_or_default();
        let chair = take_chair(tx, booking.id, others, slot, hold_until, reason.is_some()).await?;
        complete = chair.is_some() || !(facts.needs_chair || booking.chair.is_some());
        made.chair = chair.map(ResourceId);
    }
    if !complete {
        let free = facts
            .alternatives(tx, booking.practitioner, slot, Some(booking.id.uuid()))
            .await?;
        return Err(Error::Taken(free));
    }
    let mut entry = Entry::new(
        if booking.hold {
            "appointment.hold"
        } else {
            "appointment.book"
        },
        "appointment",
        booking.id.uuid(),
    )
    .patient(booking.patient);
    if let Some(reason) = &reason {
        entry.action = "appointment.overbook";
        entry = entry.details(json!({ "reason": reason }));
    }
    tx.audit(entry);
    Ok(made)
}

/// What occupies a time.
struct InTheWay {
    /// One of the people is taken: most who come too late are told so without a row being written. What decides is the
    /// constraint, not this.
    taken: bool,
    /// Holds that are over occupy one of the people, or a chair.
    over: bool,
}

async fn in_the_way(tx: &Tx<'_>, people: &[Uuid], slot: Slot) -> Result<InTheWay, Error> {
    let row = tx
        .one(
            "SELECT EXISTS (SELECT FROM practice.occupations o WHERE o.resource_id = ANY ($1) \
                AND o.starts_at < $3 AND o.starts_at > $2::timestamptz - interval '13 hours' AND o.ends_at > $2 \
                AND NOT o.overbooked AND (o.hold_until IS NULL OR o.hold_until > clock_timestamp())), \
             EXISTS (SELECT FROM practice.occupations o WHERE o.hold_until <= clock_timestamp() \
                AND o.starts_at < $3 AND o.ends_at > $2)",
            &[&people, &slot.start, &slot.end],
        )
        .await?;
    Ok(InTheWay {
        taken: row.get(0),
        over: row.get(1),
    })
}

fn overbooking_reason(overbooking: Option<&Overbooking>, facts: &Facts) -> Result<Option<String>, Error> {
    let Some(overbooking) = overbooking else {
        return Ok(None);
    };
    if !facts.configuration.booking.overbooking {
        return Err(Failure::new(Code::OVERBOOKING, "the cabinet does not overbook").into());
    }
    let reason = overbooking.reason.trim();
    if !(3..=500).contains(&reason.chars().count()) {
        return Err(Failure::new(Code::OVERBOOKING, "the reason has 3 to 500 characters").into());
    }
    Ok(Some(reason.to_owned()))
}
