//! Facts about environments, in the stream `environment/<name>`.

use serde::{Deserialize, Serialize};

/// What identifies a database wherever it is reached from: the cluster's `system_identifier` and the database's oid.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// `pg_control_system().system_identifier`, or where a managed service hides it a fallback `fallback:…`.
    pub system: String,
    /// `pg_database.oid`.
    pub database_oid: u32,
    /// The database's name when it was probed; not part of the comparison.
    pub database: String,
    /// Major version of the server.
    pub version: u32,
}

impl Identity {
    /// True when both are the same database of the same cluster (a physical standby counts as the same).
    pub fn same_database(&self, other: &Self) -> bool {
        self.system == other.system && self.database_oid == other.database_oid
    }
}

/// A server was probed on behalf of an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentIdentified {
    /// Name of the environment.
    pub environment: String,
    /// What it was taken for: `production`, `test`, `training` or `development`.
    pub environment_type: String,
    /// What its server said.
    pub identity: Identity,
}

/// Somebody approved rules for clones into an environment, together with the columns there were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesApproved {
    /// Name of the environment.
    pub environment: String,
    /// What the file is called.
    pub name: String,
    /// SHA-256 of the file's text, in hexadecimal: two approvals of the same rules have the same.
    pub sha256: String,
    /// How many rules for columns it has.
    pub rules: u32,
    /// How many columns there were.
    pub columns: u32,
    /// Columns (`schema.table.column`) that were not there at the approval before.
    pub added: Vec<String>,
    /// Columns that were gone.
    pub removed: Vec<String>,
}

/// From now on replacements of an environment are made with another key: they cannot be joined with earlier ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskingKeyRotated {
    /// Name of the environment.
    pub environment: String,
    /// The version of the key, from 1; before the first rotation it was 0.
    pub version: u32,
}

/// An environment is to exist for as long as a request (a pull request, say) is open. Nova makes its database, on the
/// server of another environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewOpened {
    /// Name of the environment.
    pub environment: String,
    /// The environment whose server, role and type it shares.
    pub template: String,
    /// Name of its database.
    pub database: String,
    /// The environment whose contents it gets; none in events that are older than this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What it is for, for example `owner/repository#12`.
    pub request: String,
    /// When it is removed at the latest, in milliseconds since 1970-01-01 UTC.
    pub expires_at_ms: u64,
}

/// The empty database of a preview was created: this one, and what operations of Nova put into its place, may be dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewDatabaseCreated {
    /// What its server says it is.
    pub identity: Identity,
}

/// A preview is not needed any more: its database is to be dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewClosed {
    /// `closed` or `expired`.
    pub reason: String,
}

/// A preview is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRemoved {
    /// Databases that were dropped.
    pub dropped: Vec<String>,
}
