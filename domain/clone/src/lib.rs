//! The clone operation: what has happened, what follows, what the result must satisfy.
//!
//! | module | holds |
//! |---|---|
//! | [`names`] | names of streams, blobs, gates and messages: deterministic, so that doing a thing twice is doing it once |
//! | [`Operation`] | the state of an operation, folded from its events |
//! | [`ChunkState`] | the state of a chunk, folded from its events |
//! | [`scope`] | which tables' rows are copied |
//! | [`rows`] | which rows of those travel, where not all do |
//! | [`plan`] | the rows divided into chunks |
//! | [`types`] | what columns hold, below domains and inside composite types |
//! | [`facts`] | the schema as the anonymization engine wants to know it |
//! | [`keys`] | foreign keys, checked side by side |
//! | [`ending`] | what is still to be done for an operation that has ended, and for how long |
//! | [`contents`] | what environments hold, as far as clones, rollbacks and backups tell |
//! | [`next`] | which messages must be in flight, from the state alone |
//! | [`replacement`] | what becomes of each table when a lost snapshot is replaced |
//! | [`checks`] | what a copy must satisfy |
//! | [`Announcement`], [`Announce`] | what people are told, and the port that tells them |
//! | [`Summary`] | the result for people and programs |

mod announce;
pub mod checks;
mod chunk;
pub mod contents;
pub mod ending;
pub mod facts;
pub mod keys;
pub mod names;
pub mod next;
mod operation;
mod order;
pub mod plan;
pub mod replacement;
pub mod rows;
pub mod scope;
mod summary;
pub mod types;

pub use announce::{Announce, Announcement};
pub use chunk::{ChunkPhase, ChunkState};
pub use operation::{Operation, Outcome, Status};
pub use summary::{AnonymizedSummary, Summary, TableSummary, ValidationSummary};
