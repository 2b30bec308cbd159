//! Sealed bytes of an operation.

use crate::error::Error;
use async_trait::async_trait;
use bytes::Bytes;

/// The name of a blob: the operation whose data key seals it, and a path within the operation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobKey {
    /// The operation.
    pub operation: String,
    /// Path within the operation: ASCII letters, digits and `/ - _ .`, no `..`.
    pub name: String,
}

impl BlobKey {
    /// A blob of an operation.
    pub fn new(operation: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            operation: operation.into(),
            name: name.into(),
        }
    }
}

/// Whether a blob has to outlive the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Rows on their way: may stay in memory, and may be lost with the process.
    Transient,
    /// Plans and schemas: stored before `finish` returns.
    Durable,
}

/// Writes one blob; it exists once [`BlobWriter::finish`] has returned. Dropping a writer leaves nothing behind.
#[async_trait]
pub trait BlobWriter: Send {
    /// Adds a part.
    async fn write(&mut self, part: Bytes) -> Result<(), Error>;

    /// Makes the blob visible, replacing one of the same name, and tells its size in bytes.
    async fn finish(self: Box<Self>) -> Result<u64, Error>;
}

/// Reads one blob part by part.
#[async_trait]
pub trait BlobReader: Send {
    /// The next part; none at the end. Parts need not be those that were written.
    async fn next(&mut self) -> Result<Option<Bytes>, Error>;
}

/// A store of blobs. What leaves the process's memory is sealed with the operation's data key.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Begins a blob.
    async fn writer(&self, key: &BlobKey, durability: Durability) -> Result<Box<dyn BlobWriter>, Error>;

    /// Opens a blob. [`Error::BlobMissing`] when it does not exist.
    async fn reader(&self, key: &BlobKey) -> Result<Box<dyn BlobReader>, Error>;

    /// Removes a blob; removing what is not there is fine.
    async fn delete(&self, key: &BlobKey) -> Result<(), Error>;

    /// Removes every blob of an operation whose name begins with `prefix`.
    async fn delete_all(&self, operation: &str, prefix: &str) -> Result<(), Error>;
}

/// One data key per operation; destroying it makes every sealed byte of the operation unreadable.
#[async_trait]
pub trait DataKeys: Send + Sync {
    /// The operation's key, created on first use. [`Error::Key`] once it was destroyed.
    async fn data_key(&self, operation: &str) -> Result<[u8; 32], Error>;

    /// Destroys the key; destroying it twice is fine.
    async fn destroy(&self, operation: &str) -> Result<(), Error>;
}

/// Writes a whole blob.
///
/// # Errors
/// What the store says.
pub async fn write_all(blobs: &dyn Blobs, key: &BlobKey, durability: Durability, bytes: Bytes) -> Result<u64, Error> {
    let mut writer = blobs.writer(key, durability).await?;
    writer.write(bytes).await?;
    writer.finish().await
}

/// Reads a whole blob.
///
/// # Errors
/// What the store says.
pub async fn read_all(blobs: &dyn Blobs, key: &BlobKey) -> Result<Vec<u8>, Error> {
    let mut reader = blobs.reader(key).await?;
    let mut whole = Vec::new();
    while let Some(part) = reader.next().await? {
        whole.extend_from_slice(&part);
    }
    Ok(whole)
}
