//! How the history is read, by the API and by the command line alike.
//!
//! | module | holds |
//! |---|---|
//! | [`summary`] | the result of an operation with its tables |
//! | [`operations`] | operations as they stand now: who acts for them, how far they have come |
//! | [`logs`] | events in words, in the order of time |
//! | [`masked`] | which columns are replaced, by what and why |
//! | [`report`] | everything about an operation as one HTML file |

pub mod logs;
pub mod masked;
pub mod operations;
pub mod report;
mod summary;

pub use summary::summary;
