//! Lambda entry of the guard step.
fn main() {}
