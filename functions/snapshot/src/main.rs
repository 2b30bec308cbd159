//! Lambda entry of the snapshot step.
fn main() {}
