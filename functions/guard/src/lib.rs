//! The guard step.
