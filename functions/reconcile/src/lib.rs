//! The reconcile step.
