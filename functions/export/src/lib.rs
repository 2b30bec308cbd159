//! The export step.
