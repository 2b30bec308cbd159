//! What functions ask of each other, over the queue.

use serde::{Deserialize, Serialize};

/// A function of the pipeline; each has a queue of its own, named like its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Function {
    /// Identity, permissions, capacity.
    Guard,
    /// One consistent snapshot, the schema, the plan.
    Snapshot,
    /// The snapshot handed on from one short-lived worker to the next.
    Keeper,
    /// The staging database.
    Prepare,
    /// Rows out of the source.
    Export,
    /// Personal data replaced.
    Anonymize,
    /// Rows into staging.
    Import,
    /// Indexes per table, then what spans tables.
    Finalize,
    /// Is the copy what it should be?
    Validate,
    /// Staging becomes the target.
    Promote,
    /// The target as it was before.
    Rollback,
    /// People are told.
    Notify,
    /// A cabinet of the practice platform comes into being.
    Provision,
}

impl Function {
    /// Every function of the pipeline that reacts to messages, in its order. Those of the practice platform are
    /// [`Function::PLATFORM`].
    pub const ALL: [Self; 12] = [
        Self::Guard,
        Self::Snapshot,
        Self::Keeper,
        Self::Prepare,
        Self::Export,
        Self::Anonymize,
        Self::Import,
        Self::Finalize,
        Self::Validate,
        Self::Promote,
        Self::Rollback,
        Self::Notify,
    ];

    /// Functions of the practice platform that react to messages.
    pub const PLATFORM: [Self; 1] = [Self::Provision];

    /// The name of the function and of its queue.
    pub fn name(self) -> &'static str {
        match self {
            Self::Guard => "guard",
            Self::Snapshot => "snapshot",
            Self::Keeper => "keeper",
            Self::Prepare => "prepare",
            Self::Export => "export",
            Self::Anonymize => "anonymize",
            Self::Import => "import",
            Self::Finalize => "finalize",
            Self::Validate => "validate",
            Self::Promote => "promote",
            Self::Rollback => "rollback",
            Self::Notify => "notify",
            Self::Provision => "provision",
        }
    }
}

/// A request to a function. Handling the same message twice must do no harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "lowercase")]
pub enum Message {
    /// Check both ends of an operation.
    Guard {
        /// The operation.
        operation: String,
    },
    /// Open the snapshot of an epoch, capture and plan.
    Snapshot {
        /// The operation.
        operation: String,
        /// The epoch to open, from 1.
        epoch: u32,
    },
    /// Take the snapshot over and keep it for as long as this worker may live.
    Keep {
        /// The operation.
        operation: String,
        /// The epoch.
        epoch: u32,
        /// Counts the keepers of an epoch, from 1; whoever opened the snapshot is number 0.
        turn: u32,
    },
    /// Create the staging database.
    Prepare {
        /// The operation.
        operation: String,
        /// The epoch.
        epoch: u32,
    },
    /// Read chunks `first..=last`; a range of several is divided on receipt.
    Export {
        /// The operation.
        operation: String,
        /// The epoch.
        epoch: u32,
        /// First chunk.
        first: u32,
        /// Last chunk, inclusive.
        last: u32,
    },
    /// Replace the personal data of a chunk.
    Anonymize {
        /// The operation.
        operation: String,
        /// The epoch.
        epoch: u32,
        /// The chunk.
        chunk: u32,
    },
    /// Load a chunk into staging.
    Import {
        /// The operation.
        operation: String,
        /// The epoch.
        epoch: u32,
        /// The chunk.
        chunk: u32,
    },
    /// Index one table, or without a table finish the schema.
    Finalize {
        /// The operation.
        operation: String,
        /// The epoch.
        epoch: u32,
        /// Position of the table in the plan.
        table: Option<u32>,
    },
    /// Check the copy.
    Validate {
        /// The operation.
        operation: String,
        /// The epoch.
        epoch: u32,
    },
    /// Swap.
    Promote {
        /// The operation.
        operation: String,
        /// The epoch.
        epoch: u32,
    },
    /// Clean up after a failure, or bring previous contents back on request.
    Rollback {
        /// The operation.
        operation: String,
    },
    /// Tell people.
    Notify {
        /// The operation.
        operation: String,
        /// What about: `completed`, `failed`, `refused` …
        about: String,
    },
    /// Do, or undo, the next step of a cabinet's provisioning.
    Provision {
        /// The cabinet.
        cabinet: String,
    },
}

impl Message {
    /// The function it goes to.
    pub fn to(&self) -> Function {
        match self {
            Self::Guard { .. } => Function::Guard,
            Self::Snapshot { .. } => Function::Snapshot,
            Self::Keep { .. } => Function::Keeper,
            Self::Prepare { .. } => Function::Prepare,
            Self::Export { .. } => Function::Export,
            Self::Anonymize { .. } => Function::Anonymize,
            Self::Import { .. } => Function::Import,
            Self::Finalize { .. } => Function::Finalize,
            Self::Validate { .. } => Function::Validate,
            Self::Promote { .. } => Function::Promote,
            Self::Rollback { .. } => Function::Rollback,
            Self::Notify { .. } => Function::Notify,
            Self::Provision { .. } => Function::Provision,
        }
    }

    /// The operation it belongs to; of the platform's messages, the cabinet.
    pub fn operation(&self) -> &str {
        match self {
            Self::Guard { operation }
            | Self::Snapshot { operation, .. }
            | Self::Keep { operation, .. }
            | Self::Prepare { operation, .. }
            | Self::Export { operation, .. }
            | Self::Anonymize { operation, .. }
            | Self::Import { operation, .. }
            | Self::Finalize { operation, .. }
            | Self::Validate { operation, .. }
            | Self::Promote { operation, .. }
            | Self::Rollback { operation }
            | Self::Notify { operation, .. } => operation,
            Self::Provision { cabinet } => cabinet,
        }
    }
}

/// A message with its deterministic id: sending the same id twice is the same as sending it once, as far as a queue can
/// tell, and harmless where it cannot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Deterministic id.
    pub id: String,
    /// The request.
    pub message: Message,
}
