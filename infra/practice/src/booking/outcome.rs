//! What becomes of an appointment: called off, confirmed, arrived, completed, missed.

use super::appointment::{Appointment, COLUMNS, FREE, appointment, read};
use super::holds::confirm_hold;
use crate::audit::Entry;
use crate::{Error, Tx};
use nova_practice::AppointmentId;
use nova_practice::booking::Status;
use serde_json::json;
use tokio_postgres::types::ToSql;

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
    let sql = format!(
        "UPDATE practice.appointments SET status = $3, hold_until = NULL, cancel_reason = coalesce($4, cancel_reason), \
         version = version + 1, updated_at = now() WHERE id = $1 AND version = $2 RETURNING {COLUMNS}"
    );
    // Occupations first, as whoever expires holds does.
    tx.prepare(&[FREE, &sql]).await?;
    let freed = async {
        if to.occupies() {
            return Ok(0);
        }
        tx.execute(FREE, &[&id.uuid()]).await
    };
    let parameters: [&(dyn ToSql + Sync); 4] = [&id.uuid(), &before.version, &to.name(), &reason];
    let (_, row) = tokio::try_join!(freed, tx.optional(&sql, &parameters))?;
    let changed = appointment(&row.ok_or(Error::Stale("appointment"))?);
    tx.audit(
        Entry::new("appointment.status", "appointment", id.uuid())
            .patient(changed.patient)
            .details(json!({ "from": before.status.name(), "to": to.name() })),
    );
    Ok(changed)
}
