//! The store: memory first, files beyond the budget.

use crate::{
    error::{at, blocking},
    file::{SealedReader, SealedWriter},
    memory::{Budget, Held, Memory, Reserved},
    name,
    seal::Compression,
};
use async_trait::async_trait;
use bytes::Bytes;
use nova_eventlog::{BlobKey, BlobReader, BlobWriter, Blobs, DataKeys, Durability, Error};
use std::{
    fs,
    io::ErrorKind,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// How a store behaves.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Bytes that transient blobs may take in memory together; what does not fit goes to sealed files. Counts the
    /// lengths of parts: a part that is a small slice of a large buffer keeps all of that buffer.
    pub memory_budget_bytes: u64,
    /// Whether files are compressed before they are sealed.
    pub compression: Compression,
}

/// Blobs of one machine. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct LocalBlobs {
    shared: Arc<Shared>,
}

struct Shared {
    folder: PathBuf,
    keys: Arc<dyn DataKeys>,
    compression: Compression,
    memory: Memory,
    budget: Arc<Budget>,
    spilled: AtomicU64,
}

impl LocalBlobs {
    /// A store whose files lie in `folder`, which is created with the first file.
    pub fn new(folder: impl Into<PathBuf>, keys: Arc<dyn DataKeys>, options: Options) -> Self {
        Self {
            shared: Arc::new(Shared {
                folder: folder.into(),
                keys,
                compression: options.compression,
                memory: Memory::default(),
                budget: Budget::new(options.memory_budget_bytes),
                spilled: AtomicU64::new(0),
            }),
        }
    }

    /// Bytes of blobs in memory now, those being written included.
    pub fn used_bytes(&self) -> u64 {
        self.shared.budget.used()
    }

    /// Bytes of transient blobs that went to files because the budget was used up, since this store was made.
    pub fn spilled_bytes(&self) -> u64 {
        self.shared.spilled.load(Ordering::Relaxed)
    }
}

impl Shared {
    async fn file_writer(&self, key: &BlobKey, durability: Durability) -> Result<SealedWriter, Error> {
        let place = name::file(&self.folder, key)?;
        let data_key = self.keys.data_key(&key.operation).await?;
        SealedWriter::create(place, key, data_key, self.compression, durability).await
    }

    async fn remove_file(&self, key: &BlobKey) -> Result<(), Error> {
        let place = name::file(&self.folder, key)?;
        blocking(move || match fs::remove_file(&place) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(at(&place, &error)),
            _ => Ok(()),
        })
        .await
    }
}

#[async_trait]
impl Blobs for LocalBlobs {
    async fn writer(&self, key: &BlobKey, durability: Durability) -> Result<Box<dyn BlobWriter>, Error> {
        // A name that cannot become a file is refused even while the blob would stay in memory.
        name::file(&self.shared.folder, key)?;
        let place = match durability {
            Durability::Durable => Place::File(Box::new(self.shared.file_writer(key, durability).await?)),
            Durability::Transient => Place::Memory {
                parts: Vec::new(),
                reserved: Reserved::none(&self.shared.budget),
            },
        };
        Ok(Box::new(Writer {
            shared: Arc::clone(&self.shared),
            key: key.clone(),
            durability,
            place,
        }))
    }

    async fn reader(&self, key: &BlobKey) -> Result<Box<dyn BlobReader>, Error> {
        if let Some(parts) = self.shared.memory.parts(key) {
            return Ok(Box::new(MemoryReader { parts, next: 0 }));
        }
        let place = name::file(&self.shared.folder, key)?;
        let data_key = self.shared.keys.data_key(&key.operation).await?;
        Ok(Box::new(FileReader(SealedReader::open(place, key, data_key).await?)))
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), Error> {
        self.shared.memory.remove(key);
        self.shared.remove_file(key).await
    }

    async fn delete_all(&self, operation: &str, prefix: &str) -> Result<(), Error> {
        self.shared.memory.remove_all(operation, prefix);
        let folder = name::operation_folder(&self.shared.folder, operation)?;
        let prefix = prefix.to_owned();
        blocking(move || {
            let gone = |error: &std::io::Error| error.kind() == ErrorKind::NotFound;
            if prefix.is_empty() {
                // Takes what a killed process was writing along.
                return match fs::remove_dir_all(&folder) {
                    Err(error) if !gone(&error) => Err(at(&folder, &error)),
                    _ => Ok(()),
                };
            }
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if gone(&error) => return Ok(()),
                Err(error) => return Err(at(&folder, &error)),
            };
            for entry in entries {
                let entry = entry.map_err(|error| at(&folder, &error))?;
                let ours = entry
                    .file_name()
                    .to_str()
                    .is_some_and(|file| name::has_prefix(file, &prefix));
                match if ours { fs::remove_file(entry.path()) } else { Ok(()) } {
                    Err(error) if !gone(&error) => return Err(at(&entry.path(), &error)),
                    _ => {}
                }
            }
            Ok(())
        })
        .await
    }
}

/// Where a blob is being written to.
enum Place {
    /// Parts as they came, without a copy.
    Memory { parts: Vec<Bytes>, reserved: Reserved },
    /// A sealed file.
    File(Box<SealedWriter>),
    /// Nowhere: moving to a file has failed, and what was written so far is incomplete.
    Lost,
}

struct Writer {
    shared: Arc<Shared>,
    key: BlobKey,
    durability: Durability,
    place: Place,
}

impl Writer {
    /// Moves what was written so far from memory to a file; its part of the budget is free again afterwards.
    async fn spill(&mut self) -> Result<(), Error> {
        let Place::Memory { parts, reserved } = std::mem::replace(&mut self.place, Place::Lost) else {
            return Ok(());
        };
        let mut file = self.shared.file_writer(&self.key, self.durability).await?;
        for part in parts {
            self.shared.spilled.fetch_add(part.len() as u64, Ordering::Relaxed);
            file.write(part).await?;
        }
        drop(reserved);
        self.place = Place::File(Box::new(file));
        Ok(())
    }
}

#[async_trait]
impl BlobWriter for Writer {
    async fn write(&mut self, part: Bytes) -> Result<(), Error> {
        let bytes = part.len() as u64;
        if let Place::Memory { parts, reserved } = &mut self.place {
            if reserved.grow(bytes) {
                parts.push(part);
                return Ok(());
            }
            self.spill().await?;
        }
        let Place::File(file) = &mut self.place else {
            return Err(lost());
        };
        if self.durability == Durability::Transient {
            self.shared.spilled.fetch_add(bytes, Ordering::Relaxed);
        }
        file.write(part).await
    }

    async fn finish(self: Box<Self>) -> Result<u64, Error> {
        let Self { shared, key, place, .. } = *self;
        match place {
            Place::Memory { parts, reserved } => {
                let size = parts.iter().map(|part| part.len() as u64).sum();
                let parts = Arc::new(parts);
                shared.memory.insert(key.clone(), Held { parts, reserved });
                // An older blob of that name may lie in a file.
                shared.remove_file(&key).await?;
                Ok(size)
            }
            Place::File(file) => {
                let size = file.finish().await?;
                shared.memory.remove(&key);
                Ok(size)
            }
            Place::Lost => Err(lost()),
        }
    }
}

fn lost() -> Error {
    Error::Store("a blob was written to after writing had failed".to_owned())
}

struct MemoryReader {
    parts: Arc<Vec<Bytes>>,
    next: usize,
}

#[async_trait]
impl BlobReader for MemoryReader {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let part = self.parts.get(self.next).cloned();
        self.next += 1;
        Ok(part)
    }
}

struct FileReader(SealedReader);

#[async_trait]
impl BlobReader for FileReader {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        self.0.next().await
    }
}
