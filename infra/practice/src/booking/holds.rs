//! Times that are held until a deadline: made bookings before it, freed after it.

use super::appointment::{Appointment, COLUMNS, appointment, read};
use crate::audit::Entry;
use crate::{Error, Tx};
use nova_errors::{Code, Failure};
use nova_practice::AppointmentId;
use nova_practice::booking::{Slot, Status, Transition};
use uuid::Uuid;

/// What happens to the holds whose occupations are `stale`.
const EXPIRED: &str = "gone AS ( \
        DELETE FROM practice.occupations o USING (SELECT DISTINCT appointment_id FROM stale) s \
        WHERE o.appointment_id = s.appointment_id RETURNING o.appointment_id \
     ) UPDATE practice.appointments a SET status = 'expired', hold_until = NULL, version = a.version + 1, updated_at = now() \
       WHERE a.id IN (SELECT appointment_id FROM gone) AND a.status = 'held'";

/// Frees what holds occupy that are over, where they stand in the way. A statement of its own, before anything is
/// inserted; rows that somebody else works on are left to them.
pub(super) async fn expire(tx: &Tx<'_>, resources: &[Uuid], slot: Slot) -> Result<u64, Error> {
    let sql = format!(
        "WITH stale AS ( \
            SELECT o.appointment_id FROM practice.occupations o \
            WHERE o.resource_id = ANY ($1) AND o.hold_until <= clock_timestamp() AND o.starts_at < $3 AND o.ends_at > $2 \
            FOR UPDATE SKIP LOCKED \
         ), {EXPIRED}"
    );
    tx.execute(&sql, &[&resources, &slot.start, &slot.end]).await
}

/// Ends every hold of the cabinet that is over; returns how many.
pub async fn expire_holds(tx: &Tx<'_>) -> Result<u64, Error> {
    let sql = format!(
        "WITH stale AS ( \
            SELECT o.appointment_id FROM practice.occupations o WHERE o.hold_until <= clock_timestamp() FOR UPDATE SKIP LOCKED \
         ), {EXPIRED}"
    );
    tx.execute(&sql, &[]).await
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
