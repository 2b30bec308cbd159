//! A project folder: what a person writes (`.env.<name>`, `nova.toml`) and what Nova keeps beside it (`.nova/`).
//!
//! - [`Project`]: the folder; finds itself from a folder below, and is the [`Environments`] of the embedded pipeline.
//! - [`EnvFile`]: one `.env.<name>` file, read and rewritten without touching what is not ours.
//! - [`Settings`]: `nova.toml`, read against the registry of known keys ([`KEYS`]), rewritten with its comments.
//! - [`init`]: commented templates for a new project.
//! - [`OperationLock`]: proves that nobody else on this machine runs an operation.
//!
//! [`Environments`]: nova_environments::Environments

mod env_file;
mod environments;
mod error;
mod files;
mod init;
mod lock;
mod masking_key;
mod nearest;
mod project;
mod settings;

pub use env_file::EnvFile;
pub use error::Error;
pub use init::{Made, Outcome, init};
pub use lock::OperationLock;
pub use project::Project;
pub use settings::{Compression, KEYS, Key, Kind, Listed, Settings, Values, values_of};
