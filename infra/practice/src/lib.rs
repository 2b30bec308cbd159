//! The practice platform's rows in PostgreSQL.
//!
//! [`Store`] is the only way to them: [`Store::with_cabinet`] opens a transaction that sees one cabinet,
//! [`Store::with_group`] one that sees what lies above cabinets. SQL is written in this crate only; callers get typed
//! functions that take the transaction. [`migrate`] makes the schema `practice` and its roles.
//!
//! Which table is isolated how is said in `migrations/V1__tenancy.sql`; [`gate`] proves it from the catalogs, when a
//! service starts and in tests.

pub mod audit;
pub mod booking;
pub mod cabinets;
pub mod configuration;
pub mod demo;
mod error;
pub mod gate;
pub mod health;
pub mod idempotency;
pub mod identity;
pub mod letters;
mod migrate;
pub mod outbox;
pub mod patients;
pub mod provisioning;
pub mod reports;
pub mod rollout;
mod store;

pub use error::Error;
pub use migrate::{MigrationReport, migrate, set_app_password};
pub use store::{Actor, Options, Scope, Store, Tx};
