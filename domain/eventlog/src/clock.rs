//! Time and identifiers as inputs.

/// The time, in milliseconds since 1970-01-01 UTC.
pub trait Clock: Send + Sync {
    /// Now.
    fn now_ms(&self) -> u64;
}

/// New identifiers.
pub trait Ids: Send + Sync {
    /// A new identifier: lower-case letters and digits, sortable by time of creation, 26 characters.
    fn next(&self) -> String;
}
