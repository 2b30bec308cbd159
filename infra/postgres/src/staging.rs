//! The database that is loaded beside the target.
//!
//! A ledger inside it records each step in the transaction that does the step, so that a message that is delivered
//! again finds the step done. The ledger goes with the last step: a staging database without one is complete.

use crate::{
    connect::connect,
    copy::CopyIn,
    failure::failure,
    path, session,
    target::{OwnDatabase, same_server},
};
use nova_environments::VerifiedTarget;
use nova_errors::{Code, Failure};
use nova_schema::{QualifiedName, emit::Statement, quote_ident, quote_literal};
use std::collections::BTreeSet;
use tokio_postgres::{Client, error::SqlState};

/// The schema of the ledger.
pub const LEDGER: &str = "nova_ledger";

/// Most schema statements in one transaction: each may lock several objects, and a server's lock table is finite.
const BATCH: usize = 100;

/// A session inside the staging database.
#[derive(Debug)]
pub struct Staging {
    client: Client,
}

impl Staging {
    /// Opens a session to a staging database on the server that was verified. `path` names the schemas in which routines
    /// that loading runs look for names.
    ///
    /// # Errors
    /// `NOVA-1108` when it leads to another server; `NOVA-12xx`.
    pub async fn open(target: &VerifiedTarget, database: &OwnDatabase, path: &[String]) -> Result<Self, Failure> {
        let client = connect(target.url(), Some(database.as_str())).await?;
        session::writing(&client).await?;
        session::match_encoding(&client).await?;
        same_server(&client, target).await?;
        path::follow(&client, path).await?;
        Ok(Self { client })
    }

    /// True when the session cannot be used any more.
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    async fn run(&self, sql: &str, doing: &str) -> Result<(), Failure> {
        self.client
            .batch_execute(sql)
            .await
            .map_err(|error| failure(&error, doing))
    }

    /// Lets index builds of this session use at least `megabytes` of the server's memory.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn allow_memory(&self, megabytes: u32) -> Result<(), Failure> {
        let sql = format!(
            "SELECT set_config('maintenance_work_mem', '{megabytes}MB', false)
             WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('{megabytes}MB')"
        );
        self.run(&sql, "preparing the session for index builds").await
    }

    /// Creates the ledger; creating it twice is fine.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn open_ledger(&self) -> Result<(), Failure> {
        let sql = format!(
            "CREATE SCHEMA IF NOT EXISTS {LEDGER};
             CREATE TABLE IF NOT EXISTS {LEDGER}.steps (step text PRIMARY KEY, rows bigint NOT NULL DEFAULT 0)"
        );
        self.run(&sql, "creating the ledger").await
    }

    /// True while there is a ledger, that is until the last step is done.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn has_ledger(&self) -> Result<bool, Failure> {
        let rows = self
            .client
            .query("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1", &[&LEDGER])
            .await
            .map_err(|error| failure(&error, "looking for the ledger"))?;
        Ok(!rows.is_empty())
    }

    /// Removes the ledger and runs the last statements in one transaction: without a ledger, every step is done.
    ///
    /// # Errors
    /// `NOVA-1304` with the object whose statement failed; `NOVA-12xx`.
    pub async fn close_ledger(&self, last: &[Statement]) -> Result<(), Failure> {
        let doing = "removing the ledger";
        self.run("BEGIN", doing).await?;
        let dropped = self
            .client
            .batch_execute(&format!("DROP SCHEMA {LEDGER} CASCADE"))
            .await;
        if let Err(error) = dropped {
            self.undo_step().await;
            // Somebody else came first.
            let is_gone = error.code() == Some(&SqlState::INVALID_SCHEMA_NAME);
            return if is_gone { Ok(()) } else { Err(failure(&error, doing)) };
        }
        if let Err(reason) = self.apply_batch(last).await {
            self.undo_step().await;
            return Err(reason);
        }
        self.run("COMMIT", doing).await
    }

    /// Begins a transaction for a step. `Some(rows)` when the step is done already; the transaction is closed then.
    async fn begin_step(&self, step: &str) -> Result<Option<u64>, Failure> {
        let doing = "recording a step in the ledger";
        self.run("BEGIN", doing).await?;
        let insert = format!("INSERT INTO {LEDGER}.steps (step) VALUES ($1) ON CONFLICT DO NOTHING");
        let inserted = self
            .client
            .execute(&insert, &[&step])
            .await
            .map_err(|error| failure(&error, doing))?;
        if inserted == 1 {
            return Ok(None);
        }
        let select = format!("SELECT rows FROM {LEDGER}.steps WHERE step = $1");
        let row = self
            .client
            .query_one(&select, &[&step])
            .await
            .map_err(|error| failure(&error, doing))?;
        self.run("ROLLBACK", doing).await?;
        Ok(Some(u64::try_from(row.get::<_, i64>(0)).unwrap_or(0)))
    }

    /// Leaves a failed step; the session may be gone, which undoes the step as well.
    async fn undo_step(&self) {
        let _ = self.client.batch_execute("ROLLBACK").await;
    }

    /// Runs schema statements, many in one transaction and each transaction exactly once, under names that begin with
    /// `step`.
    ///
    /// # Errors
    /// `NOVA-1304` with the object whose statement failed; `NOVA-12xx`.
    pub async fn apply(&self, step: &str, statements: &[Statement]) -> Result<(), Failure> {
        self.apply_by(BATCH, step, statements).await
    }

    /// Runs schema statements, each in a transaction of its own: those that take long are kept one by one.
    ///
    /// # Errors
    /// As [`Staging::apply`].
    pub async fn apply_each(&self, step: &str, statements: &[Statement]) -> Result<(), Failure> {
        self.apply_by(1, step, statements).await
    }

    async fn apply_by(&self, size: usize, step: &str, statements: &[Statement]) -> Result<(), Failure> {
        for (number, batch) in batches(statements, size).into_iter().enumerate() {
            let step = format!("{step}/{number}");
            if batch[0].transactional {
                self.apply_at_once(&step, batch).await?;
            } else {
                self.apply_alone(&step, &batch[0]).await?;
            }
        }
        Ok(())
    }

    /// Sends a transaction as one request: the server ends it whether or not anybody waits for the answer. Whoever comes
    /// with the same step meanwhile waits at its ledger row, however long that takes, and then finds it done.
    async fn apply_at_once(&self, step: &str, batch: &[Statement]) -> Result<(), Failure> {
        let statements: Vec<&str> = batch.iter().map(|statement| statement.sql.as_str()).collect();
        let sql = format!(
            "BEGIN; SET LOCAL lock_timeout = 0;
             INSERT INTO {LEDGER}.steps (step) VALUES ({});
             SET LOCAL lock_timeout = '{}';\n{};\nCOMMIT",
            quote_literal(step),
            session::LOCK_TIMEOUT,
            statements.join(";\n")
        );
        let Err(error) = self.client.batch_execute(&sql).await else {
            return Ok(());
        };
        self.undo_step().await;
        if is_done(&error) {
            return Ok(());
        }
        let reason = refused(&batch[0], &error);
        if batch.len() == 1 || reason.retryable {
            return Err(reason);
        }
        self.apply_stepwise(step, batch).await
    }

    /// The same, statement by statement: this way it shows which one fails.
    async fn apply_stepwise(&self, step: &str, batch: &[Statement]) -> Result<(), Failure> {
        if self.begin_step(step).await?.is_some() {
            return Ok(());
        }
        if let Err(reason) = self.apply_batch(batch).await {
            self.undo_step().await;
            return Err(reason);
        }
        self.run("COMMIT", "applying the schema").await
    }

    async fn apply_batch(&self, batch: &[Statement]) -> Result<(), Failure> {
        for statement in batch {
            self.client
                .batch_execute(&statement.sql)
                .await
                .map_err(|error| refused(statement, &error))?;
        }
        Ok(())
    }

    /// A statement that cannot run in a transaction; its ledger row follows it, so it must bear being repeated.
    async fn apply_alone(&self, step: &str, statement: &Statement) -> Result<(), Failure> {
        if self.begin_step(step).await?.is_some() {
            return Ok(());
        }
        self.undo_step().await;
        self.client
            .batch_execute(&statement.sql)
            .await
            .map_err(|error| refused(statement, &error))?;
        self.begin_step(step).await?;
        self.run("COMMIT", "applying the schema").await
    }

    /// Begins loading a chunk. `Some(rows)` when it is in already.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn begin_import(&self, chunk: u32) -> Result<Option<u64>, Failure> {
        self.begin_step(&format!("chunk/{chunk}")).await
    }

    /// The chunks in `first..first + count` that the ledger knows to be in.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn imported(&self, first: u32, count: u32) -> Result<BTreeSet<u32>, Failure> {
        let steps: Vec<String> = (first..first + count).map(|chunk| format!("chunk/{chunk}")).collect();
        let select = format!("SELECT step FROM {LEDGER}.steps WHERE step = ANY ($1)");
        let rows = self
            .client
            .query(&select, &[&steps])
            .await
            .map_err(|error| failure(&error, "reading the ledger"))?;
        let number = |step: String| step.trim_start_matches("chunk/").parse().ok();
        Ok(rows.iter().filter_map(|row| number(row.get(0))).collect())
    }

    /// Waits for whoever empties a table, and keeps it from being emptied until the transaction of the chunk that was
    /// begun ends.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn keep_filled(&self, table: &QualifiedName) -> Result<(), Failure> {
        let sql = format!("LOCK TABLE {} IN ROW EXCLUSIVE MODE", table.sql());
        self.run(&sql, "locking a table that is loaded").await
    }

    /// Takes the rows of chunks out again: empties the table they were loaded into, with its partitions unless it has
    /// rows of its own, and forgets the chunks.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn empty(&self, table: &QualifiedName, own_rows: bool, chunks: &[u32]) -> Result<(), Failure> {
        let doing = format!("emptying {table}");
        let only = if own_rows { "ONLY " } else { "" };
        self.run(&format!("BEGIN; TRUNCATE {only}{}", table.sql()), &doing)
            .await?;
        let steps: Vec<String> = chunks.iter().map(|chunk| format!("chunk/{chunk}")).collect();
        let forget = format!("DELETE FROM {LEDGER}.steps WHERE step = ANY ($1)");
        let forgotten = self.client.execute(&forget, &[&steps]).await;
        forgotten.map_err(|error| failure(&error, &doing))?;
        self.run("COMMIT", &doing).await
    }

    /// Opens the stream of rows of the chunk that was begun.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn copy_in(&self, table: &QualifiedName, columns: &[String], binary: bool) -> Result<CopyIn, Failure> {
        let list: Vec<String> = columns.iter().map(|column| quote_ident(column)).collect();
        let list = if list.is_empty() {
            String::new()
        } else {
            format!(" ({})", list.join(", "))
        };
        let format = if binary { "binary" } else { "text" };
        let sql = format!("COPY {}{list} FROM STDIN (FORMAT {format})", table.sql());
        let doing = format!("loading {table}");
        let sink = self
            .client
            .copy_in(&sql)
            .await
            .map_err(|error| failure(&error, &doing))?;
        Ok(CopyIn::new(sink, doing))
    }

    /// Makes the chunk's rows permanent together with its ledger row.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn commit_import(&self, chunk: u32, rows: u64) -> Result<(), Failure> {
        let doing = "committing a chunk";
        let update = format!("UPDATE {LEDGER}.steps SET rows = $2 WHERE step = $1");
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        self.client
            .execute(&update, &[&format!("chunk/{chunk}"), &rows])
            .await
            .map_err(|error| failure(&error, doing))?;
        self.run("COMMIT", doing).await
    }

    /// Takes back what was loaded since [`Staging::begin_import`].
    pub async fn abandon_import(&self) {
        self.undo_step().await;
    }
}

/// True when a step's ledger row was there already.
fn is_done(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|db| {
        *db.code() == SqlState::UNIQUE_VIOLATION && db.schema() == Some(LEDGER) && db.table() == Some("steps")
    })
}

/// Divides statements into runs of up to `size` that share a transaction; one that cannot be in a transaction stands
/// alone.
fn batches(statements: &[Statement], size: usize) -> Vec<&[Statement]> {
    let mut batches = Vec::new();
    let mut rest = statements;
    while let Some(first) = rest.first() {
        let length = if first.transactional {
            rest.iter()
                .take(size)
                .take_while(|statement| statement.transactional)
                .count()
        } else {
            1
        };
        let (batch, others) = rest.split_at(length);
        batches.push(batch);
        rest = others;
    }
    batches
}

fn refused(statement: &Statement, error: &tokio_postgres::Error) -> Failure {
    let reason = failure(error, &format!("creating {}", statement.object));
    if reason.retryable {
        return reason;
    }
    Failure::new(Code::APPLY, reason.cause)
}
