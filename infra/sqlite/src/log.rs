//! Append-only streams. The number a commit takes and the hash it follows are checked under the write lock.

use crate::{
    fault::{Fault, from_json, from_sql, to_sql},
    sqlite::Sqlite,
};
use async_trait::async_trait;
use nova_eventlog::{Appended, Commit, Error, EventLog, Head, NewCommit, StreamId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

#[async_trait]
impl EventLog for Sqlite {
    async fn append(&self, commit: NewCommit) -> Result<Appended, Error> {
        let commit = Commit::seal(commit)?;
        let body = commit.to_json()?;
        self.write(move |tx| append(tx, commit, &body)).await
    }

    async fn read(&self, stream: &StreamId, from: u64) -> Result<Vec<Commit>, Error> {
        let mut commits: Vec<Commit> = Vec::new();
        let mut next = from;
        loop {
            // Commits never change, so pages that are read one after the other fit together.
            let page = self.read_only(|connection| page(connection, stream, next))?;
            for body in &page.bodies {
                commits.push(from_json(body)?);
            }
            if page.last {
                return Ok(commits);
            }
            next = commits.last().map_or(from, |commit| commit.number + 1);
            tokio::task::yield_now().await;
        }
    }

    async fn streams(&self, prefix: &str, after: Option<&StreamId>, limit: usize) -> Result<Vec<StreamId>, Error> {
        let after = after.map(ToString::to_string).unwrap_or_default();
        self.read_only(|connection| {
            // Every stream has a commit 0, and its names are ASCII: no name with the prefix sorts behind prefix + DEL.
            let mut statement = connection.prepare_cached(
                "SELECT stream FROM commits
                 WHERE number = 0 AND stream > ?1 AND stream >= ?2 AND stream < ?2 || char(127)
                 ORDER BY stream LIMIT ?3",
            )?;
            let names = statement
                .query_map(params![after, prefix, to_sql(limit as u64)], |row| row.get(0))?
                .collect::<Result<Vec<String>, _>>()?;
            names
                .into_iter()
                .map(|name| StreamId::new(name).map_err(Fault::from))
                .collect()
        })
    }
}

/// Most bytes of commits that are read in one go.
const PAGE_BYTES: usize = 256 * 1024;

/// Some commits of a stream as JSON.
struct Page {
    bodies: Vec<String>,
    /// Nothing follows.
    last: bool,
}

fn page(connection: &Connection, stream: &StreamId, from: u64) -> Result<Page, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT body FROM commits WHERE stream = ?1 AND number >= ?2 ORDER BY number")?;
    let mut rows = statement.query(params![stream.as_str(), to_sql(from)])?;
    let mut bodies: Vec<String> = Vec::new();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let body: String = row.get(0)?;
        bytes += body.len();
        bodies.push(body);
        if bytes > PAGE_BYTES {
            return Ok(Page { bodies, last: false });
        }
    }
    Ok(Page { bodies, last: true })
}

fn append(tx: &Transaction<'_>, commit: Commit, body: &str) -> Result<Appended, Fault> {
    let head = head(tx, &commit.stream)?;
    if head.next == commit.number && head.hash == commit.previous_hash {
        let inserted = tx
            .prepare_cached(
                "INSERT INTO commits (stream, number, id, hash, body) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (stream, id) DO NOTHING",
            )?
            .execute(params![
                commit.stream.as_str(),
                to_sql(commit.number),
                commit.id,
                commit.hash,
                body
            ])?;
        if inserted == 1 {
            tx.prepare_cached("INSERT INTO outbox (seq) VALUES (?1)")?
                .execute([tx.last_insert_rowid()])?;
            return Ok(Appended::Stored(commit));
        }
        // The id stands elsewhere in the stream: the same thing was done on an earlier head.
        let occupant = one(
            tx,
            "SELECT body FROM commits WHERE stream = ?1 AND id = ?2",
            params![commit.stream.as_str(), commit.id],
        )?;
        return Ok(Appended::Conflict { head, occupant });
    }
    let occupant = one(
        tx,
        "SELECT body FROM commits WHERE stream = ?1 AND number <= ?2 ORDER BY number DESC LIMIT 1",
        params![commit.stream.as_str(), to_sql(commit.number)],
    )?;
    match occupant {
        Some(occupant) if occupant.number == commit.number && occupant.id == commit.id => {
            Ok(Appended::Replayed(occupant))
        }
        occupant => Ok(Appended::Conflict { head, occupant }),
    }
}

fn head(connection: &Connection, stream: &StreamId) -> Result<Head, Fault> {
    let head = connection
        .prepare_cached("SELECT number, hash FROM commits WHERE stream = ?1 ORDER BY number DESC LIMIT 1")?
        .query_row([stream.as_str()], |row| {
            Ok(Head {
                next: from_sql(row.get(0)?) + 1,
                hash: row.get(1)?,
            })
        })
        .optional()?;
    Ok(head.unwrap_or_else(Head::start))
}

fn one(connection: &Connection, query: &str, parameters: impl rusqlite::Params) -> Result<Option<Commit>, Fault> {
    let body: Option<String> = connection
        .prepare_cached(query)?
        .query_row(parameters, |row| row.get(0))
        .optional()?;
    body.map(|body| from_json(&body)).transpose()
}
