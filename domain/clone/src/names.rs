//! Deterministic names.

use nova_eventlog::{BlobKey, Error, StreamId};
use nova_events::{Message, Outgoing};

/// The stream of an operation.
///
/// # Errors
/// When the id holds other characters than ids do.
pub fn operation_stream(operation: &str) -> Result<StreamId, Error> {
    StreamId::new(format!("operation/{operation}"))
}

/// The stream of a chunk.
///
/// # Errors
/// As [`operation_stream`].
pub fn chunk_stream(operation: &str, epoch: u32, chunk: u32) -> Result<StreamId, Error> {
    StreamId::new(format!("chunk/{operation}/{epoch}/{chunk}"))
}

/// The stream of a table of the plan.
///
/// # Errors
/// As [`operation_stream`].
pub fn table_stream(operation: &str, epoch: u32, table: u32) -> Result<StreamId, Error> {
    StreamId::new(format!("table/{operation}/{epoch}/{table}"))
}

/// The stream of an environment.
///
/// # Errors
/// As [`operation_stream`].
pub fn environment_stream(environment: &str) -> Result<StreamId, Error> {
    StreamId::new(format!("environment/{environment}"))
}

/// The gate that a table's chunks go through.
pub fn table_gate(operation: &str, epoch: u32, table: u32) -> String {
    format!("{operation}/{epoch}/table/{table}")
}

/// The gate that finished tables go through.
pub fn tables_gate(operation: &str, epoch: u32) -> String {
    format!("{operation}/{epoch}/tables")
}

/// The lease on a target environment.
pub fn target_lease(environment: &str) -> String {
    format!("target/{environment}")
}

/// The item under which the current snapshot's holder is found.
pub fn snapshot_item(operation: &str) -> String {
    operation.to_owned()
}

/// The rules file as it was when the operation was requested.
pub const RULES_BLOB: &str = "rules.json";

/// The captured schema of an epoch.
pub fn schema_blob(epoch: u32) -> String {
    format!("{epoch}/schema.json")
}

/// The masking plan of an epoch.
pub fn masking_blob(epoch: u32) -> String {
    format!("{epoch}/masking.json")
}

/// The chunk plan of an epoch.
pub fn plan_blob(epoch: u32) -> String {
    format!("{epoch}/plan.json")
}

/// The rows of a chunk as they were read.
pub fn raw_blob(operation: &str, epoch: u32, chunk: u32, attempt: u32) -> BlobKey {
    BlobKey::new(operation, format!("{epoch}/chunk/{chunk}/{attempt}.raw"))
}

/// The rows of a chunk as they will be loaded.
pub fn clean_blob(operation: &str, epoch: u32, chunk: u32, attempt: u32) -> BlobKey {
    BlobKey::new(operation, format!("{epoch}/chunk/{chunk}/{attempt}.clean"))
}

/// Keyed fingerprints of a chunk's originals.
pub fn fingerprint_blob(operation: &str, epoch: u32, chunk: u32, attempt: u32) -> BlobKey {
    BlobKey::new(operation, format!("{epoch}/fingerprints/{chunk}-{attempt}"))
}

/// A message with the id that belongs to it. `about` tells repeated requests of the same step apart, for example the
/// attempt of a chunk or the number of a resume.
pub fn outgoing(message: Message, about: &str) -> Outgoing {
    let operation = message.operation();
    let place = match &message {
        Message::Guard { .. } | Message::Rollback { .. } => String::new(),
        Message::Snapshot { epoch, .. }
        | Message::Prepare { epoch, .. }
        | Message::Validate { epoch, .. }
        | Message::Promote { epoch, .. } => format!("/{epoch}"),
        Message::Export { epoch, first, last, .. } => format!("/{epoch}/{first}-{last}"),
        Message::Anonymize { epoch, chunk, .. } | Message::Import { epoch, chunk, .. } => format!("/{epoch}/{chunk}"),
        Message::Finalize {
            epoch,
            table: Some(table),
            ..
        } => format!("/{epoch}/{table}"),
        Message::Finalize { epoch, table: None, .. } => format!("/{epoch}/all"),
        Message::Notify { about, .. } => format!("/{about}"),
    };
    let id = format!("{operation}/{}{place}#{about}", message.to().name());
    Outgoing { id, message }
}
