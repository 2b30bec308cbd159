//! `nova.toml`: what it may hold, reading it, and changing one key without touching the rest.
//!
//! - `keys`: the registry: every key with its type, default and meaning
//! - `file`: the file itself
//! - `values`: the settings as the rest of Nova takes them

mod file;
mod keys;
mod values;

pub use file::{Listed, Settings, values_of};
pub use keys::{KEYS, Key, Kind};
pub use values::{Compression, Values};
