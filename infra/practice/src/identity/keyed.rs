//! Requests of the group that carry a key: carried out once, however often they are sent.

use crate::{Error, Tx};
use nova_errors::{Code, Failure};
use nova_practice::UserId;
use serde_json::Value;

/// An answer that was given before.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Its HTTP status.
    pub status: u16,
    /// Its body, without what is shown once only.
    pub body: Value,
}

/// The answer that a request with this key and fingerprint (a hash of method, address and body) got, if it was carried
/// out before. One that is being carried out at this moment is waited for; one that failed left nothing.
///
/// # Errors
/// `NOVA-2108` when the key belongs to another request.
pub async fn claim(tx: &Tx<'_>, user: UserId, key: &str, fingerprint: &[u8]) -> Result<Option<Answer>, Error> {
    tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('nova key ' || $1::text || ' ' || $2, 0))",
        &[&user.to_string(), &key],
    )
    .await?;
    let row = tx
        .optional(
            "SELECT fingerprint, status, body FROM practice.group_idempotency WHERE user_id = $1 AND key = $2",
            &[&user.uuid(), &key],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    if row.get::<_, &[u8]>(0) != fingerprint {
        return Err(Failure::new(Code::KEY_REUSED, "the Idempotency-Key belongs to another request").into());
    }
    Ok(Some(Answer {
        status: u16::try_from(row.get::<_, i16>(1)).unwrap_or(200),
        body: row.get(2),
    }))
}

/// Keeps the answer to the request with that key.
pub async fn keep(tx: &Tx<'_>, user: UserId, key: &str, fingerprint: &[u8], answer: &Answer) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO practice.group_idempotency (user_id, key, fingerprint, status, body) VALUES ($1, $2, $3, $4, $5)",
        &[
            &user.uuid(),
            &key,
            &fingerprint,
            &i16::try_from(answer.status).unwrap_or(200),
            &answer.body,
        ],
    )
    .await?;
    Ok(())
}

/// Forgets keys older than a day; returns how many.
pub async fn forget(tx: &Tx<'_>) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM practice.group_idempotency WHERE at < now() - interval '1 day'",
        &[],
    )
    .await
}
