//! Tables and their columns.

use super::grants::Grant;
use crate::name::QualifiedName;
use serde::{Deserialize, Serialize};

/// A table: ordinary, partitioned or foreign; or a partition of any kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: QualifiedName,
    /// Whether it holds rows itself.
    pub kind: TableKind,
    /// The columns in their order, dropped ones left out.
    pub columns: Vec<Column>,
    /// What it is a partition of.
    pub partition_of: Option<Partition>,
    /// How it is partitioned.
    pub partition_key: Option<PartitionKey>,
    /// Parents by classic inheritance, in order.
    pub inherits: Vec<QualifiedName>,
    /// The composite type of a typed table, as SQL.
    pub of_type: Option<String>,
    /// `UNLOGGED`.
    pub unlogged: bool,
    /// The access method, unless it is `heap`.
    pub access_method: Option<String>,
    /// The tablespace, unless it is the database's.
    #[serde(default)]
    pub tablespace: Option<String>,
    /// Where the rows of a foreign table are.
    #[serde(default)]
    pub foreign: Option<Foreign>,
    /// Storage parameters `name=value`, those of its TOAST table as `toast.name=value`.
    pub options: Vec<String>,
    /// Row level security enabled.
    pub row_security: bool,
    /// Row level security also binds the owner.
    pub force_row_security: bool,
    /// What identifies a row in logical replication.
    pub replica_identity: ReplicaIdentity,
    /// The owning role.
    pub owner: String,
    /// Explicit privileges; `None` when the catalog holds none.
    pub acl: Option<Vec<Grant>>,
    /// Its comment.
    pub comment: Option<String>,
}

impl Table {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// Whether a table holds rows itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// It holds rows.
    Ordinary,
    /// Its partitions hold the rows.
    Partitioned,
    /// Another server holds the rows; they are never read.
    Foreign,
}

/// Where the rows of a foreign table are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foreign {
    /// The foreign server.
    pub server: String,
    /// Options `name=value`.
    pub options: Vec<String>,
}

/// A partition's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// The partitioned table.
    pub parent: QualifiedName,
    /// `FOR VALUES …` or `DEFAULT`.
    pub bound: String,
}

/// How a table is partitioned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionKey {
    /// For example `RANGE (created_at)`.
    pub definition: String,
    /// The key's plain columns; expressions are left out.
    pub columns: Vec<String>,
}

/// What identifies a row in logical replication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplicaIdentity {
    /// The primary key.
    Default,
    /// Nothing.
    Nothing,
    /// The whole row.
    Full,
    /// The index of this name.
    Index(String),
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its raw name.
    pub name: String,
    /// The declared type as SQL, with modifier; user-defined types schema-qualified.
    pub type_sql: String,
    /// The declared type's name.
    pub type_name: QualifiedName,
    /// The declared type's kind.
    pub type_kind: TypeKind,
    /// The type below all domains: the raw catalog name (`text`, `int4`, `_text`), schema-qualified when it is not
    /// one of `pg_catalog`.
    pub base_type: String,
    /// The declared type and everything it is made of are in `pg_catalog`.
    pub type_builtin: bool,
    /// The `n` of `varchar(n)` or `char(n)`, also through domains; in characters.
    pub max_length: Option<u32>,
    /// `NOT NULL`.
    pub not_null: bool,
    /// The default expression.
    pub default: Option<String>,
    /// The generation expression.
    pub generated: Option<Generated>,
    /// The identity property, where the column has a sequence of its own.
    pub identity: Option<Identity>,
    /// A collation other than the type's.
    pub collation: Option<QualifiedName>,
    /// The storage mode, when it is not the type's.
    pub storage: Option<String>,
    /// The compression method, when one was chosen.
    pub compression: Option<String>,
    /// The statistics target, when one was chosen.
    pub statistics: Option<i32>,
    /// Options `name=value`, for example `n_distinct=100`.
    pub options: Vec<String>,
    /// Options of a foreign table's column, `name=value`.
    #[serde(default)]
    pub foreign_options: Vec<String>,
    /// Declared on this table itself (not only inherited).
    pub local: bool,
    /// Explicit column privileges.
    pub acl: Option<Vec<Grant>>,
    /// Its comment.
    pub comment: Option<String>,
}

/// The generation expression of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Generated {
    /// Computed on write and stored.
    Stored(String),
    /// Computed on read (PostgreSQL 18).
    Virtual(String),
}

impl Generated {
    /// The expression.
    pub fn expression(&self) -> &str {
        match self {
            Self::Stored(expression) | Self::Virtual(expression) => expression,
        }
    }
}

/// The identity property of a column; the options stand with the sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// `GENERATED ALWAYS`, else `BY DEFAULT`.
    pub always: bool,
    /// The sequence behind it.
    pub sequence: QualifiedName,
}

/// The kind of a type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    /// A base type.
    Base,
    /// An enum.
    Enum,
    /// A domain.
    Domain,
    /// A composite type or a table's row type.
    Composite,
    /// A range.
    Range,
    /// A multirange.
    Multirange,
    /// A pseudo-type.
    Pseudo,
    /// An array of elements of this kind.
    Array(Box<TypeKind>),
}
