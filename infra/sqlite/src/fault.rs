//! What SQLite says, in the port's terms.

use nova_eventlog::Error;
use rusqlite::{ErrorCode, ffi};

/// What a job on a connection can end with; becomes the port's [`Error`] once the job is over.
#[derive(Debug)]
pub(crate) enum Fault {
    /// SQLite failed.
    Sql(rusqlite::Error),
    /// The port's own rules failed.
    Port(Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Port(error)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Sql(error) => translate(&error),
            Fault::Port(error) => error,
        }
    }
}

fn translate(error: &rusqlite::Error) -> Error {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        return Error::Store(format!("the state database does not hold what was expected: {error}"));
    };
    // Growing the shared index of the write-ahead log fails with an I/O error of its own when there is no room.
    if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE {
        return Error::Full("the state database cannot grow".to_owned());
    }
    match failure.code {
        ErrorCode::DiskFull => Error::Full("the state database cannot grow".to_owned()),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            Error::Transient("another process is busy writing to the state database".to_owned())
        }
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied => {
            Error::Store("the state database may not be written to by this user".to_owned())
        }
        ErrorCode::CannotOpen => Error::Store("the state database cannot be opened".to_owned()),
        ErrorCode::DatabaseCorrupt => Error::Store("the state database is damaged".to_owned()),
        ErrorCode::NotADatabase => Error::Store("the state database is not a SQLite file".to_owned()),
        ErrorCode::SystemIoFailure => Error::Store(format!(
            "the disk of the state database failed (SQLite code {})",
            failure.extended_code
        )),
        _ => Error::Store(format!("the state database refused: {error}")),
    }
}

/// Times, numbers and counts as SQLite holds them; what lies beyond its range is the largest it can hold.
pub(crate) fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The way back; the schema never stores negative numbers.
pub(crate) fn from_sql(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A count that the schema keeps small.
pub(crate) fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Reads JSON that this crate has written.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| {
        Fault::Port(Error::Store(format!(
            "an item of the state database is malformed: {error}"
        )))
    })
}

/// Writes JSON.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Invalid(error.to_string()))
}
