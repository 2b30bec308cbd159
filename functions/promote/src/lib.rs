//! The promote step.
