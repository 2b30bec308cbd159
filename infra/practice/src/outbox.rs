//! Messages that a commit leaves behind, sent after it. They carry ids and names, never rows.

use crate::{Error, Tx};
use jiff::Timestamp;
use nova_practice::CabinetId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A message that waits to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// Its number.
    pub id: i64,
    /// The cabinet it came from.
    pub cabinet: Option<CabinetId>,
    /// `appointment.booked`, `user.invited` …
    pub kind: String,
    /// What it is about.
    pub subject: Option<Uuid>,
    /// Ids and names.
    pub body: Value,
    /// When it was left.
    pub at: Timestamp,
}

/// Leaves a message, to be sent if the transaction commits.
pub async fn leave(tx: &Tx<'_>, kind: &str, subject: Option<Uuid>, body: &Value) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO practice.outbox (cabinet, kind, subject, body) VALUES ($1, $2, $3, $4)",
        &[&tx.cabinet().map(CabinetId::uuid), &kind, &subject, body],
    )
    .await?;
    Ok(())
}

/// Claims the oldest messages that wait, for so many seconds: whoever hands them on does so outside of the transaction,
/// and what it did not get to is claimed by the next. In a transaction of the group.
pub async fn claim(tx: &Tx<'_>, limit: i64, seconds: i32) -> Result<Vec<Waiting>, Error> {
    let rows = tx
        .query(
            "WITH next AS ( \
                SELECT id FROM practice.outbox \
                WHERE sent_at IS NULL AND (claimed_until IS NULL OR claimed_until < clock_timestamp()) \
                ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED \
             ), claimed AS ( \
                UPDATE practice.outbox o SET claimed_until = clock_timestamp() + make_interval(secs => $2), handed = handed + 1 \
                FROM next WHERE o.id = next.id RETURNING o.id, o.cabinet, o.kind, o.subject, o.body, o.at \
             ) SELECT id, cabinet, kind, subject, body, at FROM claimed ORDER BY id",
            &[&limit, &f64::from(seconds)],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Waiting {
            id: row.get(0),
            cabinet: row.get::<_, Option<Uuid>>(1).map(CabinetId),
            kind: row.get(2),
            subject: row.get(3),
            body: row.get(4),
            at: row.get(5),
        })
        .collect())
}

/// Notes that these were handed on.
pub async fn sent(tx: &Tx<'_>, ids: &[i64]) -> Result<(), Error> {
    tx.execute(
        "UPDATE practice.outbox SET sent_at = clock_timestamp(), claimed_until = NULL WHERE id = ANY ($1) AND sent_at IS NULL",
        &[&ids],
    )
    .await?;
    Ok(())
}

/// Forgets messages that were handed on so many days ago; returns how many.
pub async fn forget(tx: &Tx<'_>, days: i32) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM practice.outbox WHERE sent_at < now() - make_interval(days => $1)",
        &[&days],
    )
    .await
}
