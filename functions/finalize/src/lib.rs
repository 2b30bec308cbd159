//! The finalize step.
