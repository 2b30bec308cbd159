//! What a PostgreSQL database consists of, as plain data.
//!
//! Every collection is sorted, so equal databases serialize to equal JSON. Definitions that only the server can render
//! faithfully (expressions, queries, functions) are kept as its own text, rendered with an empty search path.

mod code;
mod database;
mod globals;
mod grants;
mod object;
mod relation;
mod side_effects;
mod table;
mod types;

pub(crate) use code::without_in;
pub use code::{Function, FunctionKind, NO_CONNECTION, Policy, Rule, ScriptedObject, Trigger, TriggerState};
pub use database::{Database, ForeignKey};
pub use globals::{
    DefaultPrivileges, Extension, ExtensionDependent, ExtensionRows, LargeObject, MemberGrants, Publication,
    PublishedTable, Schema, SecurityLabel, Setting,
};
pub use grants::{Grant, Grantable, effective_grants};
pub use object::{ColumnDependency, Dependency, ObjectKind, ObjectRef, Unsupported};
pub use relation::{
    Constraint, ConstraintKind, Index, Reference, Sequence, SequenceOwner, Statistics, View, ViewColumn,
};
pub use table::{
    Column, Foreign, Generated, Identity, Partition, PartitionKey, ReplicaIdentity, Table, TableKind, TypeKind,
};
pub use types::{Attribute, Collation, DomainConstraint, Type, TypeDefinition};
