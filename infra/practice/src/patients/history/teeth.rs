//! The dental history, and the chart that it comes to.

use super::{Recorded, open, read, recorded, seen};
use crate::audit::Entry;
use crate::{Actor, Error, Tx};
use nova_practice::patient::{Chart, Tooth, ToothEvent, ToothState, chart};
use nova_practice::{EntryId, Faults, PatientId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What was found or done at a tooth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToothEntry {
    /// Tooth, surfaces, state, day.
    #[serde(flatten)]
    pub event: ToothEvent,
    /// More.
    #[serde(default)]
    pub note: Option<String>,
}

/// Adds to the dental history.
pub async fn add_tooth_event(
    tx: &Tx<'_>,
    actor: &Actor,
    patient: PatientId,
    id: EntryId,
    one: &ToothEntry,
) -> Result<(), Error> {
    let mut faults = Faults::default();
    faults.unless(
        one.event.surfaces.chars().all(|surface| "MODVLPIBC".contains(surface)),
        "surfaces",
        "are letters of M O D V L P I B C",
    );
    faults.into_result()?;
    open(tx, patient).await?;
    let state = serde_json::to_value(one.event.state).unwrap_or_default();
    tx.execute(
        "INSERT INTO practice.tooth_events (cabinet_id, id, patient_id, tooth, surfaces, state, done_on, note, recorded_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &tx.tenant()?,
            &id.uuid(),
            &patient.uuid(),
            &i16::from(u8::from(one.event.tooth)),
            &one.event.surfaces,
            &state.as_str(),
            &one.event.done_on,
            &one.note,
            &actor.to_string(),
        ],
    )
    .await?;
    tx.audit(Entry::new("tooth.add", "tooth", id.uuid()).patient(patient));
    Ok(())
}

/// The dental history in order, and the chart it comes to.
pub async fn teeth(tx: &Tx<'_>, patient: PatientId) -> Result<(Vec<Recorded<ToothEntry>>, Chart), Error> {
    read(tx, patient).await?;
    let rows = tx
        .query(
            "SELECT id, recorded_by, recorded_at, struck_at, tooth, surfaces, state, done_on, note \
             FROM practice.tooth_events WHERE patient_id = $1 AND tooth IS NOT NULL ORDER BY done_on, recorded_at, id",
            &[&patient.uuid()],
        )
        .await?;
    seen(tx, "tooth.list", "tooth", patient);
    let history: Vec<Recorded<ToothEntry>> = rows
        .iter()
        .filter_map(|row| {
            let number = u8::try_from(row.get::<_, i16>(4)).ok()?;
            let state: ToothState = serde_json::from_value(Value::String(row.get(6))).ok()?;
            let event = ToothEvent {
                tooth: Tooth::try_from(number).ok()?,
                surfaces: row.get(5),
                state,
                done_on: row.get(7),
            };
            Some(recorded(
                row,
                ToothEntry {
                    event,
                    note: row.get(8),
                },
            ))
        })
        .collect();
    let counting = history.iter().filter(|one| one.ended_at.is_none());
    let now = chart(counting.map(|one| &one.entry.event));
    Ok((history, now))
}
