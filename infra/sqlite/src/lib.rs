//! Event log, outbox, queue, gates, leases and views in one SQLite file, usually `.nova/nova.db`.
//!
//! [`Sqlite`] implements every port of [`nova_eventlog`] that the embedded runtime needs, and adds what only a single
//! machine can offer (see [`Sqlite::recover`]). Several processes may have the file open at once.
//!
//! - `sqlite`: the adapter, and where its work runs
//! - `connection`: how a file is opened, and what is refused
//! - `schema`: the tables, and how an older file is brought up to date
//! - `log`, `outbox`, `queue`, `gates`, `leases`, `views`: one port each
//! - `embedded`: one process per operation, and resuming after one was killed

mod connection;
mod embedded;
mod fault;
mod gates;
mod leases;
mod log;
mod outbox;
mod queue;
mod schema;
mod sqlite;
mod views;

pub use embedded::Waiting;
pub use sqlite::Sqlite;
