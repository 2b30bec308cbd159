//! Lambda entry of the export step.
fn main() {}
