//! Reading a source. The only statements that ever reach one are in this crate and in `nova-catalog`, and none of them
//! writes.

mod contents;
mod structure;

pub use contents::Pages;
pub use structure::TableSize;

use crate::{connect::connect, failure::failure, identity, identity::Probe, path, path::SearchPath, session};
use nova_environments::DatabaseUrl;
use nova_errors::{Code, Failure};
use nova_schema::{QualifiedName, quote_literal};
use tokio_postgres::Client;

/// A consistent view of the source that other sessions can join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// What other sessions name to join it.
    pub id: String,
    /// Two snapshots of a server with the same text see the same rows: `pg_current_snapshot()` and, on a standby, which
    /// does not list the transactions in progress, the position in the log up to which it was replayed.
    pub visibility: String,
}

/// A session that can only read.
#[derive(Debug)]
pub struct SourceConnection {
    client: Client,
    probe: Probe,
    path: Vec<String>,
}

impl SourceConnection {
    /// Opens a read-only session whose routines look for names there.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn open(url: &DatabaseUrl, path: SearchPath<'_>) -> Result<Self, Failure> {
        let mut source = Self::begin_session(url, None).await?;
        source.path = path.schemas(&source.client).await?;
        path::follow(&source.client, &source.path).await?;
        Ok(source)
    }

    /// Opens a read-only session to another database of the same server, whose routines look for names in these schemas.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn open_copy(url: &DatabaseUrl, database: &str, path: &[String]) -> Result<Self, Failure> {
        let mut copy = Self::begin_session(url, Some(database)).await?;
        path.clone_into(&mut copy.path);
        path::follow(&copy.client, path).await?;
        Ok(copy)
    }

    async fn begin_session(url: &DatabaseUrl, database: Option<&str>) -> Result<Self, Failure> {
        let client = connect(url, database).await?;
        session::read_only(&client).await?;
        session::match_encoding(&client).await?;
        let probe = identity::ask(&client).await?;
        Ok(Self {
            client,
            probe,
            path: Vec::new(),
        })
    }

    /// The schemas in which routines that reading may run look for names; none where none needs any.
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// What the server said about itself.
    pub fn probe(&self) -> &Probe {
        &self.probe
    }

    /// True when the session cannot be used any more.
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    async fn run(&self, sql: &str, doing: &str) -> Result<(), Failure> {
        self.client
            .batch_execute(sql)
            .await
            .map_err(|error| failure(&error, doing))
    }

    /// Begins a transaction that sees one state of the database.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn begin(&self) -> Result<(), Failure> {
        self.run(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            "beginning a read-only transaction",
        )
        .await
    }

    /// Begins a transaction that sees a new state, and makes its view available to other sessions.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn open_snapshot(&self) -> Result<Snapshot, Failure> {
        let before = self.replayed().await?;
        self.begin().await?;
        let mut snapshot = self.export_snapshot().await?;
        if let (Some(before), Some(after)) = (before, self.replayed().await?) {
            // Positions only grow: a range is never seen twice, and without a range the state is known exactly.
            let range = if before == after {
                after
            } else {
                format!("{before}-{after}")
            };
            snapshot.visibility = format!("{}@{range}", snapshot.visibility);
        }
        Ok(snapshot)
    }

    /// The position in the log up to which a standby is replayed; none on a primary.
    async fn replayed(&self) -> Result<Option<String>, Failure> {
        let sql = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text END";
        let row = self.client.query_one(sql, &[]).await;
        row.map(|row| row.get(0))
            .map_err(|error| failure(&error, "asking how far the standby is"))
    }

    /// Makes the open transaction's view available to other sessions, for as long as the transaction lives.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn export_snapshot(&self) -> Result<Snapshot, Failure> {
        let row = self
            .client
            .query_one("SELECT pg_export_snapshot(), pg_current_snapshot()::text", &[])
            .await
            .map_err(|error| failure(&error, "exporting the snapshot"))?;
        Ok(Snapshot {
            id: row.get(0),
            visibility: row.get(1),
        })
    }

    /// Begins a transaction that sees what an exported snapshot sees.
    ///
    /// # Errors
    /// `NOVA-1503` when the snapshot does not exist any more.
    pub async fn join(&self, snapshot: &str) -> Result<(), Failure> {
        self.begin().await?;
        let sql = format!("SET TRANSACTION SNAPSHOT {}", quote_literal(snapshot));
        let joined = self.client.batch_execute(&sql).await;
        if let Err(error) = joined {
            let reason = match error.code().map(tokio_postgres::error::SqlState::code) {
                // Either "invalid snapshot identifier" or "the source transaction is not running any more".
                Some("22023" | "55000" | "42704") => {
                    Failure::new(Code::SNAPSHOT_LOST, "the snapshot's holder is gone".to_owned())
                }
                _ => failure(&error, "joining the snapshot"),
            };
            self.abandon().await;
            return Err(reason);
        }
        Ok(())
    }

    /// Ends the transaction and proves that the server never gave it a transaction id, which it does at the first
    /// write.
    ///
    /// # Errors
    /// `NOVA-1999` when it had one; `NOVA-12xx`.
    pub async fn end(&self) -> Result<(), Failure> {
        let doing = "ending the read-only transaction";
        let row = self
            .client
            .query_one("SELECT pg_current_xact_id_if_assigned() IS NULL", &[])
            .await
            .map_err(|error| failure(&error, doing))?;
        self.run("COMMIT", doing).await?;
        if row.get::<_, bool>(0) {
            return Ok(());
        }
        Err(Failure::new(
            Code::INTERNAL,
            "the source assigned a transaction id to a reading session",
        ))
    }

    /// Makes sure that the session answers.
    ///
    /// # Errors
    /// `NOVA-12xx` when it does not.
    pub async fn ping(&self) -> Result<(), Failure> {
        self.run("SELECT", "asking whether the session lives").await
    }

    /// Leaves a transaction that failed; whether that works does not matter, the session is read-only.
    pub async fn abandon(&self) {
        let _ = self.client.batch_execute("ROLLBACK").await;
    }

    /// Keeps these tables from being truncated, dropped or rewritten while the transaction lives. Readers and writers
    /// are not hindered.
    ///
    /// # Errors
    /// `NOVA-1506` when a table is locked by someone else for longer than 30 seconds, `NOVA-1504` when it is gone.
    pub async fn lock(&self, tables: &[QualifiedName]) -> Result<(), Failure> {
        for group in tables.chunks(200) {
            let names: Vec<String> = group.iter().map(|name| format!("ONLY {}", name.sql())).collect();
            let sql = format!("LOCK TABLE {} IN ACCESS SHARE MODE", names.join(", "));
            self.run(&sql, "locking the tables against truncation").await?;
        }
        Ok(())
    }

    /// Tables among these that were truncated or rewritten after the transaction's snapshot was taken and before they
    /// were locked: the snapshot would see them empty.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn rewritten(&self) -> Result<Vec<String>, Failure> {
        // The query reads the catalog as the snapshot sees it, the function as it is now.
        let rows = self
            .client
            .query(
                "SELECT c.oid::regclass::text FROM pg_catalog.pg_class c
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND c.relfilenode <> 0
                   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
                   AND pg_relation_filenode(c.oid) IS DISTINCT FROM c.relfilenode",
                &[],
            )
            .await
            .map_err(|error| failure(&error, "comparing the tables with the snapshot"))?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}
