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

/// The stream that says that people were told of an operation.
///
/// # Errors
/// As [`operation_stream`].
pub fn notification_stream(operation: &str, about: &str, resumes: u32) -> Result<StreamId, Error> {
    StreamId::new(format!("notification/{operation}/{about}-{resumes}"))
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

/// The gate that exported chunks go through; `replaced` counts the snapshots that took the place of a lost one.
pub fn exports_gate(operation: &str, epoch: u32, replaced: usize) -> String {
    format!("{operation}/{epoch}/exports/{replaced}")
}

/// The lease on opening or replacing an operation's snapshot.
pub fn snapshot_lease(operation: &str) -> String {
    format!("snapshot/{operation}")
}

/// The lease on asking for an operation's snapshot to be renewed: one of many who miss it asks for all.
pub fn renewal_lease(operation: &str) -> String {
    format!("renewal/{operation}")
}

/// The lease on one turn of keeping an epoch's snapshot.
pub fn keeper_lease(operation: &str, epoch: u32, turn: u32) -> String {
    format!("keeper/{operation}/{epoch}/{turn}")
}

/// What the keys of the items of those who hold an operation's snapshot begin with.
pub fn holders(operation: &str) -> String {
    format!("{operation}/")
}

/// The item of one holder of an epoch's snapshot; `holder` tells apart two that took the same turn.
pub fn holder_item(operation: &str, epoch: u32, turn: u32, holder: &str) -> String {
    format!("{operation}/{epoch}/{turn:08}/{holder}")
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

/// The places of a chunk's rows, where not all rows of its pages are copied.
pub fn chosen_blob(operation: &str, epoch: u32, chunk: u32) -> BlobKey {
    BlobKey::new(operation, format!("{epoch}/chosen/{chunk}"))
}

/// Keyed fingerprints of a chunk's originals.
pub fn fingerprint_blob(operation: &str, epoch: u32, chunk: u32, attempt: u32) -> BlobKey {
    BlobKey::new(operation, format!("{epoch}/fingerprints/{chunk}-{attempt}"))
}

/// What a step that takes long has noted of its work.
pub fn note_blob(operation: &str, epoch: u32, name: &str) -> BlobKey {
    BlobKey::new(operation, format!("{epoch}/notes/{name}"))
}

/// A message with the id that belongs to it. `about` tells repeated requests of the same step apart, for example the
/// attempt of a chunk or the number of a resume.
pub fn outgoing(message: Message, about: &str) -> Outgoing {
    let operation = message.operation();
    let place = match &message {
        Message::Guard { .. } | Message::Rollback { .. } | Message::Provision { .. } => String::new(),
        Message::Snapshot { epoch, .. }
        | Message::Prepare { epoch, .. }
        | Message::Validate { epoch, .. }
        | Message::Promote { epoch, .. } => format!("/{epoch}"),
        Message::Keep { epoch, turn, .. } => format!("/{epoch}/{turn}"),
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
