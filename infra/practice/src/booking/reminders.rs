//! Appointments that patients are reminded of, so many hours before as the cabinet's configuration says.

use crate::configuration::live;
use crate::{Error, Tx};
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Leaves `appointment.reminder` in the outbox for appointments that begin in no more hours than the configuration says,
/// once for each of these hours; returns how many.
///
/// Who booked or moved it later than that was told then. Who has withdrawn the consent to reminders gets none. When
/// several are due at once, because nobody looked for a while, the patient hears of it once.
pub async fn remind(tx: &Tx<'_>, now: Timestamp) -> Result<usize, Error> {
    let configuration = live(tx).await?.map(|version| version.configuration).unwrap_or_default();
    // The shortest first: it stands for the longer ones that are due with it.
    let hours: BTreeSet<u16> = configuration.reminders.hours_before.into_iter().collect();
    let mut left = 0;
    for hours in hours {
        let hours = i32::from(hours);
        let due = tx
            .query(
                "INSERT INTO practice.reminders AS r (cabinet_id, appointment_id, starts_at, hours) \
                 SELECT a.cabinet_id, a.id, a.starts_at, $1 FROM practice.appointments a \
                 WHERE a.status IN ('booked', 'confirmed') AND a.starts_at > $2 AND a.starts_at <= $2 + make_interval(hours => $1) \
                   AND a.updated_at <= a.starts_at - make_interval(hours => $1) \
                   AND NOT EXISTS (SELECT FROM practice.consents c WHERE c.patient_id = a.patient_id \
                        AND c.purpose = 'reminders' AND c.withdrawn_at IS NOT NULL \
                        AND NOT EXISTS (SELECT FROM practice.consents s WHERE s.patient_id = a.patient_id \
                            AND s.purpose = 'reminders' AND s.withdrawn_at IS NULL)) \
                 ON CONFLICT DO NOTHING \
                 RETURNING appointment_id, EXISTS (SELECT FROM practice.reminders s WHERE s.appointment_id = r.appointment_id \
                    AND s.starts_at = r.starts_at AND s.hours < r.hours)",
                &[&hours, &now],
            )
            .await?;
        for row in due {
            let (appointment, told): (Uuid, bool) = (row.get(0), row.get(1));
            if !told {
                let body = json!({ "hours": hours });
                crate::outbox::leave(tx, "appointment.reminder", Some(appointment), &body).await?;
                left += 1;
            }
        }
    }
    Ok(left)
}
