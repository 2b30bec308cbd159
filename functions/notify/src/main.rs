//! Lambda entry of the notify step.
fn main() {}
