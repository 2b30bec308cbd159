//! The pipeline in this process.
//!
//! Workers take one message at a time from the SQLite queue, the step furthest down the pipeline first: what has been
//! read is loaded before more is read, which bounds memory without a limit of its own. Only messages of the operation
//! at hand are taken; another process may run another operation over the same file.

mod handlers;
mod worker;

pub use handlers::handler;

use nova_clone::Operation;
use nova_errors::{Code, Failure};
use nova_kit::{Ports, Progress, wiring};
use nova_project::{OperationLock, Project};
use nova_sqlite::Sqlite;
use std::sync::Arc;

/// The state of a project, and the functions that act on it.
pub struct Runtime {
    project: Project,
    ports: Arc<Ports>,
    sqlite: Sqlite,
}

impl Runtime {
    /// Opens the state of a project. `progress` watches what operations do.
    ///
    /// # Errors
    /// `NOVA-10xx`, `NOVA-18xx`.
    pub fn open(project: &Project, progress: Arc<dyn Progress>) -> Result<Self, Failure> {
        let sqlite = wiring::open_state(project)?;
        let ports = wiring::local(project, sqlite.clone(), Arc::new(sqlite.clone()), progress)?;
        Ok(Self {
            project: project.clone(),
            ports: Arc::new(ports),
            sqlite,
        })
    }

    /// The ports.
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// The ports, for others who keep them.
    pub fn shared_ports(&self) -> Arc<Ports> {
        Arc::clone(&self.ports)
    }

    /// The log, the queue and the outbox.
    pub fn sqlite(&self) -> &Sqlite {
        &self.sqlite
    }

    /// The project.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// Makes sure that this process alone runs the operation, until the lock is dropped or the process ends.
    ///
    /// # Errors
    /// `NOVA-1902` when another process runs it.
    pub fn lock(&self, operation: &str) -> Result<OperationLock, Failure> {
        let lock = OperationLock::try_acquire(&self.project.create_state_folder()?, operation)?;
        lock.ok_or_else(|| {
            Failure::new(
                Code::OPERATION_RUNNING,
                format!("operation {operation} is being run by another process"),
            )
        })
    }

    /// Runs an operation that was just requested until it has ended and nothing of it is in the queue. The caller holds its
    /// lock.
    ///
    /// # Errors
    /// What the stores say, and `NOVA-1904` when the person interrupts; the operation can be resumed then.
    pub async fn run(&self, operation: &str) -> Result<Operation, Failure> {
        self.work(operation, interrupted()).await
    }

    /// The same for an operation that another process may have begun: what that one had in hand is handed out again,
    /// and whatever else the operation waits for is sent.
    ///
    /// # Errors
    /// As [`Runtime::run`].
    pub async fn take_over(&self, operation: &Operation) -> Result<Operation, Failure> {
        self.recover(operation).await?;
        self.work(&operation.id, interrupted()).await
    }

    /// The same, until it has ended or `stopped` has.
    ///
    /// # Errors
    /// As [`Runtime::run`].
    pub async fn take_over_until(
        &self,
        operation: &Operation,
        stopped: impl Future<Output = ()>,
    ) -> Result<Operation, Failure> {
        self.recover(operation).await?;
        let interruption = async {
            stopped.await;
            true
        };
        self.work(&operation.id, interruption).await
    }

    async fn work(&self, id: &str, interruption: impl Future<Output = bool>) -> Result<Operation, Failure> {
        let requested = nova_kit::operation(&self.ports, id).await?;
        let workers = requested.options().map_or(1, |options| options.parallel);
        worker::run(&self.ports, &self.sqlite, id, workers, interruption).await?;
        let ended = nova_kit::operation(&self.ports, id).await?;
        self.sqlite.purge(id).await?;
        self.ports.connections.close(id).await;
        self.ports.keeper.release(&self.ports, id).await?;
        Ok(ended)
    }

    async fn recover(&self, operation: &Operation) -> Result<(), Failure> {
        self.sqlite.recover(&operation.id).await?;
        nova_fn_pump::drain(&self.ports, &self.sqlite).await?;
        nova_fn_reconcile::reconcile(&self.ports, operation).await?;
        Ok(())
    }

    /// Operations of which messages are left. Where nobody runs one, its process was killed before it had handled them,
    /// which may be after the operation had ended.
    ///
    /// # Errors
    /// What the stores say.
    pub async fn with_messages(&self) -> Result<Vec<String>, Failure> {
        nova_fn_pump::drain(&self.ports, &self.sqlite).await?;
        Ok(self.sqlite.operations_with_messages(None).await?)
    }
}

/// True once the person at the keyboard interrupts.
async fn interrupted() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
