//! What one clone was told about personal data and rows beside its rules; kept with its documents.

use crate::{documents, ports::Ports};
use nova_anonymization::rules::{Policy, Subset};
use nova_clone::Operation;
use nova_errors::{Code, Failure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The document's name.
const DOCUMENT: &str = "decisions";

/// The choices of one clone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decisions {
    /// What happens to columns that look personal and have no decision; none: what the rules file says, else `auto`.
    pub policy: Option<Policy>,
    /// The columns there were when the rules were approved; none when nobody has approved any.
    pub approved: Option<BTreeSet<String>>,
    /// Keep the fingerprints of originals when the operation ends.
    pub keep_fingerprints: bool,
    /// The version of the environment's masking key.
    pub key_version: u32,
    /// The part of the rows that is copied; none: what the rules say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subset: Option<Subset>,
}

/// Stores the choices of an operation that is about to be recorded.
///
/// # Errors
/// What the blob store says.
pub async fn keep_decisions(ports: &Ports, operation: &str, decisions: &Decisions) -> Result<(), Failure> {
    documents::put(ports, operation, DOCUMENT, decisions).await
}

/// The choices of an operation; the usual ones for one that has none.
///
/// # Errors
/// What the blob store says.
pub async fn decisions(ports: &Ports, operation: &Operation) -> Result<Decisions, Failure> {
    match documents::get_bytes(ports, &operation.id, DOCUMENT).await {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| Failure::new(Code::BLOB_CORRUPT, format!("document {DOCUMENT}: {error}"))),
        Err(missing) if missing.code == Code::BLOB_MISSING => Ok(Decisions::default()),
        Err(failure) => Err(failure),
    }
}
