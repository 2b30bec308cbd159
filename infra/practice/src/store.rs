//! The doors to the rows: a transaction for one cabinet, a transaction for the group. The pool behind them is private,
//! and what a transaction may see is set for that transaction only, so a connection that is used again remembers
//! nothing.

use crate::audit::Entry;
use crate::{Error, gate};
use deadpool_postgres::{ClientWrapper, Manager, ManagerConfig, Pool, QueueMode, RecyclingMethod, Runtime, Timeouts};
use futures_util::FutureExt;
use futures_util::future::{join, ready};
use nova_environments::DatabaseUrl;
use nova_practice::{CabinetId, UserId};
use std::fmt;
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person who is signed in.
    User(UserId),
    /// A part of Nova, by its name: `provisioning`, `outbox` …
    System(&'static str),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::System(name) => write!(f, "system:{name}"),
        }
    }
}

/// For which cabinet a transaction works, who acts, and why: the audit keeps all of it.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The cabinet.
    pub cabinet: CabinetId,
    /// Who acts.
    pub actor: Actor,
    /// The request's id, so that logs and audit can be joined.
    pub request_id: String,
    /// Why personal data is accessed, where a person gave a reason.
    pub reason: Option<String>,
}

/// How a store connects.
#[derive(Debug, Clone)]
pub struct Options {
    /// Most connections at once.
    pub connections: usize,
    /// Longest wait for a free connection.
    pub patience: Duration,
    /// Longest statement, in milliseconds.
    pub statement_timeout_ms: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 16,
            patience: Duration::from_secs(5),
            statement_timeout_ms: 5_000,
        }
    }
}

/// The platform's database, opened with rights that cannot pass its walls.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    statement_timeout: String,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// Connects with the default [`Options`]. Refuses when the role may do too much, a table is not isolated, or the
    /// schema is older than this version.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        Self::connect_with(url, &Options::default()).await
    }

    /// Connects as [`Store::connect`] does. `sslmode` and `sslrootcert` of the URL say how far TLS is checked.
    pub async fn connect_with(url: &str, options: &Options) -> Result<Self, Error> {
        let (mut config, tls) = nova_postgres::configure(&DatabaseUrl::new(url))?;
        if config.get_application_name().is_none() {
            config.application_name("nova-practice");
        }
        config.connect_timeout(Duration::from_secs(10));
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let pool = Pool::builder(Manager::from_config(config, tls, recycling))
            .max_size(options.connections)
            // The session that was used last has its plans and pages at hand.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts {
                wait: Some(options.patience),
                create: Some(Duration::from_secs(10)),
                recycle: Some(Duration::from_secs(5)),
            })
            .build()
            .map_err(|_| Error::Unknown("runtime"))?;
        gate::refuse_unsafe(&**pool.get().await?).await?;
        Ok(Self {
            pool,
            statement_timeout: options.statement_timeout_ms.to_string(),
        })
    }

    /// A transaction that sees one cabinet. It commits when `work` returns `Ok`, after the audit entries that `work`
    /// left; otherwise nothing happened.
    pub async fn with_cabinet<T>(
        &self,
        scope: &Scope,
        work: impl AsyncFnOnce(&Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let settings = [
            scope.cabinet.to_string(),
            String::new(),
            scope.actor.to_string(),
            scope.request_id.clone(),
            scope.reason.clone().unwrap_or_default(),
        ];
        self.transaction(Some(scope.cabinet), settings, work).await
    }

    /// A transaction that sees the tables above cabinets, and no row of any cabinet.
    pub async fn with_group<T>(
        &self,
        actor: &Actor,
        work: impl AsyncFnOnce(&Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.with_group_for(actor, "", "", work).await
    }

    /// The same, with the request and the reason that the audit keeps.
    pub async fn with_group_for<T>(
        &self,
        actor: &Actor,
        request_id: &str,
        reason: &str,
        work: impl AsyncFnOnce(&Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let settings = [
            String::new(),
            "on".to_owned(),
            actor.to_string(),
            request_id.to_owned(),
            reason.to_owned(),
        ];
        self.transaction(None, settings, work).await
    }

    /// One statement outside of any door: row security shows it nothing but what the functions that it calls open.
    pub(crate) async fn outside(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Option<Row>, Error> {
        let client = self.pool.get().await?;
        let statement = client.prepare_cached(sql).await?;
        let row = client.query_opt(&statement, parameters).await;
        row.map_err(Error::from_statement)
    }

    async fn transaction<T>(
        &self,
        cabinet: Option<CabinetId>,
        settings: [String; 5],
        work: impl AsyncFnOnce(&Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let client = self.pool.get().await?;
        let statement = client.prepare_cached(SETTINGS).await?;
        let [cabinet_text, group, actor, request, reason] = settings;
        let settings = [
            cabinet_text,
            group,
            actor,
            request,
            reason,
            self.statement_timeout.clone(),
        ];
        // Dropped without a commit, also when the caller is gone, it rolls back before the connection is used again.
        let tx = Tx::begin(&client, statement, cabinet, settings);
        let result = work(&tx).await?;
        tx.commit().await?;
        Ok(result)
    }
}

/// What holds for one transaction. A request is short: helpers and compiled expressions cost it more than they save.
const SETTINGS: &str = "SELECT set_config('app.cabinet', $1, true), set_config('app.group', $2, true), \
     set_config('app.actor', $3, true), set_config('app.request', $4, true), \
     set_config('app.reason', $5, true), set_config('statement_timeout', $6, true), \
     set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)";

/// `BEGIN` and the settings: sent, and not answered yet.
type Opening<'c> = Pin<Box<dyn Future<Output = Result<(), tokio_postgres::Error>> + Send + 'c>>;

/// A transaction that a door opened.
///
/// Statements are sent without waiting for answers wherever the next does not depend on the last: how it opens goes with the
/// first statement of the work, and its end with the last entry of the audit. The server carries them out in the order in
/// which they were sent, and none after one that failed.
pub struct Tx<'c> {
    client: &'c ClientWrapper,
    cabinet: Option<CabinetId>,
    entries: Mutex<Vec<Entry>>,
    opening: Mutex<Option<Opening<'c>>>,
    /// Its end was asked for.
    ended: bool,
}

impl fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("cabinet", &self.cabinet)
            .finish_non_exhaustive()
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if !self.ended {
            // Sent when it is first looked at; nobody waits for the answer.
            drop(self.client.batch_execute("ROLLBACK").now_or_never());
        }
    }
}

impl<'c> Tx<'c> {
    fn begin(
        client: &'c ClientWrapper,
        statement: Statement,
        cabinet: Option<CabinetId>,
        settings: [String; 6],
    ) -> Self {
        let mut opening: Opening<'c> = Box::pin(async move {
            let parameters = settings.each_ref().map(|text| text as &(dyn ToSql + Sync));
            let (begun, set) = join(client.batch_execute("BEGIN"), client.query_one(&statement, &parameters)).await;
            begun.and(set.map(|_| ()))
        });
        // Both are sent when it is first looked at.
        let opening = match (&mut opening).now_or_never() {
            None => opening,
            Some(opened) => Box::pin(ready(opened)),
        };
        Self {
            client,
            cabinet,
            entries: Mutex::default(),
            opening: Mutex::new(Some(opening)),
            ended: false,
        }
    }

    /// The cabinet it works for; none for the group.
    pub fn cabinet(&self) -> Option<CabinetId> {
        self.cabinet
    }

    /// Notes what is done or seen. It is written at the end, so that the chain's lock is held for the commit only.
    pub fn audit(&self, entry: Entry) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    /// Commits, after the audit.
    async fn commit(mut self) -> Result<(), Error> {
        let entries = std::mem::take(&mut *self.entries.lock().unwrap_or_else(PoisonError::into_inner));
        let Some((last, others)) = entries.split_last() else {
            self.ended = true;
            return self.answer(self.client.batch_execute("COMMIT")).await;
        };
        for entry in others {
            crate::audit::write(&self, entry).await?;
        }
        self.prepare(&[crate::audit::statement(self.cabinet)]).await?;
        // If the entry cannot be written, what this asks for is answered by rolling back.
        self.ended = true;
        let (written, committed) = join(crate::audit::write(&self, last), async {
            self.answer(self.client.batch_execute("COMMIT")).await
        })
        .await;
        written.and(committed)
    }

    /// The statement, prepared once for a connection.
    async fn prepared(&self, sql: &str) -> Result<Statement, Error> {
        let mut preparing = pin!(self.client.prepare_cached(sql));
        match preparing.as_mut().now_or_never() {
            Some(known) => known.map_err(Error::from_statement),
            None => self.answer(preparing).await,
        }
    }

    /// Prepares statements, so that those that are then asked for together are sent in the order in which they are looked at.
    pub(crate) async fn prepare(&self, statements: &[&str]) -> Result<(), Error> {
        for sql in statements {
            self.prepared(sql).await?;
        }
        Ok(())
    }

    /// The answer to what was asked; before the first one, those to how the transaction opened.
    async fn answer<T>(&self, asked: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, Error> {
        let opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(opening) = opening else {
            return asked.await.map_err(Error::from_statement);
        };
        let (opened, answered) = join(opening, asked).await;
        opened?;
        answered.map_err(Error::from_statement)
    }

    /// Every row.
    pub(crate) async fn query(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
        let statement = self.prepared(sql).await?;
        self.answer(self.client.query(&statement, parameters)).await
    }

    /// The row, if there is one.
    pub(crate) async fn optional(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Option<Row>, Error> {
        let statement = self.prepared(sql).await?;
        self.answer(self.client.query_opt(&statement, parameters)).await
    }

    /// The one row that the statement always returns.
    pub(crate) async fn one(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Row, Error> {
        let statement = self.prepared(sql).await?;
        self.answer(self.client.query_one(&statement, parameters)).await
    }

    /// How many rows it touched.
    pub(crate) async fn execute(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<u64, Error> {
        let statement = self.prepared(sql).await?;
        self.answer(self.client.execute(&statement, parameters)).await
    }

    /// The cabinet, for rows that are inserted.
    pub(crate) fn tenant(&self) -> Result<uuid::Uuid, Error> {
        self.cabinet.map(CabinetId::uuid).ok_or(Error::Unknown("cabinet"))
    }
}
