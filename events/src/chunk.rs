//! The life of one chunk, in the stream `chunk/<operation>/<epoch>/<number>`.

use serde::{Deserialize, Serialize};

/// The rows of a chunk were read under the snapshot and stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkExported {
    /// Which attempt this is; a chunk restarts when its blob is lost.
    pub attempt: u32,
    /// Rows in the chunk, counted on the stream.
    pub rows: u64,
    /// Bytes of the stream.
    pub bytes: u64,
    /// `count(*)` under the same snapshot: of the whole table, taken with its first chunk, or for tables too large for
    /// that of every chunk's pages.
    pub table_rows: Option<u64>,
    /// Name of the blob within the operation.
    pub blob: String,
}

/// The configured columns of a chunk were replaced and the raw blob deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkAnonymized {
    /// The attempt it continues.
    pub attempt: u32,
    /// Rows in the chunk.
    pub rows: u64,
    /// Bytes of the resulting stream.
    pub bytes: u64,
    /// Values replaced.
    pub values: u64,
    /// Name of the resulting blob within the operation.
    pub blob: String,
    /// Name of the blob with keyed fingerprints of the originals, when there were any.
    pub fingerprints: Option<String>,
}

/// The rows of a chunk are in staging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkImported {
    /// Rows the target server counted.
    pub rows: u64,
    /// Bytes of the stream.
    pub bytes: u64,
}

/// A stored part of a chunk was lost or damaged: the chunk is read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkRestarted {
    /// The attempt that begins.
    pub attempt: u32,
    /// Why, for people.
    pub reason: String,
}
