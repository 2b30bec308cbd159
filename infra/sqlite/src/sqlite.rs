//! The adapter itself: one connection that writes, some that read.
//!
//! A statement takes some ten microseconds here, less than waking another thread would. So jobs run where they are
//! called, as long as nothing can keep them waiting; the two things that can are handed to a blocking thread: another
//! process that holds the write lock, and writing the log back into the file (a checkpoint, which waits for the disk).

use crate::{connection, fault::Fault};
use nova_eventlog::Error;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use std::{
    fmt,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError, TryLockError,
        atomic::{AtomicI32, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Mutex as AsyncMutex, OwnedMutexGuard},
    task::spawn_blocking,
};

/// How long a writer waits for a writer of another process before it gives up as [`Error::Transient`].
const BUSY: Duration = Duration::from_secs(10);

/// Connections that only read. Readers never wait for a writer.
const READERS: usize = 4;

/// Pages (of 4 KiB) in the write-ahead log that make a checkpoint worth its wait.
const CHECKPOINT_PAGES: i32 = 2_000;

/// The state of a project in one SQLite file. Cheap to clone; the file is closed with the last clone.
#[derive(Clone)]
pub struct Sqlite {
    writer: Arc<AsyncMutex<Writer>>,
    readers: Arc<Vec<Mutex<Connection>>>,
}

struct Writer {
    connection: Connection,
    /// Pages in the write-ahead log after the latest commit.
    log_pages: Arc<AtomicI32>,
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
        let writer = Writer::new(connection::open(path, BUSY)?).map_err(Error::from)?;
        let readers = (0..READERS)
            .map(|_| connection::open(path, BUSY).map(Mutex::new))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            writer: Arc::new(AsyncMutex::new(writer)),
            readers: Arc::new(readers),
        })
    }

    /// Runs a job in a transaction of its own that holds the write lock from its first moment on: what it reads is
    /// still so when it writes. Stored when the job succeeds. A caller that goes away while another process holds the
    /// lock may find the job done later.
    pub(crate) async fn write<T, J>(&self, job: J) -> Result<T, Error>
    where
        T: Send + 'static,
        J: FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send + 'static,
    {
        let writer = Arc::clone(&self.writer).lock_owned().await;
        write(writer, job).await
    }

    /// Like [`Sqlite::write`], but takes the lock only when `wanted` finds something to do: an idle poll does not stand
    /// in the way of other processes.
    pub(crate) async fn write_if<T, W, J>(&self, wanted: W, job: J) -> Result<Option<T>, Error>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<bool, Fault>,
        J: FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send + 'static,
    {
        let writer = Arc::clone(&self.writer).lock_owned().await;
        if !wanted(&writer.connection)? {
            return Ok(None);
        }
        write(writer, job).await.map(Some)
    }

    /// Runs a job that only reads, and only briefly.
    pub(crate) fn read_only<T>(&self, job: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Error> {
        let free = self.readers.iter().find_map(|reader| match reader.try_lock() {
            Ok(reader) => Some(reader),
            Err(TryLockError::Poisoned(reader)) => Some(reader.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        let reader = free.or_else(|| {
            let first = self.readers.first()?;
            Some(first.lock().unwrap_or_else(PoisonError::into_inner))
        });
        let reader = reader.ok_or_else(|| Error::Store("the state database is not open".to_owned()))?;
        Ok(job(&reader)?)
    }
}

impl Writer {
    fn new(mut connection: Connection) -> Result<Self, Fault> {
        let log_pages = Arc::new(AtomicI32::new(0));
        let pages = Arc::clone(&log_pages);
        // Takes the place of SQLite's own hook, which would run the checkpoint within the commit.
        connection.wal_hook(Some(move |_: &mut _, now: i32| {
            pages.store(now, Ordering::Relaxed);
            Ok(())
        }))?;
        connection.busy_timeout(Duration::ZERO)?;
        Ok(Self { connection, log_pages })
    }

    /// Waits for other processes as long as `timeout`, then runs the job.
    fn patiently<T>(&self, job: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        self.connection.busy_timeout(BUSY)?;
        let begun = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate);
        self.connection.busy_timeout(Duration::ZERO)?;
        finish(begun?, job)
    }

    /// Writes the log back. Nothing depends on it: what fails now is tried again after the next commit.
    fn checkpoint(&self) {
        let written = self
            .connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = written {
            tracing::debug!(%error, "the state database was not checkpointed");
        }
        self.log_pages.store(0, Ordering::Relaxed);
    }
}

async fn write<T, J>(writer: OwnedMutexGuard<Writer>, job: J) -> Result<T, Error>
where
    T: Send + 'static,
    J: FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send + 'static,
{
    let (writer, done) = match at_once(&writer, job)? {
        Attempt::Done(done) => (writer, done),
        Attempt::Busy(job) => spawn_blocking(move || {
            let done = writer.patiently(job);
            done.map(|done| (writer, done))
        })
        .await
        .map_err(|error| Error::Store(format!("work on the state database ended early: {error}")))??,
    };
    if writer.log_pages.load(Ordering::Relaxed) >= CHECKPOINT_PAGES {
        // Other writers of this process wait for it; the caller does not.
        drop(spawn_blocking(move || writer.checkpoint()));
    }
    Ok(done)
}

/// What came of not waiting.
enum Attempt<T, J> {
    /// The job is done.
    Done(T),
    /// Another process holds the lock; the job has not begun.
    Busy(J),
}

fn at_once<T, J>(writer: &Writer, job: J) -> Result<Attempt<T, J>, Fault>
where
    J: FnOnce(&Transaction<'_>) -> Result<T, Fault>,
{
    match Transaction::new_unchecked(&writer.connection, TransactionBehavior::Immediate) {
        Ok(transaction) => finish(transaction, job).map(Attempt::Done),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(Attempt::Busy(job)),
        Err(error) => Err(error.into()),
    }
}

/// A job that fails leaves nothing behind: the transaction rolls back when it is dropped.
fn finish<T>(transaction: Transaction<'_>, job: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
    let done = job(&transaction)?;
    transaction.commit()?;
    Ok(done)
}
