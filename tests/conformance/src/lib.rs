//! One suite per port of [`nova_eventlog`], run over every adapter.
//!
//! A suite is a module of functions, one per law, each named as the sentence it checks. A law gets a [`Make`] that
//! builds a fresh, empty store as often as it likes. `tests/` runs the suites: a new adapter adds one file there with
//! one [`suite!`] line per port, and passes the same laws as all others.
//!
//! What holds for one machine only (two processes on one file, a killed writer, damaged files) is tested in `tests/`
//! itself.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a law that does not hold panics"
)]

mod emulator;
mod fixture;
mod moto;
mod samples;
mod suites;
mod time;
mod trouble;

pub mod blobs;
pub mod counters;
pub mod data_keys;
pub mod event_log;
pub mod gates;
pub mod leases;
pub mod outbox;
pub mod queue;
pub mod views;

pub use emulator::DynamoDbEmulator;
pub use fixture::{Fixture, LogAndOutbox, Make};
pub use moto::moto;
pub use samples::{commit, commit_of, event_of_size, message, stream};
pub use time::Time;
pub use trouble::{Trouble, TroubledConnection};
