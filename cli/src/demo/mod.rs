//! The demonstration: a sample production database on a throwaway server, and what to show of it.

pub mod glimpse;
pub mod sample;
pub mod stage;
