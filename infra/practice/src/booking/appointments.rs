//! One appointment: held, booked, moved, ended.

use super::slots::{Facts, Lock, refused};
use crate::audit::Entry;
use crate::{Actor, Error, Tx};
use jiff::{SignedDuration, Timestamp};
use nova_errors::{Code, Failure};
use nova_practice::booking::{Slot, Status, Transition};
use nova_practice::{AppointmentId, PatientId, ResourceId, SeriesId, ServiceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
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

/// An appointment as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// For whom.
    pub patient: PatientId,
    /// What for.
    pub service: ServiceId,
    /// With whom.
    pub practitioner: ResourceId,
    /// On which chair.
    pub chair: Option<ResourceId>,
    /// Who assists.
    pub assistant: Option<ResourceId>,
    /// The series it belongs to.
    pub series: Option<SeriesId>,
    /// When.
    #[serde(flatten)]
    pub slot: Slot,
    /// Where it stands.
    pub status: Status,
    /// Until when it is held.
    pub hold_until: Option<Timestamp>,
    /// Why it may overlap others.
    pub overbooking_reason: Option<String>,
    /// Why it was called off.
    pub cancel_reason: Option<String>,
    /// What the practitioner should know.
    pub notes: Option<String>,
    /// Counts its changes.
    pub version: i64,
}

const COLUMNS: &str = "id, patient_id, service_id, practitioner_id, chair_id, assistant_id, series_id, starts_at, \
     ends_at, status, hold_until, overbooking_reason, cancel_reason, notes, version";

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

/// The chairs that may be taken, in the order to try them; which is first depends on the practitioner, so that two who
/// book at the same time seldom want the same.
async fn chairs(tx: &Tx<'_>, booking: &Booking, needed: bool, slot: Slot) -> Result<Vec<Uuid>, Error> {
    if let Some(chair) = booking.chair {
        let known = tx
            .optional(
                "SELECT 1 FROM practice.resources WHERE id = $1 AND kind = 'chair' AND active",
                &[&chair.uuid()],
            )
            .await?;
        return known.map(|_| vec![chair.uuid()]).ok_or(Error::Unknown("chair"));
    }
    if !needed {
        return Ok(Vec::new());
    }
    let rows = tx
        .query(
            "SELECT r.id FROM practice.resources r WHERE r.kind = 'chair' AND r.active AND ($4 OR NOT EXISTS ( \
                SELECT FROM practice.occupations o WHERE o.cabinet_id = r.cabinet_id AND o.resource_id = r.id \
                    AND o.starts_at < $2 AND o.starts_at > $1::timestamptz - interval '13 hours' AND o.ends_at > $1 AND NOT o.overbooked \
                    AND (o.hold_until IS NULL OR o.hold_until > clock_timestamp()))) \
             ORDER BY md5(r.id::text || $3::uuid::text)",
            &[
                &slot.start,
                &slot.end,
                &booking.practitioner.uuid(),
                &booking.overbooking.is_some(),
            ],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Occupies the first of `chairs` that is free, and says which that is.
async fn take_chair(
    tx: &Tx<'_>,
    appointment: AppointmentId,
    chairs: &[Uuid],
    slot: Slot,
    hold_until: Option<Timestamp>,
    overbooked: bool,
) -> Result<Option<Uuid>, Error> {
    let mut found = None;
    for chair in chairs {
        let taken = tx
            .execute(
                "INSERT INTO practice.occupations (cabinet_id, appointment_id, resource_id, starts_at, ends_at, hold_until, overbooked) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
                &[&tx.tenant()?, &appointment.uuid(), chair, &slot.start, &slot.end, &hold_until, &overbooked],
            )
            .await?;
        if taken == 1 {
            found = Some(*chair);
            break;
        }
    }
    tx.execute(
        "UPDATE practice.appointments SET chair_id = $2 WHERE id = $1 AND chair_id IS DISTINCT FROM $2",
        &[&appointment.uuid(), &found],
    )
    .await?;
    Ok(found)
}

/// Frees what holds occupy that are over, where they stand in the way. A statement of its own, before anything is
/// inserted; rows that somebody else works on are left to them.
pub(super) async fn expire(tx: &Tx<'_>, resources: &[Uuid], slot: Slot) -> Result<u64, Error> {
    tx.execute(
        "WITH stale AS ( \
            SELECT o.appointment_id FROM practice.occupations o \
            WHERE o.resource_id = ANY ($1) AND o.hold_until <= clock_timestamp() AND o.starts_at < $3 AND o.ends_at > $2 \
            FOR UPDATE SKIP LOCKED \
         ), gone AS ( \
            DELETE FROM practice.occupations o USING (SELECT DISTINCT appointment_id FROM stale) s \
            WHERE o.appointment_id = s.appointment_id RETURNING o.appointment_id \
         ) UPDATE practice.appointments a SET status = 'expired', hold_until = NULL, version = a.version + 1, updated_at = now() \
           WHERE a.id IN (SELECT appointment_id FROM gone) AND a.status = 'held'",
        &[&resources, &slot.start, &slot.end],
    )
    .await
}

/// Ends every hold of the cabinet that is over; returns how many.
pub async fn expire_holds(tx: &Tx<'_>) -> Result<u64, Error> {
    tx.execute(
        "WITH stale AS ( \
            SELECT o.appointment_id FROM practice.occupations o WHERE o.hold_until <= clock_timestamp() FOR UPDATE SKIP LOCKED \
         ), gone AS ( \
            DELETE FROM practice.occupations o USING (SELECT DISTINCT appointment_id FROM stale) s \
            WHERE o.appointment_id = s.appointment_id RETURNING o.appointment_id \
         ) UPDATE practice.appointments a SET status = 'expired', hold_until = NULL, version = a.version + 1, updated_at = now() \
           WHERE a.id IN (SELECT appointment_id FROM gone) AND a.status = 'held'",
        &[],
    )
    .await
}

/// Turns a hold into a booking, if it still stands.
pub async fn confirm_hold(tx: &Tx<'_>, id: AppointmentId) -> Result<Appointment, Error> {
    // Occupations first, as whoever expires holds does.
    tx.execute(
        "UPDATE practice.occupations SET hold_until = NULL WHERE appointment_id = $1 AND hold_until > clock_timestamp()",
        &[&id.uuid()],
    )
    .await?;
    let row = tx
        .optional(
            &format!(
                "UPDATE practice.appointments a SET status = 'booked', hold_until = NULL, version = version + 1, updated_at = now() \
                 WHERE id = $1 AND status = 'held' AND EXISTS (SELECT FROM practice.occupations o \
                    WHERE o.cabinet_id = a.cabinet_id AND o.appointment_id = a.id AND o.hold_until IS NULL) \
                 RETURNING {COLUMNS}"
            ),
            &[&id.uuid()],
        )
        .await?;
    let Some(row) = row else {
        return match read(tx, id).await?.status {
            Status::Held | Status::Expired => Err(Failure::new(Code::HOLD_ENDED, "its deadline has passed").into()),
            from => Err(Error::Status(Transition {
                from,
                to: Some(Status::Booked),
            })),
        };
    };
    let booked = appointment(&row);
    tx.audit(Entry::new("appointment.book", "appointment", id.uuid()).patient(booked.patient));
    Ok(booked)
}

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
    tx.execute(
        "DELETE FROM practice.occupations WHERE appointment_id = $1",
        &[&id.uuid()],
    )
    .await?;
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

/// Calls an appointment off; its time is free again.
pub async fn cancel(tx: &Tx<'_>, id: AppointmentId, version: Option<i64>, reason: &str) -> Result<Appointment, Error> {
    change(tx, id, version, Status::Cancelled, Some(reason)).await
}

/// What became of an appointment: confirmed, arrived, in treatment, completed, missed.
pub async fn set_status(
    tx: &Tx<'_>,
    id: AppointmentId,
    version: Option<i64>,
    to: Status,
) -> Result<Appointment, Error> {
    change(tx, id, version, to, None).await
}

const FREE: &str = "DELETE FROM practice.occupations WHERE appointment_id = $1";

const CHANGE: &str = "UPDATE practice.appointments SET status = $3, hold_until = NULL, cancel_reason = coalesce($4, cancel_reason), \
     version = version + 1, updated_at = now() WHERE id = $1 AND version = $2 \
     RETURNING id, patient_id, service_id, practitioner_id, chair_id, assistant_id, series_id, starts_at, \
     ends_at, status, hold_until, overbooking_reason, cancel_reason, notes, version";

async fn change(
    tx: &Tx<'_>,
    id: AppointmentId,
    version: Option<i64>,
    to: Status,
    reason: Option<&str>,
) -> Result<Appointment, Error> {
    let before = read(tx, id).await?;
    if version.is_some_and(|version| version != before.version) {
        return Err(Error::Stale("appointment"));
    }
    if before.status == Status::Held && to == Status::Booked {
        return confirm_hold(tx, id).await;
    }
    before.status.become_(to).map_err(Error::Status)?;
    // Occupations first, as whoever expires holds does.
    tx.prepare(&[FREE, CHANGE]).await?;
    let freed = async {
        if to.occupies() {
            return Ok(0);
        }
        tx.execute(FREE, &[&id.uuid()]).await
    };
    let parameters: [&(dyn ToSql + Sync); 4] = [&id.uuid(), &before.version, &to.name(), &reason];
    let (_, row) = tokio::try_join!(freed, tx.optional(CHANGE, &parameters))?;
    let changed = appointment(&row.ok_or(Error::Stale("appointment"))?);
    tx.audit(
        Entry::new("appointment.status", "appointment", id.uuid())
            .patient(changed.patient)
            .details(json!({ "from": before.status.name(), "to": to.name() })),
    );
    Ok(changed)
}

/// An appointment; the audit notes that it was read.
pub async fn get(tx: &Tx<'_>, id: AppointmentId) -> Result<Appointment, Error> {
    let found = read(tx, id).await?;
    tx.audit(Entry::new("appointment.read", "appointment", id.uuid()).patient(found.patient));
    Ok(found)
}

pub(super) async fn read(tx: &Tx<'_>, id: AppointmentId) -> Result<Appointment, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.appointments WHERE id = $1");
    let row = tx.optional(&sql, &[&id.uuid()]).await?;
    row.as_ref().map(appointment).ok_or(Error::Unknown("appointment"))
}

/// Which appointments are wanted, in order of time.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Beginning from.
    pub from: Option<Timestamp>,
    /// Beginning before.
    pub until: Option<Timestamp>,
    /// Somebody's.
    pub practitioner: Option<ResourceId>,
    /// A patient's.
    pub patient: Option<PatientId>,
    /// In this status.
    pub status: Option<Status>,
    /// The latest first.
    pub descending: bool,
    /// After this one: its begin and id.
    pub after: Option<(Timestamp, AppointmentId)>,
    /// At most so many.
    pub limit: i64,
}

/// Appointments in order of time.
pub async fn list(tx: &Tx<'_>, filter: &Filter) -> Result<Vec<Appointment>, Error> {
    let (after_at, after_id) = filter.after.unzip();
    let (beyond, way) = if filter.descending { ("<", "DESC") } else { (">", "ASC") };
    let sql = format!(
        "SELECT {COLUMNS} FROM practice.appointments \
         WHERE starts_at >= coalesce($1::timestamptz, '-infinity') AND starts_at < coalesce($2::timestamptz, 'infinity') \
           AND ($3::uuid IS NULL OR practitioner_id = $3) AND ($4::uuid IS NULL OR patient_id = $4) \
           AND ($5::text IS NULL OR status = $5) AND ($6::timestamptz IS NULL OR (starts_at, id) {beyond} ($6, $7)) \
         ORDER BY starts_at {way}, id {way} LIMIT $8"
    );
    let rows = tx
        .query(
            &sql,
            &[
                &filter.from,
                &filter.until,
                &filter.practitioner.map(ResourceId::uuid),
                &filter.patient.map(PatientId::uuid),
                &filter.status.map(Status::name),
                &after_at,
                &after_id.map(AppointmentId::uuid),
                &filter.limit.clamp(1, 500),
            ],
        )
        .await?;
    let found: Vec<Appointment> = rows.iter().map(appointment).collect();
    let patients = found.iter().map(|one| one.patient);
    tx.audit(
        Entry::new("appointment.list", "appointment", None)
            .patients(patients)
            .count("rows", found.len()),
    );
    Ok(found)
}

fn appointment(row: &Row) -> Appointment {
    let resource = |place| row.get::<_, Option<Uuid>>(place).map(ResourceId);
    Appointment {
        id: AppointmentId(row.get(0)),
        patient: PatientId(row.get(1)),
        service: ServiceId(row.get(2)),
        practitioner: ResourceId(row.get(3)),
        chair: resource(4),
        assistant: resource(5),
        series: row.get::<_, Option<Uuid>>(6).map(SeriesId),
        slot: Slot {
            start: row.get(7),
            end: row.get(8),
        },
        status: Status::named(row.get(9)).unwrap_or(Status::Expired),
        hold_until: row.get(10),
        overbooking_reason: row.get(11),
        cancel_reason: row.get(12),
        notes: row.get(13),
        version: row.get(14),
    }
}

/// Refuses an empty series, or one that is too long.
pub(super) fn refuse_count(count: u16, most: u16) -> Result<(), Error> {
    if (1..=most).contains(&count) {
        Ok(())
    } else {
        Err(refused(&format!("a series has 1 to {most} appointments")))
    }
}
