//! The pump step.
