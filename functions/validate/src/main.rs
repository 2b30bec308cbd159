//! Lambda entry of the validate step.
fn main() {}
