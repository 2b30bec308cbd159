//! A production with people in it, a server for previews, the addresses of webhooks and the whole pipeline, in one place.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]
#![expect(
    missing_docs,
    clippy::missing_panics_doc,
    reason = "names say it, and a helper that fails fails its test"
)]

mod pipeline;
mod world;

pub use world::{Answer, SECRET, World, session};
