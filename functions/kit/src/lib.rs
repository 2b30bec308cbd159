//! What every function of the pipeline shares.
//!
//! | module | holds |
//! |---|---|
//! | [`Ports`] | everything a handler may touch: log, queue, gates, leases, views, blobs, keys, environments, time |
//! | [`Handler`], [`deliver`] | one function, and what becomes of a message it was given |
//! | [`Recorder`] | events appended to an operation, a chunk or a table under deterministic ids |
//! | [`requests`] | how operations begin, stop and go on |
//! | [`personal`] | personal data: surveyed, decided about, planned |
//! | [`previews`] | the environments of pull requests |
//! | [`documents`] | the plans and schemas that steps hand to each other |
//! | [`connections`] | sessions to source, target and staging, pooled per operation |
//! | [`quiet`] | tables that are being loaded, left alone by the server's autovacuum |
//! | [`keeper`] | the snapshot that is held open, by one process or by a relay of them |
//! | [`Deadline`], [`trace`], [`metrics`] | the time that is left, the trace work belongs to, figures |
//! | [`wiring`], `lambda` | adapters from the process's environment, and the loop of a Lambda |

mod chunks;
mod cleanup;
pub mod connections;
mod deadline;
mod defaults;
mod deliver;
pub mod documents;
pub mod keeper;
#[cfg(feature = "aws")]
pub mod lambda;
pub mod metrics;
mod notes;
pub mod personal;
mod ports;
pub mod previews;
mod progress;
pub mod quiet;
mod record;
pub mod requests;
mod rollback_points;
mod sha256;
mod state;
mod telemetry;
mod told;
pub mod trace;
pub mod wiring;

pub use chunks::{fingerprint_key, is_lost, restart_chunk};
pub use cleanup::{release_target, shred};
pub use deadline::Deadline;
pub use defaults::{Configuration, Defaults};
pub use deliver::{Cut, Disposition, Handler, Verdict, attempt, deliver, fail_operation, reason, send_on};
pub use keeper::Keeper;
pub use notes::Notebook;
pub use ports::Ports;
pub use progress::{Phase, Progress, Silent};
pub use record::Recorder;
pub use rollback_points::{Kept, RollbackPoint, rollback_points, rollback_points_among};
pub use state::{chunk_state, known_productions, operation, operation_if_any, operations, streams, table_rows};
pub use telemetry::start as start_telemetry;
pub use told::was_told;
