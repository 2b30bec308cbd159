//! What belongs to a record: the medical and the dental history, consents, attachments, communications. An entry that was
//! wrong is struck out, never taken away.

mod attachments;
mod communications;
mod conditions;
mod consents;
mod teeth;

pub use attachments::{Attachment, add_attachment, attachments};
pub use communications::{Communication, add_communication, communication, communications};
pub use conditions::{Condition, add_condition, conditions};
pub use consents::{Consent, add_consent, consents, withdraw_consent};
pub use teeth::{ToothEntry, add_tooth_event, teeth};

use super::record::read;
use crate::audit::Entry;
use crate::{Actor, Error, Tx};
use jiff::Timestamp;
use nova_practice::{EntryId, Faults, PatientId};
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

/// Who wrote an entry and when, and whether it still counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded<T> {
    /// The entry's id.
    pub id: EntryId,
    /// What it says.
    #[serde(flatten)]
    pub entry: T,
    /// Who wrote it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: Timestamp,
    /// When it was struck out, or withdrawn.
    pub ended_at: Option<Timestamp>,
}

fn among(faults: &mut Faults, field: &str, value: &str, allowed: &[&str]) {
    faults.unless(
        allowed.contains(&value),
        field,
        &format!("is one of {}", allowed.join(", ")),
    );
}

/// The record must be there and in use: entries are never added to one that was put away.
async fn open(tx: &Tx<'_>, patient: PatientId) -> Result<(), Error> {
    match read(tx, patient).await?.deleted_at {
        None => Ok(()),
        Some(_) => Err(Error::Unknown("patient")),
    }
}

fn seen(tx: &Tx<'_>, action: &'static str, entity: &'static str, patient: PatientId) {
    tx.audit(Entry::new(action, entity, patient.uuid()).patient(patient));
}

/// Strikes an entry of the medical or dental history, or a file, out: it stays readable and no longer counts.
pub async fn strike(
    tx: &Tx<'_>,
    actor: &Actor,
    patient: PatientId,
    entity: &'static str,
    id: EntryId,
) -> Result<(), Error> {
    let table = match entity {
        "condition" => "conditions",
        "tooth" => "tooth_events",
        "attachment" => "attachments",
        _ => return Err(Error::Unknown("kind of entry")),
    };
    let done = tx
        .execute(
            &format!(
                "UPDATE practice.{table} SET struck_at = now(), struck_by = $3 \
                 WHERE id = $1 AND patient_id = $2 AND struck_at IS NULL"
            ),
            &[&id.uuid(), &patient.uuid(), &actor.to_string()],
        )
        .await?;
    if done == 0 {
        return Err(Error::Unknown(entity));
    }
    tx.audit(Entry::new("entry.strike", entity, id.uuid()).patient(patient));
    Ok(())
}

fn recorded<T>(row: &Row, entry: T) -> Recorded<T> {
    Recorded {
        id: EntryId(row.get(0)),
        entry,
        recorded_by: row.get(1),
        recorded_at: row.get(2),
        ended_at: row.get(3),
    }
}
