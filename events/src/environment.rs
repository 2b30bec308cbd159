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
