//! Another time, or other people, for an appointment.

use super::appointment::{Appointment, COLUMNS, FREE, read};
use super::book::{Booking, Overbooking};
use super::chairs::{chairs, take_chair};
use super::holds::expire;
use super::slots::{Facts, Lock};
use crate::audit::Entry;
use crate::{Error, Tx};
use jiff::Timestamp;
use nova_errors::{Code, Failure};
use nova_practice::booking::Transition;
use nova_practice::{AppointmentId, ResourceId};
use serde_json::json;
use uuid::Uuid;

/// Gives an appointment another time, or other people, in one step: it never loses the old one without the new one.
pub async fn relocate(
    tx: &Tx<'_>,
    id: AppointmentId,
    version: Option<i64>,
    start: Timestamp,
    practitioner: Option<ResourceId>,
    chair: Option<ResourceId>,
) -> Result<Appointment, Error> {
    let before = read(tx, id).await?;
    let facts = Facts::read(tx, before.service, Lock::Exclusive).await?;
    // Again, now that the lock is held.
    let before = read(tx, before.id).await?;
    if version.is_some_and(|version| version != before.version) {
        return Err(Error::Stale("appointment"));
    }
    if !before.status.movable() {
        return Err(Error::Status(Transition {
            from: before.status,
            to: None,
        }));
    }
    if before.hold_until.is_some_and(|until| until <= facts.now) {
        return Err(Failure::new(Code::HOLD_ENDED, "its deadline has passed").into());
    }
    let length = before.slot.end.duration_since(before.slot.start).as_mins();
    let slot = facts.slot(start, i32::try_from(length).ok())?;
    let booking = Booking {
        id,
        patient: before.patient,
        service: before.service,
        practitioner: practitioner.unwrap_or(before.practitioner),
        chair,
        assistant: before.assistant,
        start,
        minutes: None,
        hold: false,
        overbooking: before.overbooking_reason.clone().map(|reason| Overbooking { reason }),
        notes: None,
    };
    if booking.overbooking.is_none() {
        facts.refuse_closed(tx, booking.practitioner, slot).await?;
    }
    let known = tx
        .optional(
            "SELECT 1 FROM practice.resources WHERE id = $1 AND kind = 'practitioner' AND active",
            &[&booking.practitioner.uuid()],
        )
        .await?;
    known.ok_or(Error::Unknown("practitioner"))?;
    tx.execute(FREE, &[&id.uuid()]).await?;
    let chairs = chairs(tx, &booking, facts.needs_chair, slot).await?;
    let mut people = vec![booking.practitioner.uuid()];
    people.extend(before.assistant.map(ResourceId::uuid));
    let everything: Vec<Uuid> = people.iter().chain(&chairs).copied().collect();
    expire(tx, &everything, slot).await?;
    let taken = tx
        .one(
            "WITH taken AS ( \
                INSERT INTO practice.occupations (cabinet_id, appointment_id, resource_id, starts_at, ends_at, hold_until, overbooked) \
                SELECT $1, $2, person, $3, $4, $5, $6 FROM unnest($7::uuid[]) WITH ORDINALITY AS people(person, place) ORDER BY place \
                ON CONFLICT DO NOTHING RETURNING resource_id \
             ) SELECT count(*) FROM taken",
            &[
                &tx.tenant()?,
                &id.uuid(),
                &slot.start,
                &slot.end,
                &before.hold_until,
                &booking.overbooking.is_some(),
                &people,
            ],
        )
        .await?;
    let row = tx
        .optional(
            &format!(
                "UPDATE practice.appointments SET starts_at = $2, ends_at = $3, practitioner_id = $4, \
                 chair_id = NULL, version = version + 1, updated_at = now() WHERE id = $1 AND version = $5 RETURNING {COLUMNS}"
            ),
            &[&id.uuid(), &slot.start, &slot.end, &booking.practitioner.uuid(), &before.version],
        )
        .await?;
    row.ok_or(Error::Stale("appointment"))?;
    let needed = facts.needs_chair || before.chair.is_some();
    let mut complete = usize::try_from(taken.get::<_, i64>(0)).is_ok_and(|count| count == people.len());
    if complete {
        let overbooked = booking.overbooking.is_some();
        let chair = take_chair(tx, id, &chairs, slot, before.hold_until, overbooked).await?;
        complete = chair.is_some() || !needed;
    }
    if !complete {
        let free = facts
            .alternatives(tx, booking.practitioner, slot, Some(id.uuid()))
            .await?;
        return Err(Error::Taken(free));
    }
    tx.audit(
        Entry::new("appointment.move", "appointment", id.uuid())
            .patient(before.patient)
            .details(json!({ "from": before.slot.start.to_string(), "to": slot.start.to_string() })),
    );
    read(tx, id).await
}
