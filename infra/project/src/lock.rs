//! Who runs an operation on this machine.

use crate::{error::Error, files};
use std::{
    fs::{File, TryLockError},
    path::Path,
};

/// Held while a process runs an operation. The operating system gives it back when the process ends in whatever way, so
/// getting it proves that nobody else on this machine runs the operation.
#[derive(Debug)]
pub struct OperationLock {
    _file: File,
}

impl OperationLock {
    /// Takes the lock of an operation; none when another process, or another part of this one, has it.
    ///
    /// # Errors
    /// [`Error::Files`] or [`Error::Full`] when its file in `.nova/locks` cannot be created.
    pub fn try_acquire(state_folder: &Path, operation: &str) -> Result<Option<Self>, Error> {
        let folder = state_folder.join("locks");
        files::private_folder(&folder)?;
        // The file is never removed: a lock on a removed file would lock nobody out.
        let path = folder.join(format!("{operation}.lock"));
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| Error::io(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Error::io(&path, &error)),
        }
    }
}
