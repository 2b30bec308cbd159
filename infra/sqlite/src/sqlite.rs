//! The adapter itself: one writer, some readers.

use crate::{connection, fault::Fault, worker::Workers};
use nova_eventlog::Error;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::{fmt, path::Path, sync::Arc};

/// Connections that only read. Readers never wait for the writer in a write-ahead log; two keep a long read of a
/// stream from delaying a short one.
const READERS: usize = 2;

/// The state of a project in one SQLite file. Cheap to clone; the file is closed with the last clone.
#[derive(Clone)]
pub struct Sqlite {
    writer: Arc<Workers>,
    readers: Arc<Workers>,
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sqlite")
    }
}

impl Sqlite {
    /// Opens the file, creating it (not its folder) when it does not exist.
    ///
    /// # Errors
    /// [`Error::Store`] when it cannot be opened, is not a state file of Nova or belongs to a newer version,
    /// [`Error::Full`] when there is no room for it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let writer = Workers::start("state-writer", vec![connection::open(path)?])?;
        let readers = (0..READERS)
            .map(|_| connection::open(path))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            writer: Arc::new(writer),
            readers: Arc::new(Workers::start("state-reader", readers)?),
        })
    }

    /// Runs a job in a transaction of its own that holds the write lock from its first moment on: what it reads is
    /// still so when it writes. Stored when the job succeeds.
    pub(crate) async fn write<T, J>(&self, job: J) -> Result<T, Error>
    where
        T: Send + 'static,
        J: FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send + 'static,
    {
        self.writer
            .run(move |connection| in_transaction(connection, job).map_err(Error::from))
            .await
    }

    /// Like [`Sqlite::write`], but takes the lock only when `wanted` finds something to do: an idle poll does not stand
    /// in the way of other processes.
    pub(crate) async fn write_if<T, W, J>(&self, wanted: W, job: J) -> Result<Option<T>, Error>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<bool, Fault> + Send + 'static,
        J: FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send + 'static,
    {
        self.writer
            .run(move |connection| {
                if !wanted(connection)? {
                    return Ok(None);
                }
                Ok(Some(in_transaction(connection, job)?))
            })
            .await
    }

    /// Runs a job that only reads.
    pub(crate) async fn read_only<T, J>(&self, job: J) -> Result<T, Error>
    where
        T: Send + 'static,
        J: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        self.readers
            .run(move |connection| job(connection).map_err(Error::from))
            .await
    }
}

fn in_transaction<T>(
    connection: &mut Connection,
    job: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = job(&transaction)?;
    transaction.commit()?;
    Ok(done)
}
