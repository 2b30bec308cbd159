//! The main job on real servers: what the suites in `tests/` share.
//!
//! | module | holds |
//! |---|---|
//! | [`pooler`] | PgBouncer before a server |
//! | [`program`] | the `nova` program: run to its end, or started to be killed, paused, interrupted |
//! | [`project`] | a project folder for one test |
//! | [`servers`] | throwaway servers, and databases on them |
//! | [`sql`] | a session for a test's own statements |
//! | [`contents`] | everything a database holds, comparable |
//! | [`history`] | a look into `.nova/nova.db` from outside |
//! | [`random`] | repeatable randomness |
//! | [`waiting`] | waiting for a condition |
//! | [`web_hook`] | a web hook that keeps what it is told |

// Nothing but tests uses this crate: a panic is how a test fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)]

pub mod contents;
pub mod history;
pub mod pooler;
pub mod program;
pub mod project;
pub mod random;
pub mod servers;
pub mod sql;
pub mod waiting;
pub mod web_hook;

pub use contents::Contents;
pub use nova_cli::demo::sample;
pub use project::Project;
pub use sql::Session;
pub use web_hook::WebHook;
