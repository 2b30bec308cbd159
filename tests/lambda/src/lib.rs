//! The functions beside each other, as they are deployed, on one machine: what the suites in `tests/` share.
//!
//! | module | holds |
//! |---|---|
//! | [`project`] | a project folder and the ports over it |
//! | [`world`] | a source that is written to all the time, a target |
//! | [`runtime`] | every function with its own queue; keepers can be killed, time can be short |
//! | [`samples`] | the sample invocations in `events/lambda` |

// Nothing but tests uses this crate: a panic is how a test fails.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

pub mod project;
pub mod runtime;
pub mod samples;
pub mod world;
