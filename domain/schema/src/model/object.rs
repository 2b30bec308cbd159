//! How one object refers to another, and what could not be carried.

use crate::name::{QualifiedName, quote_ident};
use serde::{Deserialize, Serialize};

/// The kinds of objects that dependencies run between. The order is the order of creation where nothing else decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A schema.
    Schema,
    /// An extension; every member of it is referred to as the extension.
    Extension,
    /// A collation.
    Collation,
    /// An enum, domain, composite or range type.
    Type,
    /// A function, procedure or aggregate.
    Function,
    /// An object carried as its CREATE statement: operator, cast, text search configuration.
    Scripted,
    /// A sequence that is not an identity column's.
    Sequence,
    /// An ordinary or partitioned table.
    Table,
    /// A view or materialized view.
    View,
    /// A column default of a table.
    Default,
    /// A constraint of a table or domain.
    Constraint,
    /// An index.
    Index,
    /// A trigger.
    Trigger,
    /// A rewrite rule.
    Rule,
    /// A row level security policy.
    Policy,
    /// An object that is not carried; what depends on it cannot be carried either.
    Unsupported,
}

impl ObjectKind {
    /// The word for it in messages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Extension => "extension",
            Self::Collation => "collation",
            Self::Type => "type",
            Self::Function => "function",
            Self::Scripted | Self::Unsupported => "object",
            Self::Sequence => "sequence",
            Self::Table => "table",
            Self::View => "view",
            Self::Default => "default",
            Self::Constraint => "constraint",
            Self::Index => "index",
            Self::Trigger => "trigger",
            Self::Rule => "rule",
            Self::Policy => "policy",
        }
    }
}

/// A reference to an object: its kind and its SQL identity, quoted and schema-qualified.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectRef {
    /// What kind of object.
    pub kind: ObjectKind,
    /// The quoted identity, for functions with the argument types.
    pub identity: String,
}

impl ObjectRef {
    /// A reference by kind and ready-made identity.
    pub fn new(kind: ObjectKind, identity: impl Into<String>) -> Self {
        Self {
            kind,
            identity: identity.into(),
        }
    }

    /// A reference to an object known by schema and name.
    pub fn named(kind: ObjectKind, name: &QualifiedName) -> Self {
        Self::new(kind, name.sql())
    }

    /// The default (or generation expression) of one column.
    pub fn default_of(table: &QualifiedName, column: &str) -> Self {
        Self::new(ObjectKind::Default, format!("{}.{}", table.sql(), quote_ident(column)))
    }

    /// A constraint of a table or domain.
    pub fn constraint_of(owner: &QualifiedName, constraint: &str) -> Self {
        Self::on(ObjectKind::Constraint, owner, constraint)
    }

    /// Something that has its name within a table: a trigger, a rule, a policy, a constraint.
    pub fn on(kind: ObjectKind, owner: &QualifiedName, name: &str) -> Self {
        Self::new(kind, format!("{} ON {}", quote_ident(name), owner.sql()))
    }
}

/// One object needs another to exist first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dependency {
    /// The object that needs.
    pub object: ObjectRef,
    /// The object that is needed.
    pub on: ObjectRef,
}

/// One object, or one column of it, needs one column (or attribute) of another, or a column needs another object. Finer
/// than [`Dependency`], which it refines: what has to make way when a single column changes. A column may also need
/// another of its own table, as generated ones do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ColumnDependency {
    /// The object that needs.
    pub object: ObjectRef,
    /// Its column, where it is a column that needs.
    pub column: Option<String>,
    /// The object that is needed.
    pub on: ObjectRef,
    /// Its column, where it is a column that is needed.
    pub on_column: Option<String>,
}

/// An object of the source that the model does not carry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unsupported {
    /// The kind of object, in PostgreSQL's words, for example `foreign table`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Why it is not carried.
    pub reason: String,
}
