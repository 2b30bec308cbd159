//! Rows of a verified target replaced in place, in one transaction.
//!
//! Rows are deleted and loaded anew rather than updated: an update of unique columns could meet a value that another row
//! is about to lose. Foreign keys and triggers stay out of it, so that the server neither checks references between the
//! two steps nor lets a trigger see the originals.

use crate::{connect::connect, copy::CopyIn, failure::failure, path, session, target::same_server};
use nova_environments::VerifiedTarget;
use nova_errors::{Code, Failure};
use nova_schema::{QualifiedName, quote_ident};
use tokio_postgres::Client;

/// A session in the target database with a transaction that replaces rows.
#[derive(Debug)]
pub struct InPlace {
    client: Client,
}

impl InPlace {
    /// Begins. `linked` says whether foreign keys or triggers are about the tables: then the server must leave them out.
    ///
    /// # Errors
    /// `NOVA-1108` when the URL leads to another server now, `NOVA-1411` when the role may not keep foreign keys out,
    /// `NOVA-12xx`.
    pub async fn begin(target: &VerifiedTarget, linked: bool) -> Result<Self, Failure> {
        let client = connect(target.url(), None).await?;
        session::writing(&client).await?;
        session::match_encoding(&client).await?;
        same_server(&client, target).await?;
        path::follow(&client, &path::needed(&client).await?).await?;
        let session = Self { client };
        session.run("BEGIN; SAVEPOINT nova", "beginning").await?;
        let quiet = session
            .client
            .batch_execute("SET LOCAL session_replication_role = replica")
            .await;
        if let Err(error) = quiet {
            if linked {
                let cause = format!(
                    "foreign keys or triggers are about the tables, and the role may not set session_replication_role: {}",
                    failure(&error, "keeping foreign keys out").cause
                );
                return Err(Failure::new(Code::NOT_ANONYMIZED_IN_PLACE, cause));
            }
            session.run("ROLLBACK TO SAVEPOINT nova", "going on").await?;
        }
        Ok(session)
    }

    async fn run(&self, sql: &str, doing: &str) -> Result<(), Failure> {
        self.client
            .batch_execute(sql)
            .await
            .map_err(|error| failure(&error, doing))
    }

    /// Keeps everybody else from changing the tables; reading goes on.
    ///
    /// # Errors
    /// `NOVA-1506` when somebody else has one for too long.
    pub async fn lock(&self, tables: &[QualifiedName]) -> Result<(), Failure> {
        let names: Vec<String> = tables.iter().map(|name| format!("ONLY {}", name.sql())).collect();
        let sql = format!("LOCK TABLE {} IN EXCLUSIVE MODE", names.join(", "));
        self.run(&sql, "locking the tables").await
    }

    /// Takes all rows out of a table itself, without its children.
    ///
    /// # Errors
    /// `NOVA-12xx`, `NOVA-15xx`.
    pub async fn empty(&self, table: &QualifiedName) -> Result<(), Failure> {
        self.run(
            &format!("DELETE FROM ONLY {}", table.sql()),
            &format!("emptying {table}"),
        )
        .await
    }

    /// Loads rows.
    ///
    /// # Errors
    /// `NOVA-12xx`, `NOVA-15xx`.
    pub async fn copy_in(&self, table: &QualifiedName, columns: &[String], binary: bool) -> Result<CopyIn, Failure> {
        let list: Vec<String> = columns.iter().map(|column| quote_ident(column)).collect();
        let sql = format!(
            "COPY {} ({}) FROM STDIN (FORMAT {})",
            table.sql(),
            list.join(", "),
            if binary { "binary" } else { "text" }
        );
        let doing = format!("loading {table}");
        let sink = self
            .client
            .copy_in(&sql)
            .await
            .map_err(|error| failure(&error, &doing))?;
        Ok(CopyIn::new(sink, doing))
    }

    /// Computes a materialized view anew.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn refresh(&self, view: &QualifiedName) -> Result<(), Failure> {
        self.run(
            &format!("REFRESH MATERIALIZED VIEW {}", view.sql()),
            &format!("refreshing {view}"),
        )
        .await
    }

    /// Makes it last.
    ///
    /// # Errors
    /// `NOVA-12xx`, `NOVA-15xx`: then nothing has changed.
    pub async fn commit(self) -> Result<(), Failure> {
        // The next who reads must not lose it: this transaction waits for the disk.
        self.run("SET LOCAL synchronous_commit = on; COMMIT", "committing")
            .await
    }
}
