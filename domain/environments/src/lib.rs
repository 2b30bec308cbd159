//! Environments: what they are, what their signs say about their type, and the guard's decision about a target.
//!
//! Safety is in the types: a connection that writes is only ever opened for a [`VerifiedTarget`], and only
//! [`verify_target`] makes one, from what the server itself says about its identity.

mod classify;
mod configuration;
mod environment;
mod url;
mod verify;

pub use classify::{Classification, Sign, classify, said_by_name};
pub use configuration::{Misconfigured, TYPE, URL, configured};
pub use environment::{Environment, EnvironmentName, EnvironmentType, Environments};
pub use url::DatabaseUrl;
pub use verify::{KnownProduction, TargetEvidence, VerifiedTarget, verify_target};
