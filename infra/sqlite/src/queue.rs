//! At-least-once delivery. A message is a row from `send` to `delete`; a delivery is a claim on it that runs out.

use crate::{
    fault::{Fault, from_json, small, to_json, to_sql},
    sqlite::Sqlite,
};
use async_trait::async_trait;
use nova_eventlog::{DeadLetter, Delivery, Error, Queue};
use nova_events::{Function, Outgoing};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

#[async_trait]
impl Queue for Sqlite {
    async fn send(&self, messages: &[Outgoing]) -> Result<(), Error> {
        if messages.is_empty() {
            return Ok(());
        }
        let rows = messages
            .iter()
            .map(|outgoing| {
                let message = &outgoing.message;
                Ok((
                    message.to().name(),
                    outgoing.id.clone(),
                    message.operation().to_owned(),
                    to_json(message)?,
                ))
            })
            .collect::<Result<Vec<_>, Error>>()?;
        self.write(move |tx| {
            let mut statement = tx.prepare_cached(
                "INSERT INTO messages (function, id, operation, body) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (function, id) DO NOTHING",
            )?;
            for (function, id, operation, body) in &rows {
                statement.execute(params![function, id, operation, body])?;
            }
            Ok(())
        })
        .await
    }

    async fn receive(
        &self,
        function: Function,
        limit: usize,
        now_ms: u64,
        visibility_ms: u64,
    ) -> Result<Vec<Delivery>, Error> {
        let scope = Scope {
            function,
            operation: None,
        };
        let limit = to_sql(limit as u64);
        let (now, until) = (to_sql(now_ms), to_sql(now_ms.saturating_add(visibility_ms)));
        let received = self
            .write_if(
                |connection| claimable(connection, scope, now),
                move |tx| claim(tx, scope, limit, now, until),
            )
            .await?;
        Ok(received.unwrap_or_default())
    }

    async fn delete(&self, function: Function, receipt: &str) -> Result<(), Error> {
        let receipt = Receipt::parse(receipt)?;
        self.write(move |tx| {
            tx.prepare_cached(
                "DELETE FROM messages WHERE seq = ?1 AND delivery = ?2 AND function = ?3 AND claimed = 1",
            )?
            .execute(params![receipt.seq, receipt.delivery, function.name()])?;
            Ok(())
        })
        .await
    }

    async fn extend(&self, function: Function, receipt: &str, until_ms: u64) -> Result<(), Error> {
        let receipt = Receipt::parse(receipt)?;
        self.write(move |tx| {
            tx.prepare_cached(
                "UPDATE messages SET visible_ms = ?4
                 WHERE seq = ?1 AND delivery = ?2 AND function = ?3 AND claimed = 1",
            )?
            .execute(params![
                receipt.seq,
                receipt.delivery,
                function.name(),
                to_sql(until_ms)
            ])?;
            Ok(())
        })
        .await
    }

    async fn bury(&self, function: Function, receipt: &str) -> Result<(), Error> {
        let receipt = Receipt::parse(receipt)?;
        self.write(move |tx| {
            let buried: Option<(String, String, i64)> = tx
                .prepare_cached(
                    "DELETE FROM messages WHERE seq = ?1 AND delivery = ?2 AND function = ?3 AND claimed = 1
                     RETURNING id, body, received",
                )?
                .query_row(params![receipt.seq, receipt.delivery, function.name()], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })
                .optional()?;
            if let Some((id, body, received)) = buried {
                tx.prepare_cached("INSERT INTO dead_letters (function, id, body, received) VALUES (?1, ?2, ?3, ?4)")?
                    .execute(params![function.name(), id, body, received])?;
            }
            Ok(())
        })
        .await
    }

    async fn dead_letters(&self, function: Function, limit: usize) -> Result<Vec<DeadLetter>, Error> {
        self.read_only(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, body, received FROM dead_letters WHERE function = ?1 ORDER BY seq LIMIT ?2",
            )?;
            let mut rows = statement.query(params![function.name(), to_sql(limit as u64)])?;
            let mut letters = Vec::new();
            while let Some(row) = rows.next()? {
                letters.push(DeadLetter {
                    id: row.get(0)?,
                    message: from_json(&row.get::<_, String>(1)?)?,
                    received: small(row.get(2)?),
                });
            }
            Ok(letters)
        })
    }
}

/// Which messages of a function may be claimed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) function: Function,
    /// Those of this operation, or of any.
    pub(crate) operation: Option<&'a str>,
}

/// Whether there is something to claim.
pub(crate) fn claimable(connection: &Connection, scope: Scope<'_>, now: i64) -> Result<bool, Fault> {
    Ok(connection
        .prepare_cached(
            "SELECT 1 FROM messages
             WHERE function = ?1 AND visible_ms <= ?2 AND (?3 IS NULL OR operation = ?3) LIMIT 1",
        )?
        .exists(params![scope.function.name(), now, scope.operation])?)
}

/// Reads, then marks: under the write lock nobody comes between, and one statement that does both would build a
/// temporary table every time, which takes several times as long as the rest.
pub(crate) fn claim(
    tx: &Transaction<'_>,
    scope: Scope<'_>,
    limit: i64,
    now: i64,
    until: i64,
) -> Result<Vec<Delivery>, Fault> {
    let mut visible = tx.prepare_cached(
        "SELECT seq, delivery + 1, id, body, received + 1 FROM messages
         WHERE function = ?1 AND visible_ms <= ?2 AND (?3 IS NULL OR operation = ?3)
         ORDER BY visible_ms, seq LIMIT ?4",
    )?;
    let mut rows = visible.query(params![scope.function.name(), now, scope.operation, limit])?;
    let mut claimed = Vec::new();
    while let Some(row) = rows.next()? {
        let receipt = Receipt {
            seq: row.get(0)?,
            delivery: row.get(1)?,
        };
        let delivery = Delivery {
            id: row.get(2)?,
            receipt: receipt.to_string(),
            message: from_json(&row.get::<_, String>(3)?)?,
            received: small(row.get(4)?),
        };
        claimed.push((receipt, delivery));
    }
    let mut mark = tx.prepare_cached(
        "UPDATE messages SET visible_ms = ?2, claimed = 1, received = received + 1, delivery = ?3 WHERE seq = ?1",
    )?;
    for (receipt, _) in &claimed {
        mark.execute(params![receipt.seq, until, receipt.delivery])?;
    }
    Ok(claimed.into_iter().map(|(_, delivery)| delivery).collect())
}

/// Names one delivery of one message: the message's place, and which of its deliveries it is.
#[derive(Debug, Clone, Copy)]
struct Receipt {
    seq: i64,
    delivery: i64,
}

impl Receipt {
    fn parse(text: &str) -> Result<Self, Error> {
        text.split_once('.')
            .and_then(|(seq, delivery)| {
                Some(Self {
                    seq: seq.parse().ok()?,
                    delivery: delivery.parse().ok()?,
                })
            })
            .ok_or_else(|| Error::Invalid(format!("{text:?} is not a receipt of this queue")))
    }
}

impl std::fmt::Display for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.seq, self.delivery)
    }
}
