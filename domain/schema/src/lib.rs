//! The model of a PostgreSQL schema, and what Nova does with it.
//!
//! | module | answers |
//! |---|---|
//! | [`Database`] and its parts | what is there |
//! | [`emit`] | which statements build it again, in which order |
//! | [`compare`] | where two databases differ |
//! | [`compatibility`] | what a target of an older major version cannot hold |
//!
//! Everything here is pure: the model comes from `nova-catalog`, the statements are run by others.

pub mod compare;
pub mod compatibility;
pub mod emit;
mod model;
mod name;

pub use model::{
    Attribute, Collation, Column, ColumnDependency, Constraint, ConstraintKind, Database, DefaultPrivileges,
    Dependency, DomainConstraint, Extension, ExtensionDependent, ExtensionRows, Foreign, ForeignKey, Function,
    FunctionKind, Generated, Grant, Grantable, Identity, Index, LargeObject, MemberGrants, NO_CONNECTION, ObjectKind,
    ObjectRef, Partition, PartitionKey, Policy, Publication, PublishedTable, Reference, ReplicaIdentity, Rule, Schema,
    ScriptedObject, SecurityLabel, Sequence, SequenceOwner, Setting, Statistics, Table, TableKind, Trigger,
    TriggerState, Type, TypeDefinition, TypeKind, Unsupported, View, ViewColumn, effective_grants,
};
pub use name::{QualifiedName, quote_ident, quote_idents, quote_literal, readable_ident};
