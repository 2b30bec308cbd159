//! Names of blobs and where their files lie: `<folder>/<operation>/<name with ~ for />.blob`. One flat folder per
//! operation, so that a blob `a` and a blob `a/b` do not get into each other's way.

use nova_eventlog::{BlobKey, Error};
use std::path::{Path, PathBuf};

/// Ends every finished file; also keeps the names `.` and `..` from meaning anything.
const SUFFIX: &str = ".blob";

/// Longest name in bytes; file systems end at 255.
const LONGEST: usize = 200;

/// Which names operations may have.
///
/// # Errors
/// [`Error::Invalid`] for any other.
pub fn check_operation(operation: &str) -> Result<(), Error> {
    let fits = (1..=LONGEST).contains(&operation.len())
        && !operation.starts_with('.')
        && operation.bytes().all(|byte| allowed(byte) && byte != b'/');
    if fits {
        Ok(())
    } else {
        Err(Error::Invalid(format!("{operation:?} cannot name an operation")))
    }
}

/// Which names blobs may have.
///
/// # Errors
/// [`Error::Invalid`] for any other.
pub fn check_blob(key: &BlobKey) -> Result<(), Error> {
    let name = &key.name;
    let fits = (1..=LONGEST).contains(&name.len()) && name.bytes().all(allowed) && !name.contains("..");
    if !fits {
        return Err(Error::Invalid(format!("{name:?} cannot name a blob")));
    }
    check_operation(&key.operation)
}

/// The folder of an operation's blobs.
pub(crate) fn operation_folder(folder: &Path, operation: &str) -> Result<PathBuf, Error> {
    check_operation(operation)?;
    Ok(folder.join(operation))
}

/// The file of a blob.
pub(crate) fn file(folder: &Path, key: &BlobKey) -> Result<PathBuf, Error> {
    check_blob(key)?;
    let name = format!("{}{SUFFIX}", flat(&key.name));
    Ok(folder.join(&key.operation).join(name))
}

/// True when a finished file's name belongs to a blob whose name begins with `prefix`.
pub(crate) fn has_prefix(file_name: &str, prefix: &str) -> bool {
    file_name
        .strip_suffix(SUFFIX)
        .is_some_and(|name| name.starts_with(&flat(prefix)))
}

/// What people read in an error.
pub fn shown(key: &BlobKey) -> String {
    format!("{}/{}", key.operation, key.name)
}

fn allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte)
}

fn flat(name: &str) -> String {
    name.replace('/', "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> Result<PathBuf, Error> {
        file(Path::new("/b"), &BlobKey::new("op1", name))
    }

    #[test]
    fn a_name_with_slashes_stays_one_file() {
        assert_eq!(path("raw/1/7").unwrap(), Path::new("/b/op1/raw~1~7.blob"));
        assert_eq!(path(".").unwrap(), Path::new("/b/op1/..blob"));
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in ["", "..", "a/../../b", "a~b", "a b", "é", "a\0", &"n".repeat(201)] {
            assert!(matches!(path(name), Err(Error::Invalid(_))), "{name:?}");
        }
        for operation in ["", ".", "..", "a/b", "/", "a\\b"] {
            let refused = operation_folder(Path::new("/b"), operation);
            assert!(matches!(refused, Err(Error::Invalid(_))), "{operation:?}");
        }
    }
}
