//! How a file is opened.

use crate::{fault::Fault, schema};
use nova_eventlog::Error;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::{path::Path, thread, time::Duration};

/// Statements kept prepared per connection; more than the crate has.
const STATEMENTS: usize = 64;

/// Opens the file, creating it when it does not exist, and brings its tables up to date. Waits `patience` for other
/// processes.
pub(crate) fn open(path: &Path, patience: Duration) -> Result<Connection, Error> {
    prepare(path, patience).map_err(|fault| match Error::from(fault) {
        Error::Store(what) => Error::Store(format!("{}: {what}", path.display())),
        other => other,
    })
}

fn prepare(path: &Path, patience: Duration) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(patience)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    schema::refuse_foreign(&connection)?;
    write_ahead(&connection, patience)?;
    // NORMAL does not wait for the disk at every commit. A process that dies loses nothing; a machine that loses power
    // may lose the last commits but never tears one. That is enough: every effect is idempotent, so what the lost
    // commits said is found out, or done, once more.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // A large write-ahead log shrinks again once it has been written back.
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    schema::migrate(&mut connection)?;
    Ok(connection)
}

/// Turns on write-ahead logging. The first switch needs the file for itself, and SQLite does not wait for it: two
/// processes that create the file at the same moment have to try again.
fn write_ahead(connection: &Connection, patience: Duration) -> Result<(), Fault> {
    let step = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        let switched = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match switched {
            Ok(mode) if mode.eq_ignore_ascii_case("wal") => return Ok(()),
            Ok(mode) => {
                let what = format!("the file system cannot hold a write-ahead log (SQLite offers {mode})");
                return Err(Error::Store(what).into());
            }
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < patience => {
                thread::sleep(step);
                waited += step;
            }
            Err(error) => return Err(error.into()),
        }
    }
}
