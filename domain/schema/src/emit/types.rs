//! Extensions, collations and types.

use super::{Options, Statement, collate};
use crate::{
    Attribute, Collation, Database, DomainConstraint, Extension, ObjectRef, QualifiedName, Type, TypeDefinition,
    quote_ident, quote_literal, readable_ident,
};
use std::collections::BTreeSet;
use std::fmt::Write as _;

pub(super) fn extension(extension: &Extension) -> Statement {
    let schema = extension
        .schema
        .as_ref()
        .map(|schema| format!(" WITH SCHEMA {}", quote_ident(schema)));
    Statement::new(
        format!("extension {}", readable_ident(&extension.name)),
        format!(
            "CREATE EXTENSION IF NOT EXISTS {}{}",
            quote_ident(&extension.name),
            schema.unwrap_or_default()
        ),
    )
}

pub(super) fn collation(collation: &Collation) -> Statement {
    let mut options = vec![format!("provider = {}", collation.provider)];
    let mut text = |key: &str, value: Option<&String>| {
        if let Some(value) = value {
            options.push(format!("{key} = {}", quote_literal(value)));
        }
    };
    text("lc_collate", collation.lc_collate.as_ref());
    text("lc_ctype", collation.lc_ctype.as_ref());
    text("locale", collation.locale.as_ref());
    text("rules", collation.rules.as_ref());
    if !collation.deterministic {
        options.push("deterministic = false".to_owned());
    }
    Statement::new(
        format!("collation {}", collation.name.readable()),
        format!("CREATE COLLATION {} ({})", collation.name.sql(), options.join(", ")),
    )
}

/// `separate` holds the domain checks that a cycle moves into statements of their own.
pub(super) fn create(item: &Type, separate: &BTreeSet<ObjectRef>, options: &Options) -> Statement {
    let name = item.name.sql();
    let sql = match &item.definition {
        TypeDefinition::Enum { labels } => {
            let labels: Vec<_> = labels.iter().map(|label| quote_literal(label)).collect();
            format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", "))
        }
        TypeDefinition::Composite { attributes } => {
            let attributes: Vec<_> = attributes.iter().map(attribute).collect();
            format!("CREATE TYPE {name} AS ({})", attributes.join(", "))
        }
        TypeDefinition::Domain {
            base,
            collation,
            default,
            not_null,
            constraints,
        } => {
            let mut sql = format!("CREATE DOMAIN {name} AS {base}{}", collate(collation.as_ref()));
            if let Some(default) = default {
                let _ = write!(sql, " DEFAULT {default}");
            }
            if *not_null {
                sql.push_str(" NOT NULL");
            }
            for constraint in constraints {
                if constraint.validated && !separate.contains(&ObjectRef::constraint_of(&item.name, &constraint.name)) {
                    let _ = write!(
                        sql,
                        " CONSTRAINT {} {}",
                        quote_ident(&constraint.name),
                        constraint.definition
                    );
                }
            }
            sql
        }
        TypeDefinition::Range {
            subtype,
            operator_class,
            collation,
            subtype_diff,
            multirange,
            canonical,
        } => {
            let mut parts = vec![format!("subtype = {subtype}")];
            let mut part = |key: &str, value: Option<&QualifiedName>| {
                if let Some(value) = value {
                    parts.push(format!("{key} = {}", value.sql()));
                }
            };
            part("subtype_opclass", operator_class.as_ref());
            part("collation", collation.as_ref());
            part("canonical", canonical.as_ref());
            part("subtype_diff", subtype_diff.as_ref());
            part(
                "multirange_type_name",
                multirange.as_ref().filter(|_| options.target_version >= 14),
            );
            format!("CREATE TYPE {name} AS RANGE ({})", parts.join(", "))
        }
        TypeDefinition::Base { parameters } => format!("CREATE TYPE {name} ({})", parameters.join(", ")),
        TypeDefinition::Shell => format!("CREATE TYPE {name}"),
    };
    Statement::new(format!("type {}", item.name.readable()), sql)
}

/// The name of a type that its functions need before it can be created.
pub(super) fn shell(item: &Type) -> Statement {
    Statement::new(
        format!("type {}", item.name.readable()),
        format!("CREATE TYPE {}", item.name.sql()),
    )
}

fn attribute(attribute: &Attribute) -> String {
    format!(
        "{} {}{}",
        quote_ident(&attribute.name),
        attribute.type_sql,
        collate(attribute.collation.as_ref())
    )
}

/// The check of a domain named by `part`, as a statement of its own.
pub(super) fn separate_constraint(database: &Database, part: &ObjectRef) -> Option<Statement> {
    domain_constraints(database)
        .find(|(domain, constraint)| ObjectRef::constraint_of(domain, &constraint.name) == *part)
        .map(|(domain, constraint)| add_constraint(domain, constraint))
}

/// Domain checks that are not known to hold for existing values.
pub(super) fn unvalidated_constraints(database: &Database) -> impl Iterator<Item = Statement> {
    domain_constraints(database)
        .filter(|(_, constraint)| !constraint.validated)
        .map(|(domain, constraint)| add_constraint(domain, constraint))
}

/// Every check of every domain.
pub(super) fn domain_constraints(database: &Database) -> impl Iterator<Item = (&QualifiedName, &DomainConstraint)> {
    database.types.iter().flat_map(|item| {
        let constraints = match &item.definition {
            TypeDefinition::Domain { constraints, .. } => constraints.as_slice(),
            _ => &[],
        };
        constraints.iter().map(move |constraint| (&item.name, constraint))
    })
}

fn add_constraint(domain: &QualifiedName, constraint: &DomainConstraint) -> Statement {
    Statement::new(
        format!(
            "constraint {} on {}",
            readable_ident(&constraint.name),
            domain.readable()
        ),
        format!(
            "ALTER DOMAIN {} ADD CONSTRAINT {} {}",
            domain.sql(),
            quote_ident(&constraint.name),
            constraint.definition
        ),
    )
}
