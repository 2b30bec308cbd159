//! Files written whole or not at all.

use crate::error::Error;
use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// Readable and writable by the owner only.
pub(crate) const PRIVATE: u32 = 0o600;

/// Readable by everyone.
pub(crate) const SHARED: u32 = 0o644;

/// Replaces a file by one with this content and mode. A link is followed: the file it leads to is replaced.
pub(crate) fn replace(path: &Path, content: &[u8], mode: u32) -> Result<(), Error> {
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    write_beside(&place, content, mode)
        .and_then(|file| file.persist(&place).map_err(|failure| failure.error))
        .and_then(|_| sync_folder(&place))
        .map_err(|error| Error::io(path, &error))
}

/// Creates a file with this content and mode; false when there is one already, which stays as it is.
pub(crate) fn create(path: &Path, content: &[u8], mode: u32) -> Result<bool, Error> {
    let created = write_beside(path, content, mode)
        .and_then(|file| file.persist_noclobber(path).map_err(|failure| failure.error))
        .and_then(|_| sync_folder(path));
    match created {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(Error::io(path, &error)),
    }
}

/// Creates a folder for its owner only; one that exists keeps its mode.
pub(crate) fn private_folder(path: &Path) -> Result<(), Error> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| Error::io(path, &error))
}

/// The file's bytes; none when it does not exist.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path, &error)),
    }
}

fn write_beside(path: &Path, content: &[u8], mode: u32) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new_in(folder(path))?;
    file.write_all(content)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path))?.sync_all()
}

fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
