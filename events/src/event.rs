//! The sum of all events, and their stored form.

use crate::{access::*, chunk::*, environment::*, operation::*, provisioning::*, upcast};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An event as it is stored: the name of its type, the version of its shape, and the shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedEvent {
    /// The name of the variant of [`Event`].
    #[serde(rename = "type")]
    pub kind: String,
    /// The version of `data`.
    pub version: u32,
    /// The event's fields.
    pub data: Value,
}

/// A stored event that this version of Nova cannot read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The type is unknown: the log was written by a newer Nova.
    #[error("event type {0} is unknown")]
    UnknownType(String),
    /// The version is newer than the newest known one.
    #[error("version {version} of event {kind} is unknown")]
    UnknownVersion {
        /// The event's type.
        kind: String,
        /// The stored version.
        version: u32,
    },
    /// The fields are not those of the version.
    #[error("event {kind} is malformed: {source}")]
    Malformed {
        /// The event's type.
        kind: String,
        /// What serde found.
        source: serde_json::Error,
    },
}

/// Declares the event types with the version their current shape has.
macro_rules! events {
    ($($name:ident = $version:literal),* $(,)?) => {
        /// Every event of Nova, in its current shape.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Event {
            $(#[doc = concat!("See [`", stringify!($name), "`].")] $name($name)),*
        }

        $(impl From<$name> for Event {
            fn from(event: $name) -> Self {
                Self::$name(event)
            }
        })*

        impl Event {
            /// Every type with its current version.
            pub const TYPES: &'static [(&'static str, u32)] = &[$((stringify!($name), $version)),*];

            /// The name of the event's type.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name)),* }
            }

            /// The stored form.
            ///
            /// # Errors
            /// Never in practice: every event is a plain structure; the error is serde's.
            pub fn encode(&self) -> Result<RecordedEvent, DecodeError> {
                match self {
                    $(Self::$name(event) => Ok(RecordedEvent {
                        kind: stringify!($name).to_owned(),
                        version: $version,
                        data: serde_json::to_value(event)
                            .map_err(|source| DecodeError::Malformed { kind: stringify!($name).to_owned(), source })?,
                    })),*
                }
            }
        }

        impl RecordedEvent {
            /// The event in its current shape, older versions lifted.
            ///
            /// # Errors
            /// [`DecodeError`] when the type, the version or the fields are not known.
            pub fn decode(&self) -> Result<Event, DecodeError> {
                match self.kind.as_str() {
                    $(stringify!($name) => {
                        let data = upcast::lift(stringify!($name), self.version, $version, &self.data)?;
                        serde_json::from_value(data)
                            .map(Event::$name)
                            .map_err(|source| DecodeError::Malformed { kind: self.kind.clone(), source })
                    })*
                    _ => Err(DecodeError::UnknownType(self.kind.clone())),
                }
            }
        }
    };
}

events! {
    OperationRequested = 1,
    PersonalDataAllowed = 1,
    GuardPassed = 1,
    OperationRefused = 1,
    SnapshotOpened = 1,
    SnapshotLost = 1,
    SnapshotRenewed = 1,
    SnapshotReplaced = 1,
    SchemaCaptured = 1,
    AnonymizationPlanned = 1,
    ChunksPlanned = 1,
    StagingPrepared = 1,
    ChunkExported = 1,
    ChunkAnonymized = 1,
    ChunkImported = 1,
    ChunkRestarted = 1,
    TableFinalized = 1,
    SchemaFinalized = 1,
    ValidationPassed = 1,
    ValidationFailed = 1,
    Promoted = 1,
    BackupTaken = 1,
    BackupRetired = 1,
    RolledBack = 1,
    RollbackFailed = 1,
    RawDataShredded = 1,
    OperationStopped = 1,
    OperationResumed = 1,
    OperationFailed = 1,
    OperationCompleted = 1,
    Notified = 1,
    EnvironmentIdentified = 1,
    RulesApproved = 1,
    MaskingKeyRotated = 1,
    PreviewOpened = 1,
    PreviewDatabaseCreated = 1,
    PreviewClosed = 1,
    PreviewRemoved = 1,
    ApiTokenCreated = 1,
    ApiTokenRevoked = 1,
    RequestKeyed = 1,
    ProvisioningRequested = 1,
    ProvisioningStepDone = 1,
    ProvisioningStepFailed = 1,
    ProvisioningRetried = 1,
    ProvisioningRollbackRequested = 1,
    ProvisioningStepUndone = 1,
}
