//! The rollback step.
