//! Fan-in: a row per member, so that a second arrival finds its row and changes nothing.

use crate::{
    fault::{Fault, small},
    sqlite::Sqlite,
};
use async_trait::async_trait;
use nova_eventlog::{Error, Gate, Gates};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

#[async_trait]
impl Gates for Sqlite {
    async fn arrive(&self, gate: &str, member: u32, expected: u32) -> Result<Gate, Error> {
        if member >= expected {
            return Err(Error::Invalid(format!(
                "gate {gate} waits for {expected} members, numbered from 0; there is no member {member}"
            )));
        }
        let gate = gate.to_owned();
        self.write(move |tx| arrive(tx, &gate, member, expected)).await
    }

    async fn look(&self, gate: &str) -> Result<Gate, Error> {
        self.read_only(|connection| {
            Ok(stored(connection, gate)?.unwrap_or(Gate {
                arrived: 0,
                expected: 0,
            }))
        })
    }
}

fn arrive(tx: &Transaction<'_>, gate: &str, member: u32, expected: u32) -> Result<Gate, Fault> {
    tx.prepare_cached("INSERT INTO gates (gate, expected) VALUES (?1, ?2) ON CONFLICT (gate) DO NOTHING")?
        .execute(params![gate, expected])?;
    let new = tx
        .prepare_cached("INSERT INTO gate_members (gate, member) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![gate, member])?;
    if new == 1 {
        tx.prepare_cached("UPDATE gates SET arrived = arrived + 1 WHERE gate = ?1")?
            .execute([gate])?;
    }
    match stored(tx, gate)? {
        Some(now) if now.expected == expected => Ok(now),
        now => {
            let known = now.map_or(0, |now| now.expected);
            Err(Error::Invalid(format!("gate {gate} waits for {known} members, not for {expected}")).into())
        }
    }
}

fn stored(connection: &Connection, gate: &str) -> Result<Option<Gate>, Fault> {
    Ok(connection
        .prepare_cached("SELECT arrived, expected FROM gates WHERE gate = ?1")?
        .query_row([gate], |row| {
            Ok(Gate {
                arrived: small(row.get(0)?),
                expected: small(row.get(1)?),
            })
        })
        .optional()?)
}
