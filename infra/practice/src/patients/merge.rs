//! Two records of one person become one, and can be parted again: a merge keeps which rows it moved.

use super::record::{COLUMNS, Patient, patient, read};
use crate::audit::Entry;
use crate::{Error, Tx};
use nova_errors::{Code, Failure};
use nova_practice::{MergeId, PatientId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Tables whose rows follow the record they belong to.
const MOVED: [&str; 8] = [
    "conditions",
    "tooth_events",
    "consents",
    "attachments",
    "communications",
    "series",
    "appointments",
    "waitlist",
];

/// A merge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Merged {
    /// Its id.
    pub id: MergeId,
    /// The record that stays.
    pub kept: PatientId,
    /// The record that was put away.
    pub merged: PatientId,
    /// How many rows moved, by table.
    pub rows: Map<String, Value>,
}

fn refused(cause: &str) -> Error {
    Failure::new(Code::PATIENT_MERGE, cause).into()
}

/// Records that may be the same person: same date of birth, and a word of the names in common.
pub async fn duplicates(tx: &Tx<'_>, id: PatientId) -> Result<Vec<Patient>, Error> {
    read(tx, id).await?;
    let sql = format!(
        "SELECT {COLUMNS} FROM practice.patients me JOIN practice.patients p \
             ON p.cabinet_id = me.cabinet_id AND p.birth_date = me.birth_date AND p.id <> me.id AND p.deleted_at IS NULL \
         WHERE me.id = $1 AND EXISTS (SELECT FROM practice.patient_tokens a JOIN practice.patient_tokens b \
                ON b.cabinet_id = a.cabinet_id AND b.token = a.token \
             WHERE a.patient_id = me.id AND b.patient_id = p.id AND a.token !~ '^[0-9]+$') \
         ORDER BY p.sort_name, p.id LIMIT 50"
    );
    let found: Vec<Patient> = tx.query(&sql, &[&id.uuid()]).await?.iter().map(patient).collect();
    let others = found.iter().map(|one| one.id);
    tx.audit(
        Entry::new("patient.duplicates", "patient", id.uuid())
            .patient(id)
            .patients(others),
    );
    Ok(found)
}

/// Moves everything of `merged` to `kept` and puts `merged` away.
pub async fn merge(tx: &Tx<'_>, id: MergeId, kept: PatientId, merged: PatientId) -> Result<Merged, Error> {
    if kept == merged {
        return Err(refused("it is one record"));
    }
    // Both locked in the order of their ids: two merges of the same records never wait in a circle.
    let locked = tx
        .query(
            "SELECT id FROM practice.patients WHERE id = ANY ($1) AND deleted_at IS NULL ORDER BY id FOR UPDATE",
            &[&vec![kept.uuid(), merged.uuid()]],
        )
        .await?;
    if locked.len() != 2 {
        read(tx, kept).await?;
        read(tx, merged).await?;
        return Err(refused("one of the records was put away"));
    }
    let (mut moved, mut rows) = (Map::new(), Map::new());
    for table in MOVED {
        let bump = if ["appointments", "waitlist"].contains(&table) {
            ", version = version + 1"
        } else {
            ""
        };
        let ids: Vec<Uuid> = tx
            .query(
                &format!("UPDATE practice.{table} SET patient_id = $1{bump} WHERE patient_id = $2 RETURNING id"),
                &[&kept.uuid(), &merged.uuid()],
            )
            .await?
            .iter()
            .map(|row| row.get(0))
            .collect();
        rows.insert(table.to_owned(), json!(ids.len()));
        moved.insert(table.to_owned(), json!(ids));
    }
    tx.execute(
        "UPDATE practice.patients SET deleted_at = now(), deleted_reason = 'merged', merged_into_id = $2, \
         version = version + 1, updated_at = now() WHERE id = $1",
        &[&merged.uuid(), &kept.uuid()],
    )
    .await?;
    tx.execute(
        "INSERT INTO practice.patient_merges (cabinet_id, id, kept_id, merged_id, moved) VALUES ($1, $2, $3, $4, $5)",
        &[
            &tx.tenant()?,
            &id.uuid(),
            &kept.uuid(),
            &merged.uuid(),
            &Value::Object(moved),
        ],
    )
    .await?;
    for one in [kept, merged] {
        tx.audit(
            Entry::new("patient.merge", "patient", id.uuid())
                .patient(one)
                .details(json!({ "kept": kept, "merged": merged })),
        );
    }
    Ok(Merged { id, kept, merged, rows })
}

/// A merge, undone or not.
pub async fn merged(tx: &Tx<'_>, id: MergeId) -> Result<Merged, Error> {
    let row = tx
        .optional(
            "SELECT kept_id, merged_id, moved FROM practice.patient_merges WHERE id = $1",
            &[&id.uuid()],
        )
        .await?
        .ok_or(Error::Unknown("merge"))?;
    let (kept, merged) = (PatientId(row.get(0)), PatientId(row.get(1)));
    let moved: Map<String, Value> = serde_json::from_value(row.get(2)).unwrap_or_default();
    let count = |(table, ids): (String, Value)| (table, json!(ids.as_array().map_or(0, Vec::len)));
    tx.audit(Entry::new("patient.merge_read", "patient", id.uuid()).patients([kept, merged]));
    Ok(Merged {
        id,
        kept,
        merged,
        rows: moved.into_iter().map(count).collect(),
    })
}

/// Undoes a merge: the record comes back with the rows that came from it; what was added since stays where it is.
pub async fn part(tx: &Tx<'_>, id: MergeId) -> Result<Merged, Error> {
    let row = tx
        .optional(
            "UPDATE practice.patient_merges SET undone_at = now() WHERE id = $1 AND undone_at IS NULL \
             RETURNING kept_id, merged_id, moved",
            &[&id.uuid()],
        )
        .await?
        .ok_or(Error::Unknown("merge"))?;
    let (kept, merged) = (PatientId(row.get(0)), PatientId(row.get(1)));
    let moved: Value = row.get(2);
    let back = tx
        .execute(
            "UPDATE practice.patients SET deleted_at = NULL, deleted_reason = NULL, merged_into_id = NULL, \
             version = version + 1, updated_at = now() WHERE id = $1 AND merged_into_id = $2",
            &[&merged.uuid(), &kept.uuid()],
        )
        .await?;
    if back == 0 {
        return Err(refused("the record is no longer what the merge left"));
    }
    let mut rows = Map::new();
    for table in MOVED {
        let ids: Vec<Uuid> = serde_json::from_value(moved.get(table).cloned().unwrap_or_default()).unwrap_or_default();
        let bump = if ["appointments", "waitlist"].contains(&table) {
            ", version = version + 1"
        } else {
            ""
        };
        let count = tx
            .execute(
                &format!("UPDATE practice.{table} SET patient_id = $1{bump} WHERE patient_id = $2 AND id = ANY ($3)"),
                &[&merged.uuid(), &kept.uuid(), &ids],
            )
            .await?;
        rows.insert(table.to_owned(), json!(count));
    }
    for one in [kept, merged] {
        tx.audit(Entry::new("patient.part", "patient", id.uuid()).patient(one));
    }
    Ok(Merged { id, kept, merged, rows })
}
