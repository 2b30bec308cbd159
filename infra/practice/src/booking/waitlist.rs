//! The waitlist: when a time becomes free, one patient at a time is offered it. An offer is a hold with a deadline.

use super::appointment::{Appointment, read};
use super::book::{Booking, place};
use super::holds::{confirm_hold, expire_holds};
use super::outcome::cancel;
use super::slots::{Facts, Lock};
use crate::audit::Entry;
use crate::{Actor, Error, Tx};
use jiff::Timestamp;
use nova_errors::{Code, Failure};
use nova_practice::booking::{Slot, Status};
use nova_practice::{AppointmentId, Faults, PatientId, ResourceId, ServiceId, WaitlistId};
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use uuid::Uuid;

/// A patient who would come earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The entry's id.
    pub id: WaitlistId,
    /// Who waits.
    pub patient: PatientId,
    /// What for.
    pub service: ServiceId,
    /// With whom; none: with anybody.
    pub practitioner: Option<ResourceId>,
    /// From when on.
    pub earliest: Timestamp,
    /// Until when.
    pub latest: Timestamp,
    /// 0 to 9; higher is asked first.
    #[serde(default)]
    pub priority: i16,
    /// `waiting`, `offered`, `booked`, `left`.
    #[serde(default)]
    pub status: String,
    /// The hold that is offered.
    #[serde(default)]
    pub offer: Option<AppointmentId>,
    /// How many offers there were.
    #[serde(default)]
    pub offers: i32,
}

const COLUMNS: &str = "w.id, w.patient_id, w.service_id, w.practitioner_id, w.earliest, w.latest, w.priority, w.status, \
     w.offer_id, w.offers";

/// Puts a patient on the list.
pub async fn join(tx: &Tx<'_>, entry: &Waiting) -> Result<Waiting, Error> {
    let mut faults = Faults::default();
    faults.unless(entry.latest > entry.earliest, "latest", "is later than earliest");
    faults.unless((0..=9).contains(&entry.priority), "priority", "lies between 0 and 9");
    faults.into_result()?;
    let row = tx
        .one(
            &format!(
                "INSERT INTO practice.waitlist AS w (cabinet_id, id, patient_id, service_id, practitioner_id, earliest, latest, priority) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING {COLUMNS}"
            ),
            &[
                &tx.tenant()?,
                &entry.id.uuid(),
                &entry.patient.uuid(),
                &entry.service.uuid(),
                &entry.practitioner.map(ResourceId::uuid),
                &entry.earliest,
                &entry.latest,
                &entry.priority,
            ],
        )
        .await?;
    tx.audit(Entry::new("waitlist.join", "waitlist", entry.id.uuid()).patient(entry.patient));
    Ok(entry_of(&row))
}

/// Who waits or has an offer, in the order in which they are asked, after that entry.
pub async fn waiting(tx: &Tx<'_>, after: Option<WaitlistId>, limit: i64) -> Result<Vec<Waiting>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM practice.waitlist w WHERE w.status IN ('waiting', 'offered') \
           AND ($1::uuid IS NULL OR (-w.priority, w.created_at, w.id) > \
                (SELECT -a.priority, a.created_at, a.id FROM practice.waitlist a WHERE a.id = $1)) \
         ORDER BY w.priority DESC, w.created_at, w.id LIMIT $2"
    );
    let rows = tx
        .query(&sql, &[&after.map(WaitlistId::uuid), &limit.clamp(1, 500)])
        .await?;
    let found: Vec<Waiting> = rows.iter().map(entry_of).collect();
    let patients = found.iter().map(|entry| entry.patient);
    tx.audit(Entry::new("waitlist.list", "waitlist", None).patients(patients));
    Ok(found)
}

/// A place on the waitlist.
pub async fn place_of(tx: &Tx<'_>, id: WaitlistId) -> Result<Waiting, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.waitlist w WHERE w.id = $1");
    let row = tx.optional(&sql, &[&id.uuid()]).await?;
    let found = row.as_ref().map(entry_of).ok_or(Error::Unknown("waitlist entry"))?;
    tx.audit(Entry::new("waitlist.read", "waitlist", id.uuid()).patient(found.patient));
    Ok(found)
}

/// Offers a time that became free to the first who would take it, as a hold; none when nobody would. `id` is the
/// hold's. An entry that somebody else works on is passed over.
pub async fn next_offer(
    tx: &Tx<'_>,
    actor: &Actor,
    id: AppointmentId,
    practitioner: ResourceId,
    start: Timestamp,
) -> Result<Option<(Waiting, Appointment)>, Error> {
    lapse(tx).await?;
    let sql = format!(
        "SELECT {COLUMNS} FROM practice.waitlist w \
         WHERE w.status = 'waiting' AND w.earliest <= $2 AND w.latest > $2 AND (w.practitioner_id IS NULL OR w.practitioner_id = $1) \
           AND NOT EXISTS (SELECT FROM practice.appointments a WHERE a.cabinet_id = w.cabinet_id AND a.patient_id = w.patient_id \
                AND a.starts_at = $2 AND a.status IN ('expired', 'cancelled')) \
         ORDER BY w.priority DESC, w.created_at, w.id LIMIT 1 FOR UPDATE SKIP LOCKED"
    );
    let Some(row) = tx.optional(&sql, &[&practitioner.uuid(), &start]).await? else {
        return Ok(None);
    };
    let mut entry = entry_of(&row);
    let mut facts = Facts::read(tx, entry.service, Lock::Shared).await?;
    // An offer stands longer than the hold of somebody who is choosing.
    facts.configuration.booking.hold_minutes = facts.configuration.booking.offer_minutes;
    let slot: Slot = facts.slot(start, None)?;
    facts.refuse_closed(tx, practitioner, slot).await?;
    let booking = Booking {
        id,
        patient: entry.patient,
        service: entry.service,
        practitioner,
        chair: None,
        assistant: None,
        start,
        minutes: None,
        hold: true,
        overbooking: None,
        notes: None,
    };
    let held = place(tx, actor, &booking, &facts, slot, None).await?;
    tx.execute(
        "UPDATE practice.waitlist SET status = 'offered', offer_id = $2, offers = offers + 1, version = version + 1 WHERE id = $1",
        &[&entry.id.uuid(), &id.uuid()],
    )
    .await?;
    let body = serde_json::json!({ "appointment": id, "patient": entry.patient });
    crate::outbox::leave(tx, "waitlist.offered", Some(entry.id.uuid()), &body).await?;
    tx.audit(Entry::new("waitlist.offer", "waitlist", entry.id.uuid()).patient(entry.patient));
    (entry.status, entry.offer, entry.offers) = ("offered".to_owned(), Some(id), entry.offers + 1);
    Ok(Some((entry, held)))
}

/// Entries whose offer is over wait again.
async fn lapse(tx: &Tx<'_>) -> Result<(), Error> {
    expire_holds(tx).await?;
    tx.execute(
        "UPDATE practice.waitlist w SET status = 'waiting', offer_id = NULL, version = w.version + 1 \
         FROM practice.appointments a WHERE w.status = 'offered' AND a.cabinet_id = w.cabinet_id AND a.id = w.offer_id \
           AND a.status IN ('expired', 'cancelled')",
        &[],
    )
    .await?;
    Ok(())
}

/// The patient takes the offer: the hold becomes a booking.
pub async fn accept_offer(tx: &Tx<'_>, id: WaitlistId) -> Result<Appointment, Error> {
    let offer = offer(tx, id).await?;
    let booked = confirm_hold(tx, offer).await.map_err(|error| match error {
        Error::Failed(failure) if failure.code == Code::HOLD_ENDED => {
            Failure::new(Code::OFFER_ENDED, "its deadline has passed").into()
        }
        other => other,
    })?;
    tx.execute(
        "UPDATE practice.waitlist SET status = 'booked', version = version + 1 WHERE id = $1",
        &[&id.uuid()],
    )
    .await?;
    Ok(booked)
}

/// The patient does not take it; the time is free again, and the patient goes on waiting.
pub async fn decline_offer(tx: &Tx<'_>, id: WaitlistId) -> Result<(), Error> {
    let offer = offer(tx, id).await?;
    if read(tx, offer).await?.status == Status::Held {
        cancel(tx, offer, None, "the offer was declined").await?;
    }
    tx.execute(
        "UPDATE practice.waitlist SET status = 'waiting', offer_id = NULL, version = version + 1 WHERE id = $1",
        &[&id.uuid()],
    )
    .await?;
    Ok(())
}

/// Takes a patient off the list, and with them an offer that stands.
pub async fn leave(tx: &Tx<'_>, id: WaitlistId) -> Result<(), Error> {
    let row = tx
        .optional(
            "UPDATE practice.waitlist SET status = 'left', version = version + 1 WHERE id = $1 AND status IN ('waiting', 'offered') \
             RETURNING offer_id, patient_id",
            &[&id.uuid()],
        )
        .await?
        .ok_or(Error::Unknown("waitlist entry"))?;
    if let Some(offer) = row.get::<_, Option<Uuid>>(0).map(AppointmentId)
        && read(tx, offer).await?.status == Status::Held
    {
        cancel(tx, offer, None, "the patient left the waitlist").await?;
    }
    tx.audit(Entry::new("waitlist.leave", "waitlist", id.uuid()).patient(PatientId(row.get(1))));
    Ok(())
}

async fn offer(tx: &Tx<'_>, id: WaitlistId) -> Result<AppointmentId, Error> {
    let row = tx
        .optional(
            "SELECT status, offer_id FROM practice.waitlist WHERE id = $1 FOR UPDATE",
            &[&id.uuid()],
        )
        .await?
        .ok_or(Error::Unknown("waitlist entry"))?;
    match (row.get::<_, &str>(0), row.get::<_, Option<Uuid>>(1)) {
        ("offered", Some(offer)) => Ok(AppointmentId(offer)),
        _ => Err(Failure::new(Code::OFFER_ENDED, "the entry has no offer").into()),
    }
}

fn entry_of(row: &Row) -> Waiting {
    Waiting {
        id: WaitlistId(row.get(0)),
        patient: PatientId(row.get(1)),
        service: ServiceId(row.get(2)),
        practitioner: row.get::<_, Option<Uuid>>(3).map(ResourceId),
        earliest: row.get(4),
        latest: row.get(5),
        priority: row.get(6),
        status: row.get(7),
        offer: row.get::<_, Option<Uuid>>(8).map(AppointmentId),
        offers: row.get(9),
    }
}
