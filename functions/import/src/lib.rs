//! The import step.
