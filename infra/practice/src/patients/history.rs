//! What belongs to a record: allergies and the medical history, teeth, consents, attachments, communications. An entry
//! that was wrong is struck out, never taken away.

use super::record::read;
use crate::audit::Entry;
use crate::{Actor, Error, Tx};
use jiff::Timestamp;
use jiff::civil::Date;
use nova_practice::patient::{Chart, Tooth, ToothEvent, ToothState, chart};
use nova_practice::{EntryId, Faults, PatientId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
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

/// An allergy, a disease, a medication …
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// `allergy`, `disease`, `medication`, `surgery`, `pregnancy`, `other`.
    pub kind: String,
    /// In words.
    pub label: String,
    /// A code, where one is used.
    #[serde(default)]
    pub code: Option<String>,
    /// `mild`, `moderate`, `severe`.
    #[serde(default)]
    pub severity: Option<String>,
    /// Since when.
    #[serde(default)]
    pub since: Option<Date>,
    /// Until when.
    #[serde(default)]
    pub until: Option<Date>,
    /// More.
    #[serde(default)]
    pub note: Option<String>,
}

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

/// What a patient agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// `care`, `data_processing`, `reminders`, `marketing`, `photos`, `treatment_plan`.
    pub purpose: String,
    /// The text that was agreed to, by name and version.
    #[serde(default)]
    pub document: Option<String>,
    /// When.
    pub given_at: Timestamp,
}

/// What is known about a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// `image/png`.
    pub media_type: String,
    /// `xray`, `photo`, `letter`, `prescription`, `consent`, `invoice`, `other`.
    pub kind: String,
    /// Its length.
    pub bytes: i64,
    /// SHA-256, 64 hexadecimal digits.
    pub sha256: String,
}

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

/// Adds to the medical history.
pub async fn add_condition(
    tx: &Tx<'_>,
    actor: &Actor,
    patient: PatientId,
    id: EntryId,
    one: &Condition,
) -> Result<(), Error> {
    let mut faults = Faults::default();
    among(
        &mut faults,
        "kind",
        &one.kind,
        &["allergy", "disease", "medication", "surgery", "pregnancy", "other"],
    );
    if let Some(severity) = &one.severity {
        among(&mut faults, "severity", severity, &["mild", "moderate", "severe"]);
    }
    faults.unless(
        (1..=300).contains(&one.label.chars().count()),
        "label",
        "has 1 to 300 characters",
    );
    faults.unless(
        one.since.zip(one.until).is_none_or(|(since, until)| until >= since),
        "until",
        "is not before since",
    );
    faults.into_result()?;
    open(tx, patient).await?;
    tx.execute(
        "INSERT INTO practice.conditions (cabinet_id, id, patient_id, kind, label, code, severity, since, until, note, recorded_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &[
            &tx.tenant()?,
            &id.uuid(),
            &patient.uuid(),
            &one.kind,
            &one.label,
            &one.code,
            &one.severity,
            &one.since,
            &one.until,
            &one.note,
            &actor.to_string(),
        ],
    )
    .await?;
    tx.audit(Entry::new("condition.add", "condition", id.uuid()).patient(patient));
    Ok(())
}

/// The medical history, allergies first; struck-out entries too.
pub async fn conditions(tx: &Tx<'_>, patient: PatientId) -> Result<Vec<Recorded<Condition>>, Error> {
    read(tx, patient).await?;
    let rows = tx
        .query(
            "SELECT id, recorded_by, recorded_at, struck_at, kind, label, code, severity, since, until, note \
             FROM practice.conditions WHERE patient_id = $1 ORDER BY kind <> 'allergy', recorded_at, id",
            &[&patient.uuid()],
        )
        .await?;
    seen(tx, "condition.list", "condition", patient);
    Ok(rows
        .iter()
        .map(|row| {
            recorded(
                row,
                Condition {
                    kind: row.get(4),
                    label: row.get(5),
                    code: row.get(6),
                    severity: row.get(7),
                    since: row.get(8),
                    until: row.get(9),
                    note: row.get(10),
                },
            )
        })
        .collect())
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

/// Notes what a patient agreed to.
pub async fn add_consent(
    tx: &Tx<'_>,
    actor: &Actor,
    patient: PatientId,
    id: EntryId,
    one: &Consent,
) -> Result<(), Error> {
    let mut faults = Faults::default();
    among(
        &mut faults,
        "purpose",
        &one.purpose,
        &[
            "care",
            "data_processing",
            "reminders",
            "marketing",
            "photos",
            "treatment_plan",
        ],
    );
    faults.into_result()?;
    open(tx, patient).await?;
    tx.execute(
        "INSERT INTO practice.consents (cabinet_id, id, patient_id, purpose, document, given_at, recorded_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            &tx.tenant()?,
            &id.uuid(),
            &patient.uuid(),
            &one.purpose,
            &one.document,
            &one.given_at,
            &actor.to_string(),
        ],
    )
    .await?;
    tx.audit(Entry::new("consent.add", "consent", id.uuid()).patient(patient));
    Ok(())
}

/// A patient no longer agrees.
pub async fn withdraw_consent(tx: &Tx<'_>, patient: PatientId, id: EntryId) -> Result<(), Error> {
    let done = tx
        .execute(
            "UPDATE practice.consents SET withdrawn_at = greatest(now(), given_at) \
             WHERE id = $1 AND patient_id = $2 AND withdrawn_at IS NULL",
            &[&id.uuid(), &patient.uuid()],
        )
        .await?;
    if done == 0 {
        return Err(Error::Unknown("consent"));
    }
    tx.audit(Entry::new("consent.withdraw", "consent", id.uuid()).patient(patient));
    Ok(())
}

/// What a patient agreed to, withdrawn or not.
pub async fn consents(tx: &Tx<'_>, patient: PatientId) -> Result<Vec<Recorded<Consent>>, Error> {
    read(tx, patient).await?;
    let rows = tx
        .query(
            "SELECT id, recorded_by, recorded_at, withdrawn_at, purpose, document, given_at \
             FROM practice.consents WHERE patient_id = $1 ORDER BY given_at, id",
            &[&patient.uuid()],
        )
        .await?;
    seen(tx, "consent.list", "consent", patient);
    Ok(rows
        .iter()
        .map(|row| {
            recorded(
                row,
                Consent {
                    purpose: row.get(4),
                    document: row.get(5),
                    given_at: row.get(6),
                },
            )
        })
        .collect())
}

/// Notes a file.
pub async fn add_attachment(
    tx: &Tx<'_>,
    actor: &Actor,
    patient: PatientId,
    id: EntryId,
    one: &Attachment,
) -> Result<(), Error> {
    let mut faults = Faults::default();
    among(
        &mut faults,
        "kind",
        &one.kind,
        &["xray", "photo", "letter", "prescription", "consent", "invoice", "other"],
    );
    faults.unless(
        (1..=255).contains(&one.name.chars().count()),
        "name",
        "has 1 to 255 characters",
    );
    faults.unless(one.bytes >= 0, "bytes", "is not negative");
    faults.unless(
        one.sha256.len() == 64 && one.sha256.bytes().all(|digit| digit.is_ascii_hexdigit()),
        "sha256",
        "is 64 hexadecimal digits",
    );
    faults.unless(one.media_type.contains('/'), "media_type", "is a media type");
    faults.into_result()?;
    open(tx, patient).await?;
    tx.execute(
        "INSERT INTO practice.attachments (cabinet_id, id, patient_id, name, media_type, kind, bytes, sha256, recorded_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, decode($8, 'hex'), $9)",
        &[
            &tx.tenant()?,
            &id.uuid(),
            &patient.uuid(),
            &one.name,
            &one.media_type,
            &one.kind,
            &one.bytes,
            &one.sha256,
            &actor.to_string(),
        ],
    )
    .await?;
    tx.audit(Entry::new("attachment.add", "attachment", id.uuid()).patient(patient));
    Ok(())
}

/// The files of a record.
pub async fn attachments(tx: &Tx<'_>, patient: PatientId) -> Result<Vec<Recorded<Attachment>>, Error> {
    read(tx, patient).await?;
    let rows = tx
        .query(
            "SELECT id, recorded_by, recorded_at, struck_at, name, media_type, kind, bytes, encode(sha256, 'hex') \
             FROM practice.attachments WHERE patient_id = $1 ORDER BY recorded_at, id",
            &[&patient.uuid()],
        )
        .await?;
    seen(tx, "attachment.list", "attachment", patient);
    Ok(rows
        .iter()
        .map(|row| {
            recorded(
                row,
                Attachment {
                    name: row.get(4),
                    media_type: row.get(5),
                    kind: row.get(6),
                    bytes: row.get(7),
                    sha256: row.get(8),
                },
            )
        })
        .collect())
}

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
    let rows = tx
        .query(
            "SELECT id, recorded_by, at, NULL::timestamptz, channel, direction, subject, outcome \
             FROM practice.communications WHERE patient_id = $1 AND ($2::timestamptz IS NULL OR (at, id) < ($2, $3)) \
             ORDER BY at DESC, id DESC LIMIT $4",
            &[&patient.uuid(), &at, &id.map(EntryId::uuid), &limit.clamp(1, 500)],
        )
        .await?;
    seen(tx, "communication.list", "communication", patient);
    Ok(rows.iter().map(communication_of).collect())
}

/// One of what was said and written.
pub async fn communication(tx: &Tx<'_>, patient: PatientId, id: EntryId) -> Result<Recorded<Communication>, Error> {
    read(tx, patient).await?;
    let row = tx
        .optional(
            "SELECT id, recorded_by, at, NULL::timestamptz, channel, direction, subject, outcome \
             FROM practice.communications WHERE patient_id = $1 AND id = $2",
            &[&patient.uuid(), &id.uuid()],
        )
        .await?;
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
