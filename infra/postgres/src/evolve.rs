//! Changing the schema of a verified target in place, with a journal inside it: which units of a script are done is
//! recorded in the transaction that does them. The journal goes with the last unit.

use crate::{connect::connect, failure::failure, session, target::same_server};
use nova_environments::VerifiedTarget;
use nova_errors::{Code, Failure};
use tokio_postgres::Client;

/// The schema of the journal.
pub const JOURNAL: &str = "nova_migrations";

/// How far a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Not begun.
    Open,
    /// Begun outside a transaction; how far it got is to be found out.
    Begun,
    /// Done.
    Done,
}

/// A session in the target itself that changes its schema.
#[derive(Debug)]
pub struct Evolution {
    client: Client,
    migration: String,
}

impl Evolution {
    /// Opens a session and the journal of a migration, named by what it does. `origin` is how the target was before: the
    /// first migration of a journal leaves it there. `instead` puts this migration in the place of an unfinished one.
    ///
    /// # Errors
    /// `NOVA-1108` when the target is another server now, `NOVA-1311` when another migration is unfinished or being
    /// run; `NOVA-12xx`.
    pub async fn open(target: &VerifiedTarget, migration: &str, origin: &str, instead: bool) -> Result<Self, Failure> {
        let client = connect(target.url(), None).await?;
        session::writing(&client).await?;
        same_server(&client, target).await?;
        let doing = "opening the journal";
        client
            .batch_execute(
                "RESET search_path; RESET check_function_bodies; RESET synchronous_commit; RESET lock_timeout",
            )
            .await
            .map_err(|error| failure(&error, doing))?;
        let evolution = Self {
            client,
            migration: migration.to_owned(),
        };
        let locked = evolution
            .client
            .query_one(
                "SELECT pg_try_advisory_lock(hashtextextended('nova schema apply', 7))",
                &[],
            )
            .await
            .map_err(|error| failure(&error, doing))?;
        if !locked.get::<_, bool>(0) {
            let cause = "another session applies a migration to this database just now";
            return Err(Failure::new(Code::MIGRATION_UNFINISHED, cause).retryable());
        }
        evolution
            .run(&format!(
                "CREATE SCHEMA IF NOT EXISTS {JOURNAL};
                 CREATE TABLE IF NOT EXISTS {JOURNAL}.journal (
                   migration text NOT NULL, unit int NOT NULL, done boolean NOT NULL, at timestamptz NOT NULL DEFAULT now(),
                   PRIMARY KEY (migration, unit));
                 CREATE TABLE IF NOT EXISTS {JOURNAL}.origin (schema text NOT NULL)"
            ))
            .await?;
        evolution
            .client
            .execute(
                &format!("INSERT INTO {JOURNAL}.origin SELECT $1 WHERE NOT EXISTS (SELECT FROM {JOURNAL}.origin)"),
                &[&origin],
            )
            .await
            .map_err(|error| failure(&error, doing))?;
        if instead {
            evolution
                .client
                .execute(
                    &format!("DELETE FROM {JOURNAL}.journal WHERE migration <> $1"),
                    &[&migration],
                )
                .await
                .map_err(|error| failure(&error, doing))?;
        }
        let other = evolution
            .client
            .query(
                &format!("SELECT migration FROM {JOURNAL}.journal WHERE migration <> $1 LIMIT 1"),
                &[&migration],
            )
            .await
            .map_err(|error| failure(&error, doing))?;
        if !other.is_empty() {
            let cause = "another migration was begun on this database and is not finished";
            return Err(Failure::new(Code::MIGRATION_UNFINISHED, cause));
        }
        Ok(evolution)
    }

    /// Opens a session without a journal, to look and to mend.
    ///
    /// # Errors
    /// `NOVA-1108` when the target is another server now; `NOVA-12xx`.
    pub async fn look(target: &VerifiedTarget) -> Result<Self, Failure> {
        let client = connect(target.url(), None).await?;
        session::writing(&client).await?;
        same_server(&client, target).await?;
        client
            .batch_execute("RESET search_path; RESET check_function_bodies; RESET synchronous_commit")
            .await
            .map_err(|error| failure(&error, "preparing the session"))?;
        Ok(Self {
            client,
            migration: String::new(),
        })
    }

    /// Forgets what an unfinished migration had left to do. What it did holds.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn abandon(target: &VerifiedTarget) -> Result<(), Failure> {
        Self::look(target).await?.close().await
    }

    /// How the target was before the migration that is unfinished there; `None` when none is.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn origin(target: &VerifiedTarget) -> Result<Option<String>, Failure> {
        let session = Self::look(target).await?;
        let doing = "reading the journal";
        let known = session
            .client
            .query_one(
                "SELECT pg_catalog.to_regclass($1) IS NOT NULL",
                &[&format!("{JOURNAL}.origin")],
            )
            .await
            .map_err(|error| failure(&error, doing))?;
        if !known.get::<_, bool>(0) {
            return Ok(None);
        }
        let rows = session
            .client
            .query(&format!("SELECT schema FROM {JOURNAL}.origin"), &[])
            .await
            .map_err(|error| failure(&error, doing))?;
        Ok(rows.first().map(|row| row.get(0)))
    }

    /// Whether the server accepts a routine as it is: created again in a transaction that is taken back.
    ///
    /// # Errors
    /// What the server said.
    pub async fn compiles(&self, definition: &str) -> Result<(), Failure> {
        self.run("BEGIN; SET LOCAL check_function_bodies = on").await?;
        let outcome = self.client.batch_execute(definition).await;
        self.run("ROLLBACK").await?;
        outcome.map_err(|error| failure(&error, "compiling a routine"))
    }

    /// Runs SQL outside the journal: settings of the session.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn run(&self, sql: &str) -> Result<(), Failure> {
        self.client
            .batch_execute(sql)
            .await
            .map_err(|error| failure(&error, "changing the schema"))
    }

    /// How far a unit is.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn progress(&self, unit: i32) -> Result<Progress, Failure> {
        let rows = self
            .client
            .query(
                &format!("SELECT done FROM {JOURNAL}.journal WHERE migration = $1 AND unit = $2"),
                &[&self.migration, &unit],
            )
            .await
            .map_err(|error| failure(&error, "reading the journal"))?;
        Ok(match rows.first().map(|row| row.get::<_, bool>(0)) {
            None => Progress::Open,
            Some(false) => Progress::Begun,
            Some(true) => Progress::Done,
        })
    }

    /// Whether any unit is done.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn has_begun(&self) -> Result<bool, Failure> {
        let rows = self
            .client
            .query(
                &format!("SELECT FROM {JOURNAL}.journal WHERE migration = $1 LIMIT 1"),
                &[&self.migration],
            )
            .await
            .map_err(|error| failure(&error, "reading the journal"))?;
        Ok(!rows.is_empty())
    }

    async fn record(&self, unit: i32, done: bool) -> Result<(), Failure> {
        self.client
            .execute(
                &format!(
                    "INSERT INTO {JOURNAL}.journal (migration, unit, done) VALUES ($1, $2, $3)
                     ON CONFLICT (migration, unit) DO UPDATE SET done = excluded.done"
                ),
                &[&self.migration, &unit, &done],
            )
            .await
            .map(drop)
            .map_err(|error| failure(&error, "writing the journal"))
    }

    /// Runs statements in one transaction with the record that they are done. On failure nothing of it holds; the
    /// answer says which statement failed, counted from 0.
    ///
    /// # Errors
    /// The position and what the server said.
    pub async fn transaction(&self, unit: i32, statements: &[&str]) -> Result<(), (usize, Failure)> {
        self.run("BEGIN").await.map_err(|failure| (0, failure))?;
        let outcome = self.inside(unit, statements).await;
        let last = statements.len().saturating_sub(1);
        match outcome {
            Ok(()) => self.run("COMMIT").await.map_err(|failure| (last, failure)),
            Err(reason) => {
                // The session may be gone; then the server has rolled back by itself.
                let _ = self.client.batch_execute("ROLLBACK").await;
                Err(reason)
            }
        }
    }

    async fn inside(&self, unit: i32, statements: &[&str]) -> Result<(), (usize, Failure)> {
        self.record(unit, true).await.map_err(|failure| (0, failure))?;
        for (position, sql) in statements.iter().enumerate() {
            self.run(sql).await.map_err(|failure| (position, failure))?;
        }
        Ok(())
    }

    /// Runs a statement that no transaction may hold: recorded as begun before, as done after.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn outside(&self, unit: i32, sql: &str) -> Result<(), Failure> {
        self.record(unit, false).await?;
        self.run(sql).await?;
        self.record(unit, true).await
    }

    /// Whether an index is there: `None` when it is not, else whether it is valid. `name` is quoted and qualified, or
    /// found by the search path.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn index(&self, name: &str) -> Result<Option<bool>, Failure> {
        let rows = self
            .client
            .query(
                "SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass($1)::oid",
                &[&name],
            )
            .await
            .map_err(|error| failure(&error, "looking for an index"))?;
        Ok(rows.first().map(|row| row.get(0)))
    }

    /// Removes the journal.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn close(&self) -> Result<(), Failure> {
        self.run(&format!("DROP SCHEMA IF EXISTS {JOURNAL} CASCADE")).await
    }
}
