//! Sealed files: written beside their place and moved there once they are whole.

use crate::{
    error::{at, blocking},
    name::shown,
    seal::{self, Compression, FRAME, HEADER, Sealing},
};
use bytes::Bytes;
use nova_eventlog::{BlobKey, Durability, Error};
use std::{
    fs::{self, File},
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// A file being written. Dropping it leaves nothing behind.
pub(crate) struct SealedWriter {
    /// Out of the hands of a job that runs, if one does.
    state: Option<State>,
    place: PathBuf,
    durability: Durability,
    /// Content that does not fill a frame yet.
    rest: Vec<u8>,
    size: u64,
}

struct State {
    file: NamedTempFile,
    sealing: Sealing,
    compression: Compression,
    sealed: Vec<u8>,
}

impl SealedWriter {
    pub(crate) async fn create(
        place: PathBuf,
        key: &BlobKey,
        data_key: [u8; 32],
        compression: Compression,
        durability: Durability,
    ) -> Result<Self, Error> {
        let (target, key) = (place.clone(), key.clone());
        let state = blocking(move || {
            let folder = target.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(folder).map_err(|error| at(folder, &error))?;
            let (header, sealing) = Sealing::begin(&data_key, &key)?;
            let mut file = tempfile::Builder::new()
                .prefix(".writing-")
                .tempfile_in(folder)
                .map_err(|error| at(folder, &error))?;
            file.write_all(&header).map_err(|error| at(&target, &error))?;
            Ok(State {
                file,
                sealing,
                compression,
                sealed: Vec::new(),
            })
        })
        .await?;
        Ok(Self {
            state: Some(state),
            place,
            durability,
            rest: Vec::new(),
            size: 0,
        })
    }

    /// Adds content; whole frames are sealed and written at once.
    pub(crate) async fn write(&mut self, mut part: Bytes) -> Result<(), Error> {
        self.size += part.len() as u64;
        // The last frame carries a mark, so a full one stays here until more comes.
        while self.rest.len() + part.len() > FRAME {
            let mut content = std::mem::take(&mut self.rest);
            content.extend_from_slice(&part.split_to(FRAME - content.len()));
            self.frame(content, false).await?;
        }
        self.rest.extend_from_slice(&part);
        Ok(())
    }

    /// Writes the last frame and moves the file to its place; tells the size of the content.
    pub(crate) async fn finish(mut self) -> Result<u64, Error> {
        let rest = std::mem::take(&mut self.rest);
        self.frame(rest, true).await?;
        let state = self.state.take().ok_or_else(broken)?;
        let (place, durability) = (self.place, self.durability);
        blocking(move || {
            if durability == Durability::Durable {
                state.file.as_file().sync_all().map_err(|error| at(&place, &error))?;
            }
            state.file.persist(&place).map_err(|error| at(&place, &error.error))?;
            if durability == Durability::Durable {
                sync_folder(&place)?;
            }
            Ok(())
        })
        .await?;
        Ok(self.size)
    }

    async fn frame(&mut self, content: Vec<u8>, last: bool) -> Result<(), Error> {
        let mut state = self.state.take().ok_or_else(broken)?;
        let place = self.place.clone();
        let state = blocking(move || {
            state.sealed.clear();
            state
                .sealing
                .seal(&content, last, state.compression, &mut state.sealed)?;
            state
                .file
                .write_all(&state.sealed)
                .map_err(|error| at(&place, &error))?;
            Ok(state)
        })
        .await?;
        self.state = Some(state);
        Ok(())
    }
}

fn broken() -> Error {
    Error::Store("a blob was written to after writing had failed".to_owned())
}

/// Makes a rename survive a loss of power.
pub(crate) fn sync_folder(file: &Path) -> Result<(), Error> {
    let folder = file.parent().unwrap_or(Path::new("."));
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| at(folder, &error))
}

/// A file being read, frame by frame.
pub(crate) struct SealedReader {
    /// None once the last frame was read, or once a frame failed.
    state: Option<(File, Sealing)>,
    key: BlobKey,
    ended: bool,
}

impl SealedReader {
    /// Opens a file; [`Error::BlobMissing`] when it does not exist.
    pub(crate) async fn open(place: PathBuf, key: &BlobKey, data_key: [u8; 32]) -> Result<Self, Error> {
        let blob = key.clone();
        let state = blocking(move || {
            let mut file = match File::open(&place) {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::NotFound => return Err(Error::BlobMissing(shown(&blob))),
                Err(error) => return Err(at(&place, &error)),
            };
            let mut header = [0; HEADER];
            read(&mut file, &mut header, &blob)?;
            let sealing = Sealing::resume(&data_key, &blob, &header)?;
            let sealing = sealing.ok_or_else(|| Error::BlobCorrupt(shown(&blob)))?;
            Ok((file, sealing))
        })
        .await?;
        Ok(Self {
            state: Some(state),
            key: key.clone(),
            ended: false,
        })
    }

    /// The content of the next frame; none after the last one. A damaged file stays damaged: it never ends well.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        if self.ended {
            return Ok(None);
        }
        let corrupt = || Error::BlobCorrupt(shown(&self.key));
        let (mut file, mut sealing) = self.state.take().ok_or_else(corrupt)?;
        let key = self.key.clone();
        let (content, last, state) = blocking(move || {
            let corrupt = || Error::BlobCorrupt(shown(&key));
            let mut length = [0; 4];
            read(&mut file, &mut length, &key)?;
            let (length, last) = seal::frame_length(length).ok_or_else(corrupt)?;
            let mut frame = vec![0; length];
            read(&mut file, &mut frame, &key)?;
            let content = sealing.open(frame, last).ok_or_else(corrupt)?;
            // Nothing may follow the last frame.
            if last && !matches!(file.read(&mut [0]), Ok(0)) {
                return Err(corrupt());
            }
            Ok((content, last, (file, sealing)))
        })
        .await?;
        self.state = Some(state);
        self.ended = last;
        if last && content.is_empty() {
            return Ok(None);
        }
        Ok(Some(content))
    }
}

/// Reads exactly as much; a file that ends too early is damaged.
fn read(file: &mut File, into: &mut [u8], key: &BlobKey) -> Result<(), Error> {
    file.read_exact(into).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => Error::BlobCorrupt(shown(key)),
        kind => Error::Store(format!("blob {} cannot be read: {kind}", shown(key))),
    })
}
