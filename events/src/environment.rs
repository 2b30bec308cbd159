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
