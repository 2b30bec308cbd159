//! What stands above relations: schemas, extensions, default privileges, publications.

use super::grants::{Grant, Grantable};
use crate::name::QualifiedName;
use serde::{Deserialize, Serialize};

/// A schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// Its raw name.
    pub name: String,
    /// The owning role.
    pub owner: String,
    /// Explicit privileges; `None` when the catalog holds none.
    pub acl: Option<Vec<Grant>>,
    /// Its comment.
    pub comment: Option<String>,
}

/// An installed extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Its name.
    pub name: String,
    /// The schema it was installed into; `None` when the extension creates that schema itself.
    pub schema: Option<String>,
    /// The installed version, for information: a target installs its own default version.
    pub version: String,
    /// Its comment.
    #[serde(default)]
    pub comment: Option<String>,
}

/// Rows that users added to a table of an extension and that say how it is set up: a system of coordinates, a partitioned
/// table that is looked after.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExtensionRows {
    /// The extension.
    pub extension: String,
    /// Its table.
    pub table: QualifiedName,
    /// The table's columns.
    pub columns: Vec<String>,
    /// A value for each column, in the server's text form; `None` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Privileges on an object that nobody created by hand: a member of an extension, or one of PostgreSQL's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberGrants {
    /// The kind of privileges.
    pub on: Grantable,
    /// The object as `GRANT` takes it: `ROUTINE s.f(integer)`.
    pub identity: String,
    /// The owning role.
    pub owner: String,
    /// The privileges that the object comes with.
    pub initial: Vec<Grant>,
    /// The privileges it has now.
    pub acl: Vec<Grant>,
}

/// A label that a security provider reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityLabel {
    /// The object as `SECURITY LABEL ON` takes it: `TABLE s.t`.
    pub object: String,
    /// The provider.
    pub provider: String,
    /// The label.
    pub label: String,
}

/// A large object without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LargeObject {
    /// Its number, by which rows refer to it.
    pub number: u32,
    /// The owning role.
    pub owner: String,
    /// Explicit privileges; `None` when the catalog holds none.
    pub acl: Option<Vec<Grant>>,
    /// Its comment.
    pub comment: Option<String>,
}

/// An object that goes when an extension goes, though it is not a member (`ALTER … DEPENDS ON EXTENSION`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExtensionDependent {
    /// The object as `ALTER` takes it: `FUNCTION s.f(integer)`.
    pub object: String,
    /// The extension.
    pub extension: String,
}

/// A configuration parameter set for the database, or for one role in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Setting {
    /// The role it is for, or `None` for all.
    pub role: Option<String>,
    /// The parameter.
    pub name: String,
    /// Its value, as the catalog stores it.
    pub value: String,
}

impl Setting {
    /// True for the parameter that would make a copy read-only: it protects the source, it is not part of its schema.
    pub fn blocks_writing(&self) -> bool {
        self.name == "default_transaction_read_only"
    }
}

/// Privileges that objects created later will have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultPrivileges {
    /// The role whose new objects are concerned.
    pub role: String,
    /// The schema, or `None` for all.
    pub schema: Option<String>,
    /// The kind of objects.
    pub on: Grantable,
    /// The privileges.
    pub acl: Vec<Grant>,
}

/// A logical replication publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Its name.
    pub name: String,
    /// The owning role.
    pub owner: String,
    /// `FOR ALL TABLES`.
    pub all_tables: bool,
    /// Published tables, unless all are.
    pub tables: Vec<PublishedTable>,
    /// Published schemas, unless all tables are.
    pub schemas: Vec<String>,
    /// The `publish` option, for example `insert, update`.
    pub publish: String,
    /// `publish_via_partition_root`.
    pub via_root: bool,
    /// `publish_generated_columns`, when it is not the default.
    pub generated_columns: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
}

/// One table of a publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedTable {
    /// The table.
    pub table: QualifiedName,
    /// Published columns; empty means all.
    pub columns: Vec<String>,
    /// The row filter.
    pub filter: Option<String>,
}
