//! Helpers of the schema engine's tests: throwaway servers, captures, dumps, and the corpus.
//!
//! - [`pair`]: what a pair is, how files of them are written, and which may share a database;
//! - [`real`]: schemas of real applications;
//! - [`run`]: packs of pairs in both directions;
//! - [`server`]: servers and sessions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::print_stderr,
    clippy::format_push_string,
    clippy::missing_errors_doc,
    reason = "a helper that fails fails its test"
)]

pub mod pair;
pub mod real;
pub mod run;
pub mod server;
