//! The platform's API as clients meet it: every router, over a real database, with a clock that the tests hold.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod contract;
mod isolation;
mod letters;
mod made;
mod pages;
mod people;
mod second_factor;
mod ses;
mod sign_in;
mod tending;
mod tokens;
mod wire;
mod workflows;
mod world;
