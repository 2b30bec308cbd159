//! What was said and written: messages, calls, letters. They are not struck out.

use super::{Recorded, among, open, read, recorded, seen};
use crate::audit::Entry;
use crate::{Actor, Error, Tx};
use jiff::Timestamp;
use nova_practice::{EntryId, Faults, PatientId};
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

/// A message, a call, a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Communication {
    /// `email`, `sms`, `phone`, `letter`, `in_person`.
    pub channel: String,
    /// `in`, `out`.
    pub direction: String,
    /// What about.
    pub subject: String,
    /// What came of it.
    #[serde(default)]
    pub outcome: Option<String>,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str = "id, recorded_by, at, NULL::timestamptz, channel, direction, subject, outcome";

/// Notes a message, a call, a letter.
pub async fn add_communication(
    tx: &Tx<'_>,
    actor: &Actor,
    patient: PatientId,
    id: EntryId,
    one: &Communication,
) -> Result<(), Error> {
    let mut faults = Faults::default();
    among(
        &mut faults,
        "channel",
        &one.channel,
        &["email", "sms", "phone", "letter", "in_person"],
    );
    among(&mut faults, "direction", &one.direction, &["in", "out"]);
    faults.into_result()?;
    open(tx, patient).await?;
    tx.execute(
        "INSERT INTO practice.communications (cabinet_id, id, patient_id, channel, direction, subject, outcome, at, recorded_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &tx.tenant()?,
            &id.uuid(),
            &patient.uuid(),
            &one.channel,
            &one.direction,
            &one.subject,
            &one.outcome,
            &one.at,
            &actor.to_string(),
        ],
    )
    .await?;
    tx.audit(Entry::new("communication.add", "communication", id.uuid()).patient(patient));
    Ok(())
}

/// What was said and written before that entry (when, and its id), newest first.
pub async fn communications(
    tx: &Tx<'_>,
    patient: PatientId,
    before: Option<(Timestamp, EntryId)>,
    limit: i64,
) -> Result<Vec<Recorded<Communication>>, Error> {
    read(tx, patient).await?;
    let (at, id) = before.unzip();
    let sql = format!(
        "SELECT {COLUMNS} FROM practice.communications \
         WHERE patient_id = $1 AND ($2::timestamptz IS NULL OR (at, id) < ($2, $3)) \
         ORDER BY at DESC, id DESC LIMIT $4"
    );
    let rows = tx
        .query(
            &sql,
            &[&patient.uuid(), &at, &id.map(EntryId::uuid), &limit.clamp(1, 500)],
        )
        .await?;
    seen(tx, "communication.list", "communication", patient);
    Ok(rows.iter().map(communication_of).collect())
}

/// One of what was said and written.
pub async fn communication(tx: &Tx<'_>, patient: PatientId, id: EntryId) -> Result<Recorded<Communication>, Error> {
    read(tx, patient).await?;
    let sql = format!("SELECT {COLUMNS} FROM practice.communications WHERE patient_id = $1 AND id = $2");
    let row = tx.optional(&sql, &[&patient.uuid(), &id.uuid()]).await?;
    seen(tx, "communication.read", "communication", patient);
    row.as_ref().map(communication_of).ok_or(Error::Unknown("entry"))
}

fn communication_of(row: &Row) -> Recorded<Communication> {
    let said = Communication {
        channel: row.get(4),
        direction: row.get(5),
        subject: row.get(6),
        outcome: row.get(7),
        at: row.get(2),
    };
    recorded(row, said)
}
