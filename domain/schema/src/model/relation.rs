//! What hangs on tables or stands beside them: constraints, indexes, sequences, statistics, views.

use super::grants::Grant;
use crate::name::QualifiedName;
use serde::{Deserialize, Serialize};

/// A table constraint. Clones that PostgreSQL makes on partitions (foreign keys) are left out; primary keys, unique and
/// exclusion constraints of partitions are kept with the name of the parent's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraint {
    /// The table.
    pub table: QualifiedName,
    /// Its name, unique within the table.
    pub name: String,
    /// What it demands.
    pub kind: ConstraintKind,
    /// The server's own text, for example `FOREIGN KEY (a) REFERENCES s.t(b) ON DELETE CASCADE`.
    pub definition: String,
    /// The constrained columns in the constraint's order.
    pub columns: Vec<String>,
    /// What a foreign key points to.
    pub references: Option<Reference>,
    /// All rows are known to satisfy it.
    pub validated: bool,
    /// False for `NOT ENFORCED` (PostgreSQL 18).
    pub enforced: bool,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// Declared on this table itself (not only inherited).
    pub local: bool,
    /// The key has `WITHOUT OVERLAPS` or `PERIOD` (PostgreSQL 18).
    pub temporal: bool,
    /// The constraint of the partitioned parent this one is attached to.
    pub attached_to: Option<QualifiedName>,
    /// Storage parameters of the index behind it.
    pub options: Vec<String>,
    /// The tablespace of the index behind it, unless it is the database's.
    #[serde(default)]
    pub tablespace: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
}

/// What a constraint demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintKind {
    /// `PRIMARY KEY`.
    PrimaryKey,
    /// `UNIQUE`.
    Unique,
    /// `EXCLUDE`.
    Exclusion,
    /// `CHECK`.
    Check,
    /// `NOT NULL`, an object of its own since PostgreSQL 18.
    NotNull,
    /// `FOREIGN KEY`.
    ForeignKey,
}

/// What a foreign key points to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The referenced table.
    pub table: QualifiedName,
    /// The referenced columns, in the order of the referencing ones.
    pub columns: Vec<String>,
    /// The unique index that proves them unique, in the schema of the referenced table. No statement names it: the server
    /// takes the oldest of those that fit. `None` where it was not read.
    #[serde(default)]
    pub index: Option<String>,
}

/// An index that is not behind a constraint, or the index of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its name.
    pub name: QualifiedName,
    /// The table or materialized view.
    pub table: QualifiedName,
    /// `CREATE INDEX …`; on a partitioned table with `ON ONLY`.
    pub definition: String,
    /// The constraint it is behind.
    pub constraint: Option<String>,
    /// Unique.
    pub unique: bool,
    /// The key's plain columns in order; an expression is `None`. Included columns are left out.
    pub columns: Vec<Option<String>>,
    /// Every column the key, the expressions and the predicate mention.
    pub mentions: Vec<String>,
    /// It covers only rows that satisfy a predicate.
    pub partial: bool,
    /// `NULLS NOT DISTINCT` (PostgreSQL 15).
    pub nulls_not_distinct: bool,
    /// False after a failed concurrent build, and on a partitioned table that has partitions without the index.
    pub valid: bool,
    /// The index of a partitioned table, which holds nothing itself.
    #[serde(default)]
    pub partitioned: bool,
    /// The tablespace, unless it is the database's.
    #[serde(default)]
    pub tablespace: Option<String>,
    /// The table is clustered on it.
    pub clustered: bool,
    /// The index of the partitioned parent this one is attached to.
    pub attached_to: Option<QualifiedName>,
    /// Statistics targets by position in the key, counted from 1.
    pub statistics: Vec<(i32, i32)>,
    /// Its comment.
    pub comment: Option<String>,
}

impl Index {
    /// What a failed concurrent build left behind: nothing uses it, so a copy goes without.
    pub fn is_abandoned(&self) -> bool {
        !self.valid && !self.partitioned
    }
}

/// A sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// Its name.
    pub name: QualifiedName,
    /// `bigint`, `integer` or `smallint`.
    pub type_sql: String,
    /// `START WITH`.
    pub start: i64,
    /// `INCREMENT BY`.
    pub increment: i64,
    /// `MINVALUE`.
    pub minimum: i64,
    /// `MAXVALUE`.
    pub maximum: i64,
    /// `CACHE`.
    pub cache: i64,
    /// `CYCLE`.
    pub cycle: bool,
    /// `UNLOGGED` (PostgreSQL 15).
    pub unlogged: bool,
    /// The column that owns it.
    pub owned_by: Option<SequenceOwner>,
    /// The value last given out, or the next one when `is_called` is false; `None` when it could not be read.
    pub last_value: Option<i64>,
    /// Whether `last_value` has been given out.
    pub is_called: bool,
    /// The owning role.
    pub owner: String,
    /// Explicit privileges; `None` when the catalog holds none.
    pub acl: Option<Vec<Grant>>,
    /// Its comment.
    pub comment: Option<String>,
}

/// The column that owns a sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequenceOwner {
    /// The table.
    pub table: QualifiedName,
    /// The column.
    pub column: String,
    /// The sequence is the column's identity, not merely owned by it.
    pub identity: bool,
}

/// An extended statistics object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// Its name.
    pub name: QualifiedName,
    /// The table or materialized view.
    pub table: QualifiedName,
    /// `CREATE STATISTICS …`.
    pub definition: String,
    /// The statistics target, when one was chosen.
    pub target: Option<i32>,
    /// The owning role.
    pub owner: String,
    /// Its comment.
    pub comment: Option<String>,
}

/// A view or materialized view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its name.
    pub name: QualifiedName,
    /// Materialized.
    pub materialized: bool,
    /// A materialized view that holds rows.
    pub populated: bool,
    /// The columns in their order.
    pub columns: Vec<ViewColumn>,
    /// The query without a closing semicolon.
    pub query: String,
    /// Options `name=value`: `security_invoker`, `security_barrier`, `check_option`, storage parameters.
    pub options: Vec<String>,
    /// The access method of a materialized view, unless it is `heap`.
    pub access_method: Option<String>,
    /// The tablespace of a materialized view, unless it is the database's.
    #[serde(default)]
    pub tablespace: Option<String>,
    /// The owning role.
    pub owner: String,
    /// Explicit privileges; `None` when the catalog holds none.
    pub acl: Option<Vec<Grant>>,
    /// Its comment.
    pub comment: Option<String>,
}

/// A column of a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewColumn {
    /// Its name.
    pub name: String,
    /// Its type as SQL.
    pub type_sql: String,
    /// A collation other than the type's.
    pub collation: Option<QualifiedName>,
    /// A default that inserts through the view use.
    pub default: Option<String>,
    /// The storage mode in a materialized view, when it is not the type's.
    #[serde(default)]
    pub storage: Option<String>,
    /// The compression method in a materialized view, when one was chosen.
    #[serde(default)]
    pub compression: Option<String>,
    /// Options `name=value`, for example `n_distinct=100`.
    #[serde(default)]
    pub options: Vec<String>,
    /// The statistics target, when one was chosen.
    pub statistics: Option<i32>,
    /// Explicit column privileges.
    pub acl: Option<Vec<Grant>>,
    /// Its comment.
    pub comment: Option<String>,
}
