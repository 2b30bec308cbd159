//! Failures, counted for all instances together: here in the database, which every instance has.

use super::{at, ms};
use crate::{Error, Tx};
use nova_practice::signin::throttle::{self, Attempt, Failures, Policy};
use ring::digest::{SHA256, digest};

/// What is counted: a name for it, and what it is about. Only a hash is stored.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// `password`, `code` …
    pub what: &'static str,
    /// The account, the address, the person.
    pub of: &'a str,
}

impl Counted<'_> {
    fn key(&self) -> Vec<u8> {
        digest(&SHA256, format!("{}\0{}", self.what, self.of).as_bytes())
            .as_ref()
            .to_vec()
    }
}

/// Counts an attempt as a failure before it is looked at, unless it has to wait.
pub async fn attempt(tx: &Tx<'_>, policy: &Policy, counted: Counted<'_>, now_ms: u64) -> Result<Attempt, Error> {
    let key = counted.key();
    // Whoever comes at the same moment waits for this row.
    let row = tx
        .one(
            "INSERT INTO practice.throttles AS t (key, failures, last_at) VALUES ($1, 0, 'epoch') \
             ON CONFLICT (key) DO UPDATE SET failures = t.failures RETURNING failures, last_at",
            &[&key],
        )
        .await?;
    let before = Failures {
        count: u32::try_from(row.get::<_, i32>(0)).unwrap_or(0),
        last_ms: ms(row.get(1)),
    };
    let attempt = throttle::attempt(policy, before, now_ms);
    if let Attempt::Allowed(failures) = attempt {
        tx.execute(
            "UPDATE practice.throttles SET failures = $2, last_at = $3 WHERE key = $1",
            &[
                &key,
                &i32::try_from(failures.count).unwrap_or(i32::MAX),
                &at(failures.last_ms),
            ],
        )
        .await?;
    }
    Ok(attempt)
}

/// Forgets the failures: the attempt succeeded.
pub async fn forgive(tx: &Tx<'_>, counted: Counted<'_>) -> Result<(), Error> {
    tx.execute("DELETE FROM practice.throttles WHERE key = $1", &[&counted.key()])
        .await?;
    Ok(())
}

/// Takes one attempt back, of many that others made.
pub async fn strike_off(tx: &Tx<'_>, counted: Counted<'_>) -> Result<(), Error> {
    tx.execute(
        "UPDATE practice.throttles SET failures = greatest(failures - 1, 0) WHERE key = $1",
        &[&counted.key()],
    )
    .await?;
    Ok(())
}

/// Forgets failures that say nothing any more; returns how many.
pub async fn forget(tx: &Tx<'_>, now_ms: u64) -> Result<u64, Error> {
    let before = at(now_ms.saturating_sub(2 * 24 * 3_600_000));
    tx.execute("DELETE FROM practice.throttles WHERE last_at < $1", &[&before])
        .await
}
