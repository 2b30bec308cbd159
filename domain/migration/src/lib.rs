//! The difference of two schemas as ordered statements with hazards, up and down.
//!
//! | module | answers |
//! |---|---|
//! | [`plan`] | which statements make one database like another, in which order |
//! | [`script`](script()) | what the script that psql runs looks like |
//! | [`split`](split()) | which statements a script holds |
//! | [`Comparison`] | where two databases differ, for people and programs |
//! | [`renames`] | which drops and creations look like renames |
//! | [`conflicts`] | what two sides changed since they were the same |
//!
//! How a plan comes about: both captures become an inventory of objects, finer than the model's (columns and defaults
//! count). Each object has a fate: kept, altered, rebuilt, created, dropped; what depends on something that goes is
//! rebuilt with it. Each fate has steps, and what steps need of each other comes from the catalogs' dependencies on both
//! sides. The steps are sorted; cycles are cut by construction.
//!
//! Everything here is pure: others run and measure the statements.

mod acl;
mod change;
mod comparison;
mod conflict;
mod describe;
mod fate;
mod graph;
mod inventory;
mod plan;
mod rename;
mod routine;
mod script;
mod split;
mod stash;
mod statement;

pub use comparison::{Change, Comparison, Difference, Property, compare, without_ours};
pub use conflict::{Conflict, conflicts};
pub use plan::{Migration, Options, plan};
pub use rename::{Rename, renames};
pub use script::{Header, Measured, Size, script};
pub use split::{Malformed, Piece, Placed, split};
pub use stash::STASH;
pub use statement::{Hazard, Statement};
