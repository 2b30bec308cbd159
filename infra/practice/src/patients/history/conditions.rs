//! The medical history: allergies, diseases, medications …

use super::{Recorded, among, open, read, recorded, seen};
use crate::audit::Entry;
use crate::{Actor, Error, Tx};
use jiff::civil::Date;
use nova_practice::{EntryId, Faults, PatientId};
use serde::{Deserialize, Serialize};

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
