//! Appointments that belong together: all of them, or the list of those that cannot be.

use super::appointment::Appointment;
use super::book::{Booking, place};
use super::slots::{Facts, Lock, refused};
use crate::{Actor, Error, Tx};
use jiff::Timestamp;
use nova_errors::Code;
use nova_practice::booking::{Recurrence, occurrences};
use nova_practice::{AppointmentId, SeriesId};
use serde::{Deserialize, Serialize};

/// A series to book: the first appointment, the rule, and an id for each.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SeriesRequest {
    /// The series' id.
    pub id: SeriesId,
    /// The first appointment; the others have its wall time, whatever the clocks do in between.
    pub first: Booking,
    /// How it repeats.
    pub rule: Recurrence,
    /// Ids of the appointments, as many as the rule counts.
    pub ids: Vec<AppointmentId>,
}

/// Books the whole series, or nothing and says which dates cannot be booked and why.
pub async fn book_series(tx: &Tx<'_>, actor: &Actor, request: &SeriesRequest) -> Result<Vec<Appointment>, Error> {
    refuse_count(
        request.rule.count,
        Recurrence::MOST.min(u16::try_from(request.ids.len()).unwrap_or(0)),
    )?;
    let first = &request.first;
    let facts = Facts::read(tx, first.service, Lock::Shared).await?;
    let rule = serde_json::to_value(request.rule).unwrap_or_default();
    tx.execute(
        "INSERT INTO practice.series (cabinet_id, id, patient_id, rule) VALUES ($1, $2, $3, $4)",
        &[&tx.tenant()?, &request.id.uuid(), &first.patient.uuid(), &rule],
    )
    .await?;
    let wall = first.start.to_zoned(facts.zone.clone()).datetime();
    let (mut booked, mut failed) = (Vec::new(), Vec::new());
    // Dates come in order of time, so two series that meet never wait for each other in a circle.
    for ((at, start), id) in occurrences(wall, request.rule, &facts.zone)
        .into_iter()
        .zip(&request.ids)
    {
        let Some(start) = start else {
            let shown = at
                .to_zoned(facts.zone.clone())
                .map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp());
            failed.push((shown, "the clock leaves that time out".to_owned()));
            continue;
        };
        let one = Booking {
            id: *id,
            start,
            ..first.clone()
        };
        match book_one(tx, actor, &one, &facts, request.id).await {
            Ok(appointment) => booked.push(appointment),
            Err(Error::Taken(_)) => failed.push((start, "another appointment occupies it".to_owned())),
            Err(Error::Failed(failure)) if failure.code == Code::NOT_BOOKABLE => {
                failed.push((start, failure.cause));
            }
            Err(other) => return Err(other),
        }
    }
    if failed.is_empty() {
        Ok(booked)
    } else {
        Err(Error::Series(failed))
    }
}

async fn book_one(
    tx: &Tx<'_>,
    actor: &Actor,
    one: &Booking,
    facts: &Facts,
    series: SeriesId,
) -> Result<Appointment, Error> {
    let slot = facts.slot(one.start, one.minutes)?;
    if one.overbooking.is_none() {
        facts.refuse_closed(tx, one.practitioner, slot).await?;
    }
    place(tx, actor, one, facts, slot, Some(series)).await
}

/// Refuses an empty series, or one that is too long.
fn refuse_count(count: u16, most: u16) -> Result<(), Error> {
    if (1..=most).contains(&count) {
        Ok(())
    } else {
        Err(refused(&format!("a series has 1 to {most} appointments")))
    }
}
