//! The plans and schemas that steps hand to each other, as sealed JSON blobs. They hold no rows and outlive the
//! operation's own key, because later commands read them.

use crate::ports::Ports;
use bytes::Bytes;
use nova_anonymization::plan::MaskingPlan;
use nova_clone::{names, plan::Plan};
use nova_errors::{Code, Failure};
use nova_eventlog::{BlobKey, Durability, read_all, write_all};
use nova_schema::Database;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// The scope under which an operation's documents are sealed: its own key is destroyed when it ends.
pub fn scope(operation: &str) -> String {
    format!("{operation}-documents")
}

/// Stores a document.
///
/// # Errors
/// What the blob store says.
pub async fn put<T: Serialize>(ports: &Ports, operation: &str, name: &str, document: &T) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(document).map_err(|error| malformed(name, &error))?;
    put_bytes(ports, operation, name, bytes).await
}

/// Stores a document as it is.
///
/// # Errors
/// What the blob store says.
pub async fn put_bytes(ports: &Ports, operation: &str, name: &str, bytes: Vec<u8>) -> Result<(), Failure> {
    let key = BlobKey::new(scope(operation), name);
    write_all(ports.blobs.as_ref(), &key, Durability::Durable, Bytes::from(bytes)).await?;
    Ok(())
}

/// Reads a document as it is.
///
/// # Errors
/// What the blob store says.
pub async fn get_bytes(ports: &Ports, operation: &str, name: &str) -> Result<Vec<u8>, Failure> {
    Ok(read_all(ports.blobs.as_ref(), &BlobKey::new(scope(operation), name)).await?)
}

async fn get<T: DeserializeOwned>(ports: &Ports, operation: &str, name: &str) -> Result<T, Failure> {
    let bytes = get_bytes(ports, operation, name).await?;
    serde_json::from_slice(&bytes).map_err(|error| malformed(name, &error))
}

/// The schema captured in an epoch.
///
/// # Errors
/// What the blob store says.
pub async fn schema(ports: &Ports, operation: &str, epoch: u32) -> Result<Database, Failure> {
    get(ports, operation, &names::schema_blob(epoch)).await
}

/// The schema captured in an epoch, read once by this process: its tables are the same as long as the epoch lasts, positions
/// of sequences may be those of a snapshot that was lost since.
///
/// # Errors
/// What the blob store says.
pub async fn tables(ports: &Ports, operation: &str, epoch: u32) -> Result<Arc<Database>, Failure> {
    let read = schema(ports, operation, epoch);
    ports.connections.schema(operation, epoch, read).await
}

/// The chunk plan of an epoch.
///
/// # Errors
/// What the blob store says.
pub async fn plan(ports: &Ports, operation: &str, epoch: u32) -> Result<Arc<Plan>, Failure> {
    let name = names::plan_blob(epoch);
    let read = get(ports, operation, &name);
    ports.connections.plan(operation, epoch, read).await
}

/// The masking plan of an epoch.
///
/// # Errors
/// What the blob store says.
pub async fn masking(ports: &Ports, operation: &str, epoch: u32) -> Result<MaskingPlan, Failure> {
    get(ports, operation, &names::masking_blob(epoch)).await
}

fn malformed(name: &str, error: &serde_json::Error) -> Failure {
    Failure::new(Code::BLOB_CORRUPT, format!("document {name}: {error}"))
}
