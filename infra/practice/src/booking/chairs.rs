//! Which chair an appointment gets.

use super::book::Booking;
use crate::{Error, Tx};
use jiff::Timestamp;
use nova_practice::AppointmentId;
use nova_practice::booking::Slot;
use uuid::Uuid;

/// The chairs that may be taken, in the order to try them; which is first depends on the practitioner, so that two who
/// book at the same time seldom want the same.
pub(super) async fn chairs(tx: &Tx<'_>, booking: &Booking, needed: bool, slot: Slot) -> Result<Vec<Uuid>, Error> {
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
pub(super) async fn take_chair(
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
