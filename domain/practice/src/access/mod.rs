//! Who may do what.
//!
//! | module | holds |
//! |---|---|
//! | [`Role`] | the seven roles, and whether they are given for a cabinet or for the whole group |
//! | [`Permission`] | what can be done; which roles may do it is a table |
//! | [`Grants`] | what one person was given, and the questions that requests ask of it |
//!
//! A role reaches one cabinet or all of them. What a person may do is asked anew with every request: an access token
//! names the person and the version of their grants, never the grants.

mod grants;
mod permission;
mod role;

pub use grants::{Grant, Grants, Reach};
pub use permission::Permission;
pub use role::{GivenFor, Role};
