//! Every event and message of Nova, versioned, with upcasters.
//!
//! An [`Event`] is a fact in the log; a [`Message`] asks a function to act. Both carry ids, names, counts and
//! references to blobs: never row data, never credentials. A stored event is `{type, version, data}`
//! ([`RecordedEvent`]); [`RecordedEvent::decode`] lifts old versions to the current one first. `catalog/<Type>/v<N>.json`
//! holds one frozen example of every version ever written; a committed example never changes.

mod access;
mod chunk;
mod environment;
mod event;
mod message;
mod operation;
mod provisioning;
mod upcast;

pub use access::{ApiTokenCreated, ApiTokenRevoked, RequestKeyed};
pub use chunk::{ChunkAnonymized, ChunkExported, ChunkImported, ChunkRestarted};
pub use environment::{
    EnvironmentIdentified, Identity, MaskingKeyRotated, PreviewClosed, PreviewDatabaseCreated, PreviewOpened,
    PreviewRemoved, RulesApproved,
};
pub use event::{DecodeError, Event, RecordedEvent};
pub use message::{Function, Message, Outgoing};
pub use operation::*;
pub use provisioning::*;
