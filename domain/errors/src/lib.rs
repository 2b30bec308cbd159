//! Coded errors.
//!
//! Every error a person may see has a [`Code`] (`NOVA-1203`): what kind of thing went wrong, what to do about it in
//! general, and how the process exits. A [`Failure`] is one occurrence: the code plus the cause found this time.
//!
//! Which type to use where: a library has its own `thiserror` enum when callers match on its cases, and converts it
//! into a [`Failure`] at its edge; handlers and the command line only ever see [`Failure`]. Causes never hold
//! credentials, connection strings or row data: they travel into logs and events.

mod codes;
mod failure;

pub use codes::{ALL, Code, Exit};
pub use failure::Failure;
