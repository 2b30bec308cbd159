//! Keys in files: one master key, and under it one data key per operation.
//!
//! `master.key` holds 32 random bytes. `operation-<id>.key` holds the operation's key, sealed with AES-256-GCM under the
//! master key and bound to the operation's id. Destroying a key overwrites and removes its file and leaves
//! `operation-<id>.destroyed` behind, so that no new key is ever made for an operation whose data was shredded.

use crate::{
    error::{at_key, blocking},
    file::sync_folder,
    name,
};
use async_trait::async_trait;
use nova_eventlog::{DataKeys, Error};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};
use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// Data keys in a folder, usually `.nova/keys`. Any number of threads and processes may use the folder at once.
#[derive(Debug, Clone)]
pub struct LocalKeys {
    folder: PathBuf,
}

impl LocalKeys {
    /// Keys in `folder`, which is created with the first key, for this user only.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where an operation's key and the mark of its destruction lie.
    fn places(&self, operation: &str) -> Result<(PathBuf, PathBuf), Error> {
        name::operation_folder(&self.folder, operation)?;
        let place = |ending: &str| self.folder.join(format!("operation-{operation}.{ending}"));
        Ok((place("key"), place("destroyed")))
    }
}

#[async_trait]
impl DataKeys for LocalKeys {
    async fn data_key(&self, operation: &str) -> Result<[u8; 32], Error> {
        let (place, mark) = self.places(operation)?;
        let (folder, operation) = (self.folder.clone(), operation.to_owned());
        blocking(move || {
            let destroyed = || Error::Key(format!("the data key of operation {operation} was destroyed"));
            if mark.exists() {
                return Err(destroyed());
            }
            create_folder(&folder)?;
            let master = master(&folder)?;
            let sealed = read_or_create(&place, || seal(&master, &operation, &random()?))?;
            // A key that was made while it was being destroyed must not survive.
            if mark.exists() {
                remove(&place)?;
                return Err(destroyed());
            }
            open(&master, &operation, &sealed).ok_or_else(|| {
                Error::Key(format!(
                    "{} is damaged, or sealed under another master key",
                    place.display()
                ))
            })
        })
        .await
    }

    async fn destroy(&self, operation: &str) -> Result<(), Error> {
        let (place, mark) = self.places(operation)?;
        let folder = self.folder.clone();
        blocking(move || {
            create_folder(&folder)?;
            // The mark comes first: whoever creates the key meanwhile sees it afterwards.
            File::create(&mark)
                .and_then(|mark| mark.sync_all())
                .map_err(|error| at_key(&mark, &error))?;
            remove(&place)
        })
        .await
    }
}

fn create_folder(folder: &Path) -> Result<(), Error> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| at_key(folder, &error))
}

fn master(folder: &Path) -> Result<[u8; 32], Error> {
    let place = folder.join("master.key");
    let bytes = read_or_create(&place, || Ok(random()?.to_vec()))?;
    bytes
        .try_into()
        .map_err(|_| Error::Key(format!("{} is damaged: it does not hold 32 bytes", place.display())))
}

/// The file's content; a file that does not exist is created whole, by exactly one of those who try.
fn read_or_create(place: &Path, content: impl Fn() -> Result<Vec<u8>, Error>) -> Result<Vec<u8>, Error> {
    loop {
        match fs::read(place) {
            Ok(content) => return Ok(content),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(at_key(place, &error)),
        }
        let failed = |error: std::io::Error| at_key(place, &error);
        let folder = place.parent().unwrap_or(Path::new("."));
        // Such files are readable by their owner only.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(&content()?).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        match file.persist_noclobber(place) {
            Ok(_) => sync_folder(place)?,
            Err(lost) if lost.error.kind() == ErrorKind::AlreadyExists => {}
            Err(failure) => return Err(failed(failure.error)),
        }
    }
}

/// Overwrites and removes a file; one that does not exist is fine.
fn remove(place: &Path) -> Result<(), Error> {
    let gone = |error: &std::io::Error| error.kind() == ErrorKind::NotFound;
    let overwritten = OpenOptions::new()
        .write(true)
        .mode(0o600)
        .open(place)
        .and_then(|mut file| {
            let length = usize::try_from(file.metadata()?.len()).unwrap_or(0);
            file.write_all(&vec![0; length])?;
            file.sync_all()
        });
    match overwritten.and_then(|()| fs::remove_file(place)) {
        Err(error) if !gone(&error) => Err(at_key(place, &error)),
        Err(_) => Ok(()),
        Ok(()) => sync_folder(place),
    }
}

fn random() -> Result<[u8; 32], Error> {
    let mut key = [0; 32];
    SystemRandom::new()
        .fill(&mut key)
        .map_err(|_| Error::Key("the system gives no random bytes".to_owned()))?;
    Ok(key)
}

/// Nonce, then the sealed key.
fn seal(master: &[u8; 32], operation: &str, key: &[u8; 32]) -> Result<Vec<u8>, Error> {
    let failed = || Error::Key("a data key cannot be sealed".to_owned());
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).map_err(|_| failed())?;
    let mut sealed = key.to_vec();
    UnboundKey::new(&AES_256_GCM, master)
        .map(LessSafeKey::new)
        .and_then(|master| {
            let nonce = Nonce::assume_unique_for_key(nonce);
            master.seal_in_place_append_tag(nonce, Aad::from(operation), &mut sealed)
        })
        .map_err(|_| failed())?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open(master: &[u8; 32], operation: &str, sealed: &[u8]) -> Option<[u8; 32]> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let master = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, master).ok()?);
    let mut sealed = sealed.to_vec();
    let key = master.open_in_place(nonce, Aad::from(operation), &mut sealed).ok()?;
    <[u8; 32]>::try_from(&*key).ok()
}
