//! Lambda entry of the prepare step.
fn main() {}
