//! What a patient agreed to. A consent is withdrawn, not struck out: until then it held.

use super::{Recorded, among, open, read, recorded, seen};
use crate::audit::Entry;
use crate::{Actor, Error, Tx};
use jiff::Timestamp;
use nova_practice::{EntryId, Faults, PatientId};
use serde::{Deserialize, Serialize};

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
