//! The anonymize step.
