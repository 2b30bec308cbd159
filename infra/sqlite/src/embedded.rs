//! What one machine can do and a cloud cannot: when an operating system's lock proves that the process which ran an
//! operation is gone, its deliveries need not run out first.

use crate::{
    fault::{from_sql, to_sql},
    sqlite::Sqlite,
};
use nova_eventlog::Error;
use rusqlite::params;

/// How many messages of an operation there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// In nobody's hands.
    pub visible: u64,
    /// Received and not deleted; those whose delivery has run out or was put off included.
    pub in_flight: u64,
}

impl Sqlite {
    /// Makes every in-flight message of an operation visible at once and tells how many there were; their receipts do
    /// nothing any more. The cut-short delivery does not count as one: being killed is not the message's fault.
    ///
    /// Only for a caller that knows nobody else works on the operation, by holding its lock.
    ///
    /// # Errors
    /// What the store says.
    pub async fn recover(&self, operation: &str) -> Result<u64, Error> {
        let operation = operation.to_owned();
        self.write(move |tx| {
            let recovered = tx
                .prepare_cached(
                    "UPDATE messages SET visible_ms = 0, claimed = 0, received = received - 1
                     WHERE operation = ?1 AND claimed = 1",
                )?
                .execute([operation])?;
            Ok(recovered as u64)
        })
        .await
    }

    /// How many messages of an operation there are in all queues.
    ///
    /// # Errors
    /// What the store says.
    #[expect(clippy::unused_async, reason = "awaited like every other call")]
    pub async fn waiting(&self, operation: &str) -> Result<Waiting, Error> {
        self.read_only(|connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT count(*) - coalesce(sum(claimed), 0), coalesce(sum(claimed), 0)
                     FROM messages WHERE operation = ?1",
                )?
                .query_row([operation], |row| {
                    Ok(Waiting {
                        visible: from_sql(row.get(0)?),
                        in_flight: from_sql(row.get(1)?),
                    })
                })?)
        })
    }

    /// Drops every message of an operation that has ended and tells how many there were. Dead letters stay.
    ///
    /// # Errors
    /// What the store says.
    pub async fn purge(&self, operation: &str) -> Result<u64, Error> {
        let operation = operation.to_owned();
        self.write(move |tx| {
            let purged = tx
                .prepare_cached("DELETE FROM messages WHERE operation = ?1")?
                .execute([operation])?;
            Ok(purged as u64)
        })
        .await
    }

    /// When the next message of any queue becomes visible, in milliseconds since 1970-01-01 UTC: `now_ms` when one is
    /// visible already, none when there is no message.
    ///
    /// # Errors
    /// What the store says.
    #[expect(clippy::unused_async, reason = "awaited like every other call")]
    pub async fn next_visible_ms(&self, now_ms: u64) -> Result<Option<u64>, Error> {
        self.read_only(|connection| {
            let next: Option<i64> = connection
                .prepare_cached("SELECT max(min(visible_ms), ?1) FROM messages")?
                .query_row(params![to_sql(now_ms)], |row| row.get(0))?;
            Ok(next.map(from_sql))
        })
    }
}
