//! Ports of the event-sourced core, and what holds whatever adapter stands behind them.
//!
//! - [`EventLog`]: append-only streams of [`Commit`]s, each with its events, the messages to send and the hash of the
//!   commit before it.
//! - [`Outbox`] and [`Queue`]: at-least-once delivery of a commit's messages.
//! - [`Gates`]: fan-in by sets of members, never by counters.
//! - [`Leases`]: who works on what, with a fence.
//! - [`Counters`]: how often something happened in a window of time, counted by all instances together.
//! - [`Views`]: read models and small shared items; all rebuildable from the log.
//! - [`Blobs`] and [`DataKeys`]: sealed bytes of an operation, and the key whose destruction shreds them.
//! - [`Clock`] and [`Ids`]: time and identifiers are inputs.

mod blobs;
mod clock;
mod commit;
mod counters;
mod error;
mod gates;
mod leases;
mod log;
mod queue;
mod views;

pub use blobs::{BlobKey, BlobReader, BlobWriter, Blobs, DataKeys, Durability, read_all, write_all};
pub use clock::{Clock, Ids};
pub use commit::{Commit, Head, Metadata, NewCommit, StreamId};
pub use counters::Counters;
pub use error::Error;
pub use gates::{Gate, Gates};
pub use leases::{Lease, Leases};
pub use log::{Appended, EventLog, Outbox, prove};
pub use queue::{DeadLetter, Delivery, Queue};
pub use views::Views;
