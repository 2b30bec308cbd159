//! Lambda entry of the reconcile step.
fn main() {}
