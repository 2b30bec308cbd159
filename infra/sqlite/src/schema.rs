//! The tables, as a list of steps: `PRAGMA user_version` says how many of them a file has seen.

use crate::fault::Fault;
use nova_eventlog::Error;
use rusqlite::{Connection, TransactionBehavior};

/// "NOVA" in ASCII: tells our files from any other SQLite file.
const APPLICATION: i32 = 0x4E4F_5641;

/// Every step there ever was; a released step never changes.
const STEPS: &[&str] = &["
    CREATE TABLE commits (
        seq INTEGER PRIMARY KEY,
        stream TEXT NOT NULL,
        number INTEGER NOT NULL,
        id TEXT NOT NULL,
        hash TEXT NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (stream, number),
        UNIQUE (stream, id)
    );
    CREATE TRIGGER commits_never_change BEFORE UPDATE ON commits
        BEGIN SELECT RAISE(ABORT, 'a commit never changes'); END;
    CREATE TRIGGER commits_never_go BEFORE DELETE ON commits
        BEGIN SELECT RAISE(ABORT, 'a commit is never removed'); END;

    CREATE TABLE outbox (seq INTEGER PRIMARY KEY REFERENCES commits (seq));

    -- AUTOINCREMENT: a place is never given out twice, so an old receipt cannot hit a new message.
    CREATE TABLE messages (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        function TEXT NOT NULL,
        id TEXT NOT NULL,
        operation TEXT NOT NULL,
        body TEXT NOT NULL,
        visible_ms INTEGER NOT NULL DEFAULT 0,
        claimed INTEGER NOT NULL DEFAULT 0,
        received INTEGER NOT NULL DEFAULT 0,
        delivery INTEGER NOT NULL DEFAULT 0,
        UNIQUE (function, id)
    );
    CREATE INDEX messages_by_visibility ON messages (function, visible_ms, seq);
    CREATE TABLE dead_letters (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        function TEXT NOT NULL,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        received INTEGER NOT NULL
    );
    CREATE INDEX dead_letters_by_function ON dead_letters (function, seq);

    CREATE TABLE gates (
        gate TEXT PRIMARY KEY,
        expected INTEGER NOT NULL,
        arrived INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE TABLE gate_members (
        gate TEXT NOT NULL,
        member INTEGER NOT NULL,
        PRIMARY KEY (gate, member)
    ) WITHOUT ROWID;

    -- A lease that was given back keeps its row: the fence must go on rising.
    CREATE TABLE leases (
        name TEXT PRIMARY KEY,
        holder TEXT,
        fence INTEGER NOT NULL,
        until_ms INTEGER NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE views (
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        item TEXT NOT NULL,
        PRIMARY KEY (kind, key)
    );
"];

/// Refuses a SQLite file that is not ours before anything is written to it.
pub(crate) fn refuse_foreign(connection: &Connection) -> Result<(), Fault> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && application != APPLICATION {
        return Err(Error::Store("it is a SQLite file of another program".to_owned()).into());
    }
    Ok(())
}

/// Runs the steps that the file has not seen. A file that has seen more than there are belongs to a newer Nova.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    if seen(connection)? == STEPS.len() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let seen = seen(&transaction)?;
    let Some(missing) = STEPS.get(seen..) else {
        let what = format!(
            "it was written by a newer version of nova (format {seen}; this version knows {})",
            STEPS.len()
        );
        return Err(Error::Store(what).into());
    };
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", i64::try_from(STEPS.len()).unwrap_or(i64::MAX))?;
    transaction.commit()?;
    Ok(())
}

fn seen(connection: &Connection) -> Result<usize, Fault> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}
