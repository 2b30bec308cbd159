//! What objects are known by.

use nova_schema::{ObjectKind, ObjectRef, QualifiedName, quote_ident};

/// The kinds of objects. The order is the order of creation where nothing else decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Schema,
    Extension,
    Collation,
    Type,
    Function,
    Scripted,
    Sequence,
    Table,
    Column,
    Default,
    View,
    Constraint,
    Index,
    Statistics,
    Rule,
    Trigger,
    Policy,
    Publication,
    DefaultPrivileges,
    Setting,
    LargeObject,
    MemberGrants,
    ExtensionDependent,
    Label,
}

/// An object: its kind and quoted identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) kind: Kind,
    pub(crate) name: String,
}

impl Key {
    pub(crate) fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
        }
    }

    pub(crate) fn named(kind: Kind, name: &QualifiedName) -> Self {
        Self::new(kind, name.sql())
    }

    pub(crate) fn column(table: &QualifiedName, column: &str) -> Self {
        Self::new(Kind::Column, format!("{}.{}", table.sql(), quote_ident(column)))
    }

    pub(crate) fn default_of(table: &QualifiedName, column: &str) -> Self {
        Self::new(Kind::Default, format!("{}.{}", table.sql(), quote_ident(column)))
    }

    pub(crate) fn on(kind: Kind, owner: &QualifiedName, name: &str) -> Self {
        Self::new(kind, format!("{} ON {}", quote_ident(name), owner.sql()))
    }
}

/// The key of a model reference.
pub(crate) fn key_of(object: &ObjectRef) -> Option<Key> {
    let kind = match object.kind {
        ObjectKind::Schema => Kind::Schema,
        ObjectKind::Extension => Kind::Extension,
        ObjectKind::Collation => Kind::Collation,
        ObjectKind::Type => Kind::Type,
        ObjectKind::Function => Kind::Function,
        ObjectKind::Scripted => Kind::Scripted,
        ObjectKind::Sequence => Kind::Sequence,
        ObjectKind::Table => Kind::Table,
        ObjectKind::View => Kind::View,
        ObjectKind::Default => Kind::Default,
        ObjectKind::Constraint => Kind::Constraint,
        ObjectKind::Index => Kind::Index,
        ObjectKind::Trigger => Kind::Trigger,
        ObjectKind::Rule => Kind::Rule,
        ObjectKind::Policy => Kind::Policy,
        ObjectKind::Unsupported => return None,
    };
    Some(Key::new(kind, object.identity.clone()))
}
