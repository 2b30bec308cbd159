//! A look into `.nova/nova.db` from outside, without the crates that write it.

use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// The file, opened for reading; absent when there is none yet.
#[derive(Debug)]
pub struct History {
    connection: Option<Connection>,
}

impl History {
    pub(crate) fn open(file: &Path) -> Self {
        let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).ok();
        if let Some(connection) = &connection {
            connection.busy_timeout(Duration::from_secs(30)).unwrap();
        }
        Self { connection }
    }

    /// The ids of all operations, in the order of their first commits.
    pub fn operations(&self) -> Vec<String> {
        self.texts(
            "SELECT substr(stream, 11) FROM commits WHERE stream LIKE 'operation/%' GROUP BY stream ORDER BY min(seq)",
        )
    }

    /// The texts of all commits.
    pub fn commits(&self) -> Vec<String> {
        self.texts("SELECT body FROM commits ORDER BY seq")
    }

    /// What is left of messages anywhere: undelivered, waiting, in somebody's hands, or set aside as undeliverable.
    pub fn leftovers(&self) -> Vec<String> {
        self.texts(
            "SELECT 'outbox: ' || commits.body FROM outbox JOIN commits USING (seq)
             UNION ALL SELECT 'queue: ' || body FROM messages
             UNION ALL SELECT 'dead letter: ' || body FROM dead_letters",
        )
    }

    /// The first column of a query; nothing when the file or its tables are not there yet.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        let Some(connection) = &self.connection else {
            return Vec::new();
        };
        let Ok(mut statement) = connection.prepare(sql) else {
            return Vec::new();
        };
        statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }
}
