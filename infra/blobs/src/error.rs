//! What the file system says, in the port's terms.

use nova_eventlog::Error;
use std::{
    io::{self, ErrorKind},
    path::Path,
};

/// An input or output error at a path.
pub(crate) fn at(path: &Path, error: &io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::Full(format!("{} cannot grow", path.display())),
        kind => Error::Store(format!("{}: {kind}", path.display())),
    }
}

/// The same for a file of keys, where a full disk is still a full disk.
pub(crate) fn at_key(path: &Path, error: &io::Error) -> Error {
    match at(path, error) {
        Error::Store(what) => Error::Key(what),
        other => other,
    }
}

/// Runs what blocks away from the async executor.
pub(crate) async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(job)
        .await
        .map_err(|error| Error::Store(format!("work on a file ended early: {error}")))?
}
