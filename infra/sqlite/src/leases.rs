//! Leases with a fence that never falls, not even when a lease was given back.

use crate::{
    fault::{Fault, from_sql, to_sql},
    sqlite::Sqlite,
};
use async_trait::async_trait;
use nova_eventlog::{Error, Lease, Leases};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

#[async_trait]
impl Leases for Sqlite {
    async fn acquire(&self, name: &str, holder: &str, now_ms: u64, ttl_ms: u64) -> Result<Result<Lease, Lease>, Error> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        self.write(move |tx| acquire(tx, &name, holder, now_ms, ttl_ms)).await
    }

    async fn release(&self, name: &str, holder: &str) -> Result<(), Error> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        self.write(move |tx| {
            tx.prepare_cached("UPDATE leases SET holder = NULL, until_ms = 0 WHERE name = ?1 AND holder = ?2")?
                .execute(params![name, holder])?;
            Ok(())
        })
        .await
    }

    async fn look(&self, name: &str) -> Result<Option<Lease>, Error> {
        self.read_only(|connection| {
            Ok(match stored(connection, name)? {
                Some((Some(holder), fence, until_ms)) => Some(Lease {
                    holder,
                    fence,
                    until_ms,
                }),
                _ => None,
            })
        })
    }
}

fn acquire(
    tx: &Transaction<'_>,
    name: &str,
    holder: String,
    now_ms: u64,
    ttl_ms: u64,
) -> Result<Result<Lease, Lease>, Fault> {
    let fence = match stored(tx, name)? {
        Some((Some(other), fence, until_ms)) if other != holder && now_ms < until_ms => {
            return Ok(Err(Lease {
                holder: other,
                fence,
                until_ms,
            }));
        }
        Some((Some(same), fence, _)) if same == holder => fence,
        Some((_, fence, _)) => fence + 1,
        None => 1,
    };
    let until_ms = now_ms.saturating_add(ttl_ms);
    tx.prepare_cached(
        "INSERT INTO leases (name, holder, fence, until_ms) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name) DO UPDATE SET holder = ?2, fence = ?3, until_ms = ?4",
    )?
    .execute(params![name, holder, to_sql(fence), to_sql(until_ms)])?;
    Ok(Ok(Lease {
        holder,
        fence,
        until_ms,
    }))
}

/// Holder (none once it was given back), fence and end.
type Row = (Option<String>, u64, u64);

fn stored(connection: &Connection, name: &str) -> Result<Option<Row>, Fault> {
    Ok(connection
        .prepare_cached("SELECT holder, fence, until_ms FROM leases WHERE name = ?1")?
        .query_row([name], |row| {
            Ok((row.get(0)?, from_sql(row.get(1)?), from_sql(row.get(2)?)))
        })
        .optional()?)
}
