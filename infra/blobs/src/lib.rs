//! Blobs of an operation on one machine: in memory within a budget, beyond it sealed in files.
//!
//! - [`LocalBlobs`]: the store. Rows on their way ([`Durability::Transient`](nova_eventlog::Durability)) stay in memory
//!   while the budget lasts; plans and schemas always go to a file.
//! - [`LocalKeys`]: one data key per operation, wrapped by a master key; destroying it shreds the operation's files.
//! - [`Sealer`], [`Opener`]: the sealed form without a file, and [`check_blob`], [`check_operation`]: which names are
//!   allowed; for stores elsewhere.
//! - `seal`: the file format. `file`: writing and reading such files. `memory`: the budget. `name`: names and paths.

mod error;
mod file;
mod keys;
mod memory;
mod name;
mod seal;
mod store;
mod stream;

pub use keys::LocalKeys;
pub use name::{check_blob, check_operation, shown};
pub use seal::Compression;
pub use store::{LocalBlobs, Options};
pub use stream::{Opener, Sealer};
