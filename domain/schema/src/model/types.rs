//! User-defined types and collations.

use super::grants::Grant;
use crate::name::QualifiedName;
use serde::{Deserialize, Serialize};

/// A user-defined type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Type {
    /// Its name.
    pub name: QualifiedName,
    /// What it is.
    pub definition: TypeDefinition,
    /// The owning role.
    pub owner: String,
    /// Explicit privileges; `None` when the catalog holds none.
    pub acl: Option<Vec<Grant>>,
    /// Its comment.
    pub comment: Option<String>,
}

/// What a type is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeDefinition {
    /// `CREATE TYPE … AS ENUM`.
    Enum {
        /// The labels in their order.
        labels: Vec<String>,
    },
    /// `CREATE DOMAIN`.
    Domain {
        /// The base type as SQL, with its modifier.
        base: String,
        /// A collation other than the base type's.
        collation: Option<QualifiedName>,
        /// The default expression.
        default: Option<String>,
        /// `NOT NULL`.
        not_null: bool,
        /// The checks, by name.
        constraints: Vec<DomainConstraint>,
    },
    /// `CREATE TYPE … AS (…)`.
    Composite {
        /// The attributes in their order.
        attributes: Vec<Attribute>,
    },
    /// `CREATE TYPE … AS RANGE`.
    Range {
        /// The subtype as SQL.
        subtype: String,
        /// The operator class, unless it is the subtype's default.
        operator_class: Option<QualifiedName>,
        /// A collation other than the subtype's.
        collation: Option<QualifiedName>,
        /// The difference function.
        subtype_diff: Option<QualifiedName>,
        /// The name of the multirange type (PostgreSQL 14).
        multirange: Option<QualifiedName>,
        /// The function that brings values into their canonical form; written in C.
        #[serde(default)]
        canonical: Option<QualifiedName>,
    },
    /// A base type, whose functions are written in C.
    Base {
        /// `INPUT = …` and so on, as `CREATE TYPE` takes them.
        parameters: Vec<String>,
    },
    /// Only the name of a base type that was never finished.
    Shell,
}

/// A check of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainConstraint {
    /// Its name.
    pub name: String,
    /// `CHECK (…)`, with `NOT VALID` where it applies.
    pub definition: String,
    /// All existing values are known to satisfy it.
    pub validated: bool,
    /// Its comment.
    pub comment: Option<String>,
}

/// An attribute of a composite type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type as SQL.
    pub type_sql: String,
    /// A collation other than the type's.
    pub collation: Option<QualifiedName>,
    /// Its comment.
    pub comment: Option<String>,
}

/// A collation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collation {
    /// Its name.
    pub name: QualifiedName,
    /// `libc`, `icu` or `builtin`.
    pub provider: String,
    /// False when equal strings may differ byte for byte.
    pub deterministic: bool,
    /// `LC_COLLATE` of a libc collation.
    pub lc_collate: Option<String>,
    /// `LC_CTYPE` of a libc collation.
    pub lc_ctype: Option<String>,
    /// The locale of an ICU or built-in collation.
    pub locale: Option<String>,
    /// Further ICU rules (PostgreSQL 16).
    pub rules: Option<String>,
    /// The owning role.
    pub owner: String,
    /// Its comment.
    pub comment: Option<String>,
}
