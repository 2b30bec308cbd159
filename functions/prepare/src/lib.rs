//! The prepare step.
