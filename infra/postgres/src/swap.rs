//! The moment in which staging becomes the target: two renames in one transaction.
//!
//! `ALTER DATABASE … RENAME` locks the database against new sessions first and then waits for the present ones to end;
//! a second session ends them meanwhile. Either both renames are committed or neither is.

use crate::{failure::failure, target::TargetServer};
use nova_errors::{Code, Failure};
use nova_schema::quote_ident;
use std::time::Duration;

/// Two renames that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swap {
    /// The name that everybody uses.
    pub database: String,
    /// Oid of the database that bears it before the swap.
    pub outgoing_oid: u32,
    /// The name it gets.
    pub outgoing_name: String,
    /// The database that takes the name.
    pub incoming_name: String,
}

/// How far a swap has come, judged by what the server holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SwapState {
    /// Nothing has happened yet.
    Pending,
    /// Both renames are done.
    Done,
}

impl TargetServer {
    /// How far the swap has come.
    ///
    /// # Errors
    /// `NOVA-1108` when the server holds neither the state before nor the state after.
    pub async fn swap_state(&self, swap: &Swap) -> Result<SwapState, Failure> {
        let outgoing = self.database_name(swap.outgoing_oid).await?;
        let incoming = self.database_oid(&swap.incoming_name).await?;
        let current = self.database_oid(&swap.database).await?;
        match (outgoing.as_deref(), incoming, current) {
            (Some(name), Some(_), Some(_)) if name == swap.database => Ok(SwapState::Pending),
            (Some(name), None, Some(_)) if name == swap.outgoing_name => Ok(SwapState::Done),
            _ => Err(Failure::new(
                Code::IDENTITY_CHANGED,
                format!(
                    "database {} is not the one the guard approved, or {} is missing: someone else changed the server's databases",
                    swap.database, swap.incoming_name
                ),
            )),
        }
    }

    /// Does the swap unless it is done; the sessions of both databases are ended. Returns the oid of the database that
    /// bears the name afterwards.
    ///
    /// # Errors
    /// `NOVA-1701` when sessions do not end; the names are as before then.
    pub async fn swap(&self, swap: &Swap) -> Result<u32, Failure> {
        if self.swap_state(swap).await? == SwapState::Pending {
            self.rename_both(swap).await?;
        }
        self.database_oid(&swap.database).await?.ok_or_else(|| {
            Failure::new(
                Code::IDENTITY_CHANGED,
                format!("database {} disappeared after the swap", swap.database),
            )
        })
    }

    async fn rename_both(&self, swap: &Swap) -> Result<(), Failure> {
        let helper = self.again().await?;
        let sql = format!(
            "BEGIN; ALTER DATABASE {database} RENAME TO {outgoing}; ALTER DATABASE {incoming} RENAME TO {database}; COMMIT",
            database = quote_ident(&swap.database),
            outgoing = quote_ident(&swap.outgoing_name),
            incoming = quote_ident(&swap.incoming_name),
        );
        // The server itself waits five seconds for sessions to end, then gives up.
        let renames = self.client().batch_execute(&sql);
        tokio::pin!(renames);
        let outcome = loop {
            tokio::select! {
                outcome = &mut renames => break outcome,
                () = tokio::time::sleep(Duration::from_millis(50)) => helper.end_sessions(swap).await,
            }
        };
        if let Err(error) = outcome {
            let _ = self.client().batch_execute("ROLLBACK").await;
            let reason = failure(&error, "swapping the databases");
            if reason.retryable {
                return Err(reason);
            }
            let sessions = helper.sessions(swap).await.unwrap_or_default();
            return Err(Failure::new(Code::SWAP, reason.cause).with_details(sessions));
        }
        Ok(())
    }

    /// Ends what sessions it may; those it may not end make the rename fail, and are named then.
    async fn end_sessions(&self, swap: &Swap) {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
                   WHERE datname IN ($1, $2) AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
        let _ = self.client().query(sql, &[&swap.database, &swap.incoming_name]).await;
    }

    async fn sessions(&self, swap: &Swap) -> Result<Vec<String>, Failure> {
        let rows = self
            .client()
            .query(
                "SELECT format('session %s of role %s (%s)', pid, coalesce(usename::text, '?'), coalesce(application_name, ''))
                 FROM pg_catalog.pg_stat_activity WHERE datname IN ($1, $2) AND backend_type = 'client backend'",
                &[&swap.database, &swap.incoming_name],
            )
            .await
            .map_err(|error| failure(&error, "listing sessions"))?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}
