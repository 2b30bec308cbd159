//! Lambda entry of the promote step.
fn main() {}
