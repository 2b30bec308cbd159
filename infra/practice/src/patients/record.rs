//! The record itself.

use crate::audit::Entry;
use crate::{Error, Tx};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use nova_practice::patient::{PatientDetails, Sex, sort_name, tokens};
use nova_practice::{PatientId, ResourceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// Its id.
    pub id: PatientId,
    /// What is said about the patient.
    #[serde(flatten)]
    pub details: PatientDetails,
    /// Counts its changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was put away.
    pub deleted_at: Option<Timestamp>,
    /// The record it went into.
    pub merged_into: Option<PatientId>,
}

pub(super) const COLUMNS: &str = "p.id, p.last_name, p.first_name, p.birth_name, p.birth_date, p.sex, p.nir, p.email, p.phone, \
     p.street, p.postal_code, p.city, p.language, p.practitioner_id, p.notes, p.version, p.created_at, p.updated_at, \
     p.deleted_at, p.merged_into_id, p.sort_name";

/// What is said about a patient, as parameters of a statement.
struct Fields<'a> {
    details: &'a PatientDetails,
    sex: &'static str,
    practitioner: Option<Uuid>,
    sorted: String,
}

impl<'a> Fields<'a> {
    fn of(details: &'a PatientDetails) -> Self {
        Self {
            details,
            sex: details.sex.name(),
            practitioner: details.practitioner_id.map(ResourceId::uuid),
            sorted: sort_name(details),
        }
    }

    /// `$3` to `$17`, after two of the statement's own.
    fn after<'b>(
        &'b self,
        first: &'b (dyn ToSql + Sync),
        second: &'b (dyn ToSql + Sync),
    ) -> [&'b (dyn ToSql + Sync); 17] {
        let details = self.details;
        [
            first,
            second,
            &details.last_name,
            &details.first_name,
            &details.birth_name,
            &details.birth_date,
            &self.sex,
            &details.nir,
            &details.email,
            &details.phone,
            &details.street,
            &details.postal_code,
            &details.city,
            &details.language,
            &self.practitioner,
            &details.notes,
            &self.sorted,
        ]
    }
}

/// Makes a record.
pub async fn create(tx: &Tx<'_>, id: PatientId, details: &PatientDetails) -> Result<Patient, Error> {
    details.check(today())?;
    let sql = format!(
        "INSERT INTO practice.patients AS p (cabinet_id, id, last_name, first_name, birth_name, birth_date, sex, nir, \
         email, phone, street, postal_code, city, language, practitioner_id, notes, sort_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING {COLUMNS}"
    );
    let fields = Fields::of(details);
    let (cabinet, id_column) = (tx.tenant()?, id.uuid());
    let parameters = fields.after(&cabinet, &id_column);
    tx.prepare(&[&sql, TOKENS]).await?;
    let (row, ()) = tokio::try_join!(tx.one(&sql, &parameters), write_tokens(tx, id, details))?;
    tx.audit(Entry::new("patient.create", "patient", id.uuid()).patient(id));
    Ok(patient(&row))
}

/// A record, put away or not; the audit notes that it was read.
pub async fn get(tx: &Tx<'_>, id: PatientId) -> Result<Patient, Error> {
    let found = read(tx, id).await?;
    tx.audit(Entry::new("patient.read", "patient", id.uuid()).patient(id));
    Ok(found)
}

pub(super) async fn read(tx: &Tx<'_>, id: PatientId) -> Result<Patient, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.patients p WHERE p.id = $1");
    let row = tx.optional(&sql, &[&id.uuid()]).await?;
    row.as_ref().map(patient).ok_or(Error::Unknown("patient"))
}

/// Changes a record that still has `version`.
pub async fn update(tx: &Tx<'_>, id: PatientId, version: i64, details: &PatientDetails) -> Result<Patient, Error> {
    details.check(today())?;
    let before = read(tx, id).await?;
    if before.deleted_at.is_some() {
        return Err(Error::Unknown("patient"));
    }
    let row = tx
        .optional(
            &format!(
                "UPDATE practice.patients AS p SET last_name = $3, first_name = $4, birth_name = $5, birth_date = $6, sex = $7, \
                 nir = $8, email = $9, phone = $10, street = $11, postal_code = $12, city = $13, language = $14, \
                 practitioner_id = $15, notes = $16, sort_name = $17, version = version + 1, updated_at = now() \
                 WHERE p.id = $1 AND p.version = $2 RETURNING {COLUMNS}"
            ),
            &Fields::of(details).after(&id.uuid(), &version),
        )
        .await?
        .ok_or(Error::Stale("patient"))?;
    if tokens(&before.details) != tokens(details) {
        tx.execute(
            "DELETE FROM practice.patient_tokens WHERE patient_id = $1",
            &[&id.uuid()],
        )
        .await?;
        write_tokens(tx, id, details).await?;
    }
    tx.audit(
        Entry::new("patient.update", "patient", id.uuid())
            .patient(id)
            .details(json!({ "fields": changed(&before.details, details) })),
    );
    Ok(patient(&row))
}

/// Names of the fields that differ; the audit keeps names, never contents.
fn changed(before: &PatientDetails, after: &PatientDetails) -> Vec<String> {
    match (serde_json::to_value(before), serde_json::to_value(after)) {
        (Ok(serde_json::Value::Object(before)), Ok(serde_json::Value::Object(after))) => after
            .into_iter()
            .filter(|(name, value)| before.get(name) != Some(value))
            .map(|(name, _)| name)
            .collect(),
        _ => Vec::new(),
    }
}

/// Puts a record away: it is not found any more, and nothing of it is lost.
pub async fn delete(tx: &Tx<'_>, id: PatientId, version: Option<i64>, reason: &str) -> Result<(), Error> {
    let before = read(tx, id).await?;
    if before.deleted_at.is_some() {
        return Err(Error::Unknown("patient"));
    }
    let done = tx
        .execute(
            "UPDATE practice.patients SET deleted_at = now(), deleted_reason = $3, version = version + 1, updated_at = now() \
             WHERE id = $1 AND version = coalesce($2, version) AND deleted_at IS NULL",
            &[&id.uuid(), &version, &reason],
        )
        .await?;
    if done == 0 {
        return Err(Error::Stale("patient"));
    }
    tx.audit(Entry::new("patient.delete", "patient", id.uuid()).patient(id));
    Ok(())
}

/// Brings a record back that was put away.
pub async fn restore(tx: &Tx<'_>, id: PatientId) -> Result<Patient, Error> {
    let done = tx
        .execute(
            "UPDATE practice.patients SET deleted_at = NULL, deleted_reason = NULL, version = version + 1, updated_at = now() \
             WHERE id = $1 AND deleted_at IS NOT NULL AND merged_into_id IS NULL",
            &[&id.uuid()],
        )
        .await?;
    if done == 0 {
        return Err(Error::Unknown("patient"));
    }
    tx.audit(Entry::new("patient.restore", "patient", id.uuid()).patient(id));
    read(tx, id).await
}

const TOKENS: &str = "INSERT INTO practice.patient_tokens (cabinet_id, token, patient_id) \
     SELECT $1, token, $2 FROM unnest($3::text[]) AS token ON CONFLICT DO NOTHING";

async fn write_tokens(tx: &Tx<'_>, id: PatientId, details: &PatientDetails) -> Result<(), Error> {
    let all: Vec<String> = tokens(details).into_iter().collect();
    tx.execute(TOKENS, &[&tx.tenant()?, &id.uuid(), &all]).await?;
    Ok(())
}

/// The latest date that is today somewhere: a child born today is a patient in every zone.
fn today() -> Date {
    let utc = TimeZone::UTC.to_datetime(Timestamp::now()).date();
    utc.tomorrow().unwrap_or(utc)
}

pub(super) fn patient(row: &Row) -> Patient {
    Patient {
        id: PatientId(row.get(0)),
        details: PatientDetails {
            last_name: row.get(1),
            first_name: row.get(2),
            birth_name: row.get(3),
            birth_date: row.get(4),
            sex: Sex::named(row.get(5)).unwrap_or_default(),
            nir: row.get(6),
            email: row.get(7),
            phone: row.get(8),
            street: row.get(9),
            postal_code: row.get(10),
            city: row.get(11),
            language: row.get(12),
            practitioner_id: row.get::<_, Option<Uuid>>(13).map(ResourceId),
            notes: row.get(14),
        },
        version: row.get(15),
        created_at: row.get(16),
        updated_at: row.get(17),
        deleted_at: row.get(18),
        merged_into: row.get::<_, Option<Uuid>>(19).map(PatientId),
    }
}
