//! The schema engine on real servers.
//!
//! - [`corpus`]: pairs of schemas, there and back;
//! - [`peers`]: what others got wrong;
//! - [`across`]: an older source, a newer target;
//! - [`real`]: schemas of real applications, out of nothing and back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod across;
mod corpus;
mod peers;
mod real;
