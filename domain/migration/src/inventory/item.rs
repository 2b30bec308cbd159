//! An object of one side: what it is a part of, and which names it takes.

use nova_schema::{
    Collation, Column, Constraint, Database, DefaultPrivileges, DomainConstraint, Extension, ExtensionDependent,
    Function, Index, LargeObject, MemberGrants, Policy, Publication, QualifiedName, Rule, Schema, ScriptedObject,
    SecurityLabel, Sequence, Setting, Statistics, Table, Trigger, Type, TypeDefinition, View,
};

/// An object of one side.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Item<'a> {
    Schema(&'a Schema),
    Extension(&'a Extension),
    Collation(&'a Collation),
    Type(&'a Type),
    DomainCheck(&'a QualifiedName, &'a DomainConstraint),
    Function(&'a Function),
    Scripted(&'a ScriptedObject),
    Sequence(&'a Sequence),
    Table(&'a Table),
    Column(&'a Table, &'a Column),
    Default(&'a Table, &'a Column),
    View(&'a View),
    Constraint(&'a Constraint),
    Index(&'a Index),
    Statistics(&'a Statistics),
    Rule(&'a Rule),
    Trigger(&'a Trigger),
    Policy(&'a Policy),
    Publication(&'a Publication),
    DefaultPrivileges(&'a DefaultPrivileges),
    Setting(&'a Setting),
    LargeObject(&'a LargeObject),
    MemberGrants(&'a MemberGrants),
    ExtensionDependent(&'a ExtensionDependent),
    Label(&'a SecurityLabel),
}

impl<'a> Item<'a> {
    /// The relation this is a part of: it goes with it.
    pub(crate) fn owner(&self) -> Option<&'a QualifiedName> {
        match self {
            Self::Column(table, _) | Self::Default(table, _) => Some(&table.name),
            Self::DomainCheck(domain, _) => Some(domain),
            Self::Constraint(item) => Some(&item.table),
            Self::Index(item) => Some(&item.table),
            Self::Statistics(item) => Some(&item.table),
            Self::Rule(item) => Some(&item.table),
            Self::Trigger(item) => Some(&item.table),
            Self::Policy(item) => Some(&item.table),
            _ => None,
        }
    }

    /// The schema it lives in.
    pub(crate) fn schema(&self) -> Option<&'a str> {
        match self {
            Self::Collation(item) => Some(&item.name.schema),
            Self::Type(item) => Some(&item.name.schema),
            Self::Function(item) => Some(&item.name.schema),
            Self::Sequence(item) => Some(&item.name.schema),
            Self::Table(item) => Some(&item.name.schema),
            Self::View(item) => Some(&item.name.schema),
            Self::Statistics(item) => Some(&item.name.schema),
            Self::Extension(item) => item.schema.as_deref(),
            _ => None,
        }
    }

    /// The names it takes from a shared pool while it exists: relations share one per schema, types another.
    pub(crate) fn names(&self, database: &Database) -> Vec<String> {
        let relation = |name: &QualifiedName| format!("relation {}", name.sql());
        let user_type = |name: &QualifiedName| format!("type {}", name.sql());
        match self {
            Self::Table(item) => vec![relation(&item.name), user_type(&item.name)],
            Self::View(item) => vec![relation(&item.name), user_type(&item.name)],
            Self::Sequence(item) => vec![relation(&item.name)],
            Self::Index(item) => vec![relation(&item.name)],
            Self::Column(_, column) => {
                let identity = column.identity.as_ref();
                identity
                    .map(|identity| relation(&identity.sequence))
                    .into_iter()
                    .collect()
            }
            Self::Type(item) => match &item.definition {
                TypeDefinition::Composite { .. } => vec![relation(&item.name), user_type(&item.name)],
                _ => vec![user_type(&item.name)],
            },
            Self::Function(item) => vec![format!(
                "function {}({})",
                item.name.sql(),
                bare_arguments(&item.arguments)
            )],
            Self::Constraint(item) => {
                let indexed = database
                    .indexes_of(&item.table)
                    .any(|index| index.constraint.as_deref() == Some(item.name.as_str()));
                let own = format!("constraint {} {}", item.table.sql(), item.name);
                if indexed {
                    vec![own, relation(&item.table.sibling(&item.name))]
                } else {
                    vec![own]
                }
            }
            _ => Vec::new(),
        }
    }
}

/// An argument list without the arguments' names: what two functions may not share.
fn bare_arguments(arguments: &str) -> String {
    arguments
        .split(", ")
        .map(|argument| argument.rsplit(' ').next().unwrap_or(argument))
        .collect::<Vec<_>>()
        .join(", ")
}
