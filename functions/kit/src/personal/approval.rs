//! The rules that a person approved for an environment.

use crate::{documents, ports::Ports};
use nova_environments::EnvironmentName;
use nova_errors::{Code, Failure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The document's name.
const DOCUMENT: &str = "rules";

/// Approved rules, and the columns that were there when they were approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// What messages call the file.
    pub name: String,
    /// The file's text.
    pub text: String,
    /// Who approved.
    pub actor: String,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// `schema.table.column` of every column there was; none when no database could be asked.
    pub columns: Option<BTreeSet<String>>,
}

impl Approval {
    /// What stands for an environment, if anything.
    ///
    /// # Errors
    /// What the blob store says.
    pub async fn load(ports: &Ports, environment: &EnvironmentName) -> Result<Option<Self>, Failure> {
        match documents::get_bytes(ports, &scope(environment), DOCUMENT).await {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| Failure::new(Code::BLOB_CORRUPT, format!("approved rules of {environment}: {error}"))),
            Err(missing) if missing.code == Code::BLOB_MISSING => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Stores it in place of what stood there.
    ///
    /// # Errors
    /// What the blob store says.
    pub async fn store(&self, ports: &Ports, environment: &EnvironmentName) -> Result<(), Failure> {
        documents::put(ports, &scope(environment), DOCUMENT, self).await
    }
}

fn scope(environment: &EnvironmentName) -> String {
    format!("environment-{environment}")
}
