//! What one machine can do and a cloud cannot: one process takes the messages of one operation from all queues, and
//! when an operating system's lock proves that this process is gone, its deliveries need not run out first.

use crate::{
    fault::{from_sql, to_sql},
    queue::{Scope, claim, claimable},
    sqlite::Sqlite,
};
use nova_eventlog::{Delivery, Error};
use nova_events::Function;
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

    /// Takes one message of one operation: of the first function in `functions` that has one visible at `now_ms`. It
    /// stays invisible for `visibility_ms`. A process that runs one operation takes only what belongs to it.
    ///
    /// # Errors
    /// What the store says.
    pub async fn receive_for(
        &self,
        operation: &str,
        functions: &'static [Function],
        now_ms: u64,
        visibility_ms: u64,
    ) -> Result<Option<(Function, Delivery)>, Error> {
        fn scope(function: Function, operation: &str) -> Scope<'_> {
            Scope {
                function,
                operation: Some(operation),
            }
        }
        let (now, until) = (to_sql(now_ms), to_sql(now_ms.saturating_add(visibility_ms)));
        let taker = operation.to_owned();
        let received = self
            .write_if(
                |connection| {
                    for function in functions {
                        if claimable(connection, scope(*function, operation), now)? {
                            return Ok(true);
                        }
                    }
                    Ok(false)
                },
                move |tx| {
                    for function in functions {
                        if let Some(delivery) = claim(tx, scope(*function, &taker), 1, now, until)?.pop() {
                            return Ok(Some((*function, delivery)));
                        }
                    }
                    Ok(None)
                },
            )
            .await?;
        Ok(received.flatten())
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

    /// Operations of which there are messages for functions of the pipeline: those that nobody has in hand and that are visible at `visible_at_ms`, or
    /// without it any.
    ///
    /// # Errors
    /// What the store says.
    #[expect(clippy::unused_async, reason = "awaited like every other call")]
    pub async fn operations_with_messages(&self, visible_at_ms: Option<u64>) -> Result<Vec<String>, Error> {
        self.read_only(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT DISTINCT operation FROM messages
                 WHERE function <> ?2 AND (?1 IS NULL OR (claimed = 0 AND visible_ms <= ?1)) ORDER BY operation",
            )?;
            let [platform] = Function::PLATFORM;
            let mut rows = statement.query(params![visible_at_ms.map(to_sql), platform.name()])?;
            let mut operations = Vec::new();
            while let Some(row) = rows.next()? {
                operations.push(row.get(0)?);
            }
            Ok(operations)
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
