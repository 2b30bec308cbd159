//! The platform's rows on a real server: tenants stay apart, times are booked once, patients are found.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod booking;
mod fire;
mod isolation;
mod matrix;
mod mutations;
mod records;
mod tenancy;
mod world;
