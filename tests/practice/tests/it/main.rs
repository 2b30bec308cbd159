//! The platform's API as clients meet it: every router, over a real database, with a clock that the tests hold.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod isolation;
mod letters;
mod pages;
mod people;
mod second_factor;
mod sign_in;
mod tokens;
mod workflows;
mod world;
