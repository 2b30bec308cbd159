//! Files of a record: what is known about them, not their contents.

use super::{Recorded, among, open, read, recorded, seen};
use crate::audit::Entry;
use crate::{Actor, Error, Tx};
use nova_practice::{EntryId, Faults, PatientId};
use serde::{Deserialize, Serialize};

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
