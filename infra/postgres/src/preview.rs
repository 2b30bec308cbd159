//! Databases of previews: handed over under their name, and taken back from it.

use crate::{
    failure::failure,
    target::{OwnDatabase, TargetServer},
};
use nova_errors::{Code, Failure};
use nova_schema::{quote_ident, quote_literal};

/// How often a rename is tried while sessions come back.
const TRIES: u32 = 3;

impl TargetServer {
    /// Gives a database of Nova's own the name that people use, with a mark that says whose it is. The mark comes first:
    /// there is no moment in which the name stands without it.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn hand_over(&self, database: &OwnDatabase, name: &str, mark: &str) -> Result<(), Failure> {
        let doing = "naming a new database";
        let own = quote_ident(database.as_str());
        self.run(&format!("COMMENT ON DATABASE {own} IS {}", quote_literal(mark)), doing)
            .await?;
        self.run(&format!("ALTER DATABASE {own} RENAME TO {}", quote_ident(name)), doing)
            .await
    }

    /// The mark of a database, if it has one.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn mark(&self, oid: u32) -> Result<Option<String>, Failure> {
        let row = self
            .client()
            .query_one("SELECT shobj_description($1, 'pg_database')", &[&oid])
            .await
            .map_err(|error| failure(&error, "reading the mark of a database"))?;
        Ok(row.get(0))
    }

    /// Takes the name from the database with this oid, ending its sessions, so that it can be dropped as Nova's own.
    /// A database that bears `own` already is fine.
    ///
    /// # Errors
    /// `NOVA-1108` when the name belongs to another database; `NOVA-12xx`, `NOVA-1701` when its sessions do not end.
    pub async fn set_aside(&self, name: &str, oid: u32, own: &OwnDatabase) -> Result<(), Failure> {
        let mut last = None;
        for _ in 0..TRIES {
            match self.database_name(oid).await?.as_deref() {
                None => return Ok(()),
                Some(found) if found == own.as_str() => return Ok(()),
                Some(found) if found == name => {}
                Some(_) => return Err(another(name)),
            }
            let end = "SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
                       WHERE datid = $1 AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
            let _ = self.client().query(end, &[&oid]).await;
            match self.rename_checked(name, oid, own).await {
                Err(busy) if busy.code != Code::IDENTITY_CHANGED => last = Some(busy),
                outcome => return outcome,
            }
        }
        Err(last.unwrap_or_else(|| another(name)))
    }

    /// Renames within a transaction that is only committed when the right database was renamed.
    async fn rename_checked(&self, name: &str, oid: u32, own: &OwnDatabase) -> Result<(), Failure> {
        let doing = "taking the name from a database";
        let rename = format!(
            "BEGIN; ALTER DATABASE {} RENAME TO {}",
            quote_ident(name),
            quote_ident(own.as_str())
        );
        let renamed = match self.run(&rename, doing).await {
            Ok(()) => self.database_oid(own.as_str()).await,
            Err(reason) => Err(reason),
        };
        match renamed {
            Ok(Some(found)) if found == oid => self.run("COMMIT", doing).await,
            outcome => {
                let _ = self.run("ROLLBACK", doing).await;
                Err(outcome.err().unwrap_or_else(|| another(name)))
            }
        }
    }
}

fn another(name: &str) -> Failure {
    Failure::new(
        Code::IDENTITY_CHANGED,
        format!("database {name} is another one than before"),
    )
}
