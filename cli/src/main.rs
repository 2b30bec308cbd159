//! nova
fn main() {}
