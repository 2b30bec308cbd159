//! Connections to PostgreSQL, one type per right.
//!
//! - [`SourceConnection`]: reads, from any environment. Its session is read-only for the server, its statements are the
//!   fixed set in this crate, and [`SourceConnection::end`] proves that no transaction id was assigned.
//! - [`TargetServer`], [`Staging`], [`InPlace`]: write, and only exist for a [`nova_environments::VerifiedTarget`].
//! - [`probe`]: who is there? The identity that everything else is compared with.

mod cells;
mod connect;
mod copy;
mod evolve;
mod failure;
mod identity;
mod in_place;
mod own_session;
mod path;
mod preview;
mod rows;
mod session;
mod shadow;
mod source;
mod staging;
mod swap;
mod target;

pub use cells::TextCells;
pub use connect::configure;
pub use copy::{CopyIn, CopyOut};
pub use evolve::{Evolution, JOURNAL, Progress};
pub use failure::failure;
pub use identity::{Probe, probe};
pub use in_place::InPlace;
pub use path::SearchPath;
pub use rows::{Asked, Compared, Only, Relation, RowId, RowIds, Sample};
pub use shadow::{Footprint, Refused, Shadow};
pub use source::{Pages, Snapshot, SourceConnection, TableSize};
pub use staging::{LEDGER, Staging};
pub use swap::{Swap, SwapState};
pub use target::{DatabaseTemplate, OwnDatabase, TargetRights, TargetServer};

/// Oldest and newest major version of the server that Nova works with.
pub const SUPPORTED_VERSIONS: std::ops::RangeInclusive<u32> = 13..=18;
