//! How far the work has come, for whoever watches.

/// A phase with a progress of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Rows out of the source.
    Export,
    /// Personal data replaced.
    Anonymize,
    /// Rows into staging.
    Import,
    /// Indexes, keys, triggers.
    Finalize,
    /// Checks.
    Validate,
}

/// Someone who watches. Calls are cheap and may repeat when a message does.
pub trait Progress: Send + Sync {
    /// A phase begins, with this many units (bytes, or steps of `Finalize` and `Validate`) to come.
    fn begin(&self, phase: Phase, units: u64);

    /// A phase has come `units` and `rows` further.
    fn advance(&self, phase: Phase, units: u64, rows: u64);

    /// A service was asked for something that it bills: `DynamoDB.PutItem`, and the units of it.
    fn billed(&self, _call: &str, _units: u64) {}
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Phase, _: u64) {}

    fn advance(&self, _: Phase, _: u64, _: u64) {}
}
