//! The snapshot step.
