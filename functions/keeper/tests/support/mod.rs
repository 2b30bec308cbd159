//! What the tests of the relay share.

pub(crate) mod runtime;
pub(crate) mod world;
