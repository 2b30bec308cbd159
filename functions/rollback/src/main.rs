//! Lambda entry of the rollback step.
fn main() {}
