//! Lambda entry of the anonymize step.
fn main() {}
