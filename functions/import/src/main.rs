//! Lambda entry of the import step.
fn main() {}
