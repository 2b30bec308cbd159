//! What the APIs of the practice platform share. Each of them is a folder `functions/api-*` and a Lambda; `nova serve`
//! mounts all of them.
//!
//! | module | holds |
//! |---|---|
//! | [`Platform`] | what handlers share: the store, keys, clock, limits |
//! | [`Route`], [`Needs`] | every address with what it takes to use it; what is not declared is not served |
//! | [`Caller`] | who asks, in which session, with which grants: read anew for every request |
//! | [`Item`], [`Entry`] | the ids that a path names |
//! | [`Refusal`] | errors, from wherever they come, as problems |
//! | [`cursor`], [`Version`], [`Keyed`] | pages, `ETag` and `If-Match`, `Idempotency-Key` |
//! | `headers` | what answers say beside their bodies, in answers and in the document |
//! | [`Limits`] | how many requests somebody sends |
//! | [`letters`] | tokens that people are sent |
//! | [`provisioning`] | how a cabinet comes into being, on the event log |
//! | [`assemble`], [`document()`] | a router from its parts; the OpenAPI document |
//! | `wiring` | all of it from a Lambda's environment |

mod caller;
mod client;
pub mod cursor;
mod document;
mod gate;
mod headers;
mod items;
mod keyed;
pub mod letters;
mod limits;
mod origin;
mod platform;
pub mod provisioning;
mod refusal;
mod routes;
mod version;
#[cfg(feature = "aws")]
pub mod wiring;

pub use caller::Caller;
pub use client::Client;
pub use document::{Section, assert_declared, document};
pub use items::{Entry, Item};
pub use keyed::Keyed;
pub use limits::{InProcess, Limits, Unlimited, Windowed};
pub use platform::{Parts, Platform, parties, site};
pub use refusal::Refusal;
pub use routes::{Condition, Gives, Goes, Needs, Route, Takes, assemble};
pub use version::{Shown, Version, added, begun, hashed, made, tagged};
