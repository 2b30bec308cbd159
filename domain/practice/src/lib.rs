//! A group of dental practices (*cabinets*) as data and pure decisions.
//!
//! Nothing here reads a clock, draws a random number or reaches a database: times, ids and secrets are arguments. The
//! rows live behind `nova-practice-store`, the HTTP API in `functions/api-*`.

pub mod access;
pub mod booking;
pub mod cabinet;
mod ids;
mod invalid;
pub mod patient;
pub mod signin;

pub use ids::*;
pub use invalid::{Fault, Faults};
