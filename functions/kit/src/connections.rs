//! Sessions to source, target and staging, pooled per operation, and the documents that many steps need.

use crate::{ports::Ports, state};
use nova_clone::{Operation, plan::Plan};
use nova_environments::{Environment, EnvironmentName, TargetEvidence, VerifiedTarget, verify_target};
use nova_errors::{Code, Failure};
use nova_events::{Identity, OperationKind};
use nova_postgres::{OwnDatabase, SearchPath, SourceConnection, Staging, TargetServer, probe};
use nova_schema::Database;
use std::{collections::HashMap, sync::Arc};
use tokio::sync::Mutex;

/// A document with the epoch it is of.
type Document<T> = Option<(u32, Arc<T>)>;

/// What is kept between messages of one operation.
#[derive(Default)]
struct Kept {
    sources: Vec<SourceConnection>,
    stagings: Vec<(u32, Staging)>,
    plan: Document<Plan>,
    schema: Document<Database>,
}

/// The pools of this process.
#[derive(Default)]
pub struct Connections {
    kept: Mutex<HashMap<String, Kept>>,
}

impl Connections {
    /// The chunk plan of an epoch, read where this process has not kept it.
    pub(crate) async fn plan(
        &self,
        operation: &str,
        epoch: u32,
        read: impl Future<Output = Result<Plan, Failure>>,
    ) -> Result<Arc<Plan>, Failure> {
        self.document(operation, epoch, |kept| &mut kept.plan, read).await
    }

    /// The schema captured in an epoch, likewise.
    pub(crate) async fn schema(
        &self,
        operation: &str,
        epoch: u32,
        read: impl Future<Output = Result<Database, Failure>>,
    ) -> Result<Arc<Database>, Failure> {
        self.document(operation, epoch, |kept| &mut kept.schema, read).await
    }

    async fn document<T>(
        &self,
        operation: &str,
        epoch: u32,
        slot: fn(&mut Kept) -> &mut Document<T>,
        read: impl Future<Output = Result<T, Failure>>,
    ) -> Result<Arc<T>, Failure> {
        if let Some(kept) = self.kept.lock().await.get_mut(operation)
            && let Some((of, document)) = slot(kept)
            && *of == epoch
        {
            return Ok(Arc::clone(document));
        }
        let document = Arc::new(read.await?);
        *slot(self.kept.lock().await.entry(operation.to_owned()).or_default()) = Some((epoch, Arc::clone(&document)));
        Ok(document)
    }

    /// A reading session to the operation's source, not in a transaction, for once the schema has been captured: routines
    /// look for names in the schemas that were found then.
    ///
    /// # Errors
    /// `NOVA-12xx`, and `NOVA-1108` when the source is another server than the guard saw.
    pub async fn source(&self, ports: &Ports, operation: &Operation) -> Result<SourceConnection, Failure> {
        {
            let mut kept = self.kept.lock().await;
            let pool = &mut kept.entry(operation.id.clone()).or_default().sources;
            pool.retain(|connection| !connection.is_closed());
            if let Some(connection) = pool.pop() {
                return Ok(connection);
            }
        }
        fresh_source(ports, operation, SearchPath::Known(operation.search_path())).await
    }

    /// Gives a session back that is not in a transaction.
    pub async fn return_source(&self, operation: &str, connection: SourceConnection) {
        if !connection.is_closed() {
            self.kept
                .lock()
                .await
                .entry(operation.to_owned())
                .or_default()
                .sources
                .push(connection);
        }
    }

    /// A session in the staging database of the operation's current epoch.
    ///
    /// # Errors
    /// `NOVA-12xx`, and the reasons of [`target`].
    pub async fn staging(&self, ports: &Ports, operation: &Operation) -> Result<Staging, Failure> {
        {
            let mut kept = self.kept.lock().await;
            let pool = &mut kept.entry(operation.id.clone()).or_default().stagings;
            pool.retain(|(epoch, connection)| *epoch == operation.epoch && !connection.is_closed());
            if let Some((_, connection)) = pool.pop() {
                return Ok(connection);
            }
        }
        let target = target(ports, operation).await?;
        let database = OwnDatabase::staging(&operation.id, operation.epoch);
        Staging::open(&target, &database, operation.search_path()).await
    }

    /// Gives a session back that is not in a transaction.
    pub async fn return_staging(&self, operation: &Operation, connection: Staging) {
        if !connection.is_closed() {
            let mut kept = self.kept.lock().await;
            kept.entry(operation.id.clone())
                .or_default()
                .stagings
                .push((operation.epoch, connection));
        }
    }

    /// Closes what was kept for an operation.
    pub async fn close(&self, operation: &str) {
        self.kept.lock().await.remove(operation);
    }

    /// Closes whatever was kept.
    pub async fn close_all(&self) {
        self.kept.lock().await.clear();
    }

    /// Closes the sessions in staging, which would stand in the way of its renaming.
    pub async fn close_staging(&self, operation: &str) {
        if let Some(kept) = self.kept.lock().await.get_mut(operation) {
            kept.stagings.clear();
        }
    }
}

/// The environment an operation reads.
///
/// # Errors
/// `NOVA-10xx`; `NOVA-1999` for an operation that reads none.
pub async fn source_environment(ports: &Ports, operation: &Operation) -> Result<Environment, Failure> {
    let name = operation.requested.source.as_deref();
    let name = name.ok_or_else(|| Failure::new(Code::INTERNAL, "the operation has no source"))?;
    ports.environments.environment(&name.parse()?).await
}

/// The environment an operation writes.
///
/// # Errors
/// `NOVA-10xx`.
pub async fn target_environment(ports: &Ports, operation: &Operation) -> Result<Environment, Failure> {
    let name: EnvironmentName = operation.requested.target.parse()?;
    ports.environments.environment(&name).await
}

/// A new reading session to the operation's source, whose routines look for names there: one that will hold a snapshot is
/// not shared.
///
/// # Errors
/// As [`Connections::source`].
pub async fn fresh_source(
    ports: &Ports,
    operation: &Operation,
    path: SearchPath<'_>,
) -> Result<SourceConnection, Failure> {
    let environment = source_environment(ports, operation).await?;
    let connection = SourceConnection::open(&environment.url, path).await?;
    let approved = operation.guard.as_ref().and_then(|guard| guard.source.as_ref());
    let same = approved.is_none_or(|approved| approved.same_database(&connection.probe().identity));
    if same {
        return Ok(connection);
    }
    let cause = format!(
        "environment {} leads to another database than the one the guard saw",
        environment.name
    );
    Err(Failure::new(Code::IDENTITY_CHANGED, cause))
}

/// The operation's target, asked for its identity now and compared with what the guard approved. A target that this
/// very operation has swapped in is no longer the one the guard approved; `promoted` then names what it is.
///
/// # Errors
/// `NOVA-11xx` when it may not be written to, `NOVA-12xx` when it cannot be reached.
pub async fn target(ports: &Ports, operation: &Operation) -> Result<VerifiedTarget, Failure> {
    let environment = target_environment(ports, operation).await?;
    let identity = probe(&environment.url).await?.identity;
    let guard = operation.guard.as_ref();
    // Only a backup may stand beside what it reads: it never takes that database's name.
    let source = guard
        .filter(|_| operation.requested.kind != OperationKind::Backup)
        .and_then(|guard| guard.source.as_ref());
    let promoted = operation.promoted.as_ref().map(|promoted| &promoted.identity);
    let approved = promoted.or(guard.map(|guard| &guard.target));
    verify(ports, &environment, &identity, source, approved).await
}

/// Decides whether a database may be written to, against everything the log knows.
///
/// # Errors
/// The first reason, with the others as its details.
pub async fn verify(
    ports: &Ports,
    environment: &Environment,
    identity: &Identity,
    source: Option<&Identity>,
    approved: Option<&Identity>,
) -> Result<VerifiedTarget, Failure> {
    let productions = state::known_productions(ports).await?;
    let evidence = TargetEvidence {
        environment,
        identity,
        source,
        productions: &productions,
        approved,
    };
    verify_target(&evidence).map_err(|reasons| {
        let mut reasons = reasons.into_iter();
        let first = reasons
            .next()
            .unwrap_or_else(|| Failure::new(Code::INTERNAL, "a refusal without a reason"));
        first.with_details(reasons.map(|reason| reason.to_string()))
    })
}

/// A session to the target's server for a swap. Before the swap the target must be what the guard approved; if this
/// very swap was done by an attempt that died before it could say so, the name already leads to the new database and
/// the old one bears the name `set_aside`.
///
/// # Errors
/// `NOVA-11xx`, `NOVA-12xx`.
pub async fn swap_server(
    ports: &Ports,
    operation: &Operation,
    set_aside: &OwnDatabase,
) -> Result<TargetServer, Failure> {
    match target(ports, operation).await {
        Ok(target) => TargetServer::open(&target).await,
        Err(changed) if changed.code == Code::IDENTITY_CHANGED => {
            own_swap(ports, operation, set_aside).await?.ok_or(changed)
        }
        Err(failure) => Err(failure),
    }
}

/// The target's server when the target's name leads elsewhere because an earlier attempt of this operation swapped it:
/// the database the guard approved then bears the name `set_aside`, or was dropped under it since. None when somebody
/// else is the cause.
async fn own_swap(
    ports: &Ports,
    operation: &Operation,
    set_aside: &OwnDatabase,
) -> Result<Option<TargetServer>, Failure> {
    let Some(guard) = &operation.guard else { return Ok(None) };
    let environment = target_environment(ports, operation).await?;
    let found = probe(&environment.url).await?.identity;
    let target = verify(ports, &environment, &found, guard.source.as_ref(), None).await?;
    let server = TargetServer::open(&target).await?;
    let approved = server.database_name(guard.target.database_oid).await?;
    let own = approved.as_deref().is_none_or(|name| name == set_aside.as_str());
    Ok((found.system == guard.target.system && own).then_some(server))
}
