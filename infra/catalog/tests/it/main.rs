//! Captures on real servers: what is read, what a copy keeps, what the oracle finds.

mod capture;
mod coverage;
mod oracle;
mod real;
mod round_trip;
mod support;
