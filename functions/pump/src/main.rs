//! Lambda entry of the pump step.
fn main() {}
