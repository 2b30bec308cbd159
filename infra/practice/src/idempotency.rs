//! A request that carries a key is carried out once, however often it is sent.

use crate::{Error, Tx};
use nova_errors::{Code, Failure};
use serde_json::Value;

/// What became of a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Keyed {
    /// It is new: do the work in this transaction, then [`keep`] the answer.
    New,
    /// The work was done before; this was the answer.
    Done(Value),
}

/// Claims `key` for a request with this fingerprint (a hash of method, address and body). A request with the same key
/// that is being carried out at this moment is waited for; one that failed left nothing.
pub async fn claim(tx: &Tx<'_>, key: &str, fingerprint: &[u8]) -> Result<Keyed, Error> {
    let cabinet = tx.tenant()?;
    let claimed = tx
        .execute(
            "INSERT INTO practice.idempotency (cabinet_id, key, fingerprint) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            &[&cabinet, &key, &fingerprint],
        )
        .await?;
    if claimed == 1 {
        return Ok(Keyed::New);
    }
    let row = tx
        .optional(
            "SELECT fingerprint, answer FROM practice.idempotency WHERE key = $1",
            &[&key],
        )
        .await?;
    match row {
        Some(row) if row.get::<_, &[u8]>(0) == fingerprint => {
            Ok(Keyed::Done(row.get::<_, Option<Value>>(1).unwrap_or(Value::Null)))
        }
        _ => Err(Failure::new(Code::KEY_REUSED, "the Idempotency-Key belongs to another request").into()),
    }
}

/// Keeps the answer to the request with `key`, with ids only.
pub async fn keep(tx: &Tx<'_>, key: &str, answer: &Value) -> Result<(), Error> {
    tx.execute(
        "UPDATE practice.idempotency SET answer = $2 WHERE key = $1",
        &[&key, answer],
    )
    .await?;
    Ok(())
}

/// Forgets keys older than so many hours; returns how many.
pub async fn forget(tx: &Tx<'_>, hours: i32) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM practice.idempotency WHERE created_at < now() - make_interval(hours => $1)",
        &[&hours],
    )
    .await
}
