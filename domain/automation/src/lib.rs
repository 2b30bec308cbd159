//! What starts operations without a person.
//!
//! | module | holds |
//! |---|---|
//! | [`Automation`] | the choices: which environments are refreshed and checked when, and what a pull request gets |
//! | [`schedule`] | which occurrence of a cron pattern is due |
//! | [`Preview`] | an environment that lives as long as a pull request, folded from its stream |
//! | [`delivery`] | is a delivery signed, and what does it ask for? |

pub mod delivery;
mod preview;
pub mod schedule;
mod settings;

pub use preview::{Preview, Stage};
pub use settings::{Automation, Previews, Schedule, Task};
