//! Lambda entry of the finalize step.
fn main() {}
