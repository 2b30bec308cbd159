//! Types that stay, and how others make way.

use crate::statement::Statement;
use nova_schema::{Database, DomainConstraint, QualifiedName, Type, TypeDefinition, quote_ident, quote_literal};

fn label(item: &Type) -> String {
    format!("type {}", item.name.readable())
}

/// The name an old type bears until no column has it any more.
pub(crate) fn former_name(name: &QualifiedName) -> QualifiedName {
    let mut short: String = name.name.clone();
    while short.len() > 50 {
        short.pop();
    }
    name.sibling(&format!("nova_old_{short}"))
}

/// Labels, default, `NOT NULL` or attributes.
pub(crate) fn alter(before: &Type, after: &Type, database: &Database) -> Vec<Statement> {
    let name = after.name.sql();
    match (&before.definition, &after.definition) {
        (TypeDefinition::Enum { labels: had }, TypeDefinition::Enum { labels }) => {
            let mut out = Vec::new();
            for (position, text) in labels.iter().enumerate().filter(|(_, text)| !had.contains(text)) {
                let previous = position.checked_sub(1).and_then(|position| labels.get(position));
                let next = labels.iter().skip(position + 1).find(|text| had.contains(text));
                let place = match (previous, next) {
                    (Some(previous), Some(_)) => format!(" AFTER {}", quote_literal(previous)),
                    (None, Some(next)) => format!(" BEFORE {}", quote_literal(next)),
                    (_, None) => String::new(),
                };
                out.push(
                    Statement::new(
                        label(after),
                        format!("ALTER TYPE {name} ADD VALUE {}{place}", quote_literal(text)),
                    )
                    .outside_transactions()
                    .note("commits by itself: a new label cannot be used in the transaction that adds it"),
                );
            }
            out
        }
        (
            TypeDefinition::Domain { default, not_null, .. },
            TypeDefinition::Domain {
                default: new_default,
                not_null: new_not_null,
                ..
            },
        ) => {
            let mut out = Vec::new();
            if default != new_default {
                let action = match new_default {
                    Some(value) => format!("SET DEFAULT {value}"),
                    None => "DROP DEFAULT".to_owned(),
                };
                out.push(Statement::new(label(after), format!("ALTER DOMAIN {name} {action}")));
            }
            if not_null != new_not_null {
                let statement = if *new_not_null {
                    Statement::new(label(after), format!("ALTER DOMAIN {name} SET NOT NULL"))
                        .may_fail("a column of this domain has a row without a value")
                } else {
                    Statement::new(label(after), format!("ALTER DOMAIN {name} DROP NOT NULL"))
                };
                out.push(statement);
            }
            out
        }
        (TypeDefinition::Composite { attributes: had }, TypeDefinition::Composite { attributes }) => {
            let typed = database.tables.iter().any(|table| {
                table
                    .of_type
                    .as_deref()
                    .is_some_and(|of| of == after.name.readable() || of == name)
            });
            let cascade = if typed { " CASCADE" } else { "" };
            let mut out = Vec::new();
            let mut push = |action: String| {
                out.push(Statement::new(
                    label(after),
                    format!("ALTER TYPE {name} {action}{cascade}"),
                ));
            };
            for gone in had
                .iter()
                .filter(|item| !attributes.iter().any(|other| other.name == item.name))
            {
                push(format!("DROP ATTRIBUTE {}", quote_ident(&gone.name)));
            }
            for attribute in attributes {
                let collation = attribute
                    .collation
                    .as_ref()
                    .map(|collation| format!(" COLLATE {}", collation.sql()))
                    .unwrap_or_default();
                let definition = format!("{}{collation}", attribute.type_sql);
                match had.iter().find(|other| other.name == attribute.name) {
                    None => push(format!("ADD ATTRIBUTE {} {definition}", quote_ident(&attribute.name))),
                    Some(other) if other.type_sql != attribute.type_sql || other.collation != attribute.collation => {
                        push(format!(
                            "ALTER ATTRIBUTE {} TYPE {definition}",
                            quote_ident(&attribute.name)
                        ));
                    }
                    Some(_) => {}
                }
            }
            out
        }
        _ => Vec::new(),
    }
}

/// `ALTER DOMAIN … ADD CONSTRAINT`.
pub(crate) fn add_check(domain: &QualifiedName, check: &DomainConstraint) -> Statement {
    let statement = on_domain(
        domain,
        &format!("ADD CONSTRAINT {} {}", quote_ident(&check.name), check.definition),
    );
    if check.validated {
        statement.may_fail("a value of this domain does not satisfy it")
    } else {
        statement
    }
}

/// `ALTER DOMAIN … DROP CONSTRAINT`.
pub(crate) fn drop_check(domain: &QualifiedName, check: &DomainConstraint) -> Statement {
    on_domain(domain, &format!("DROP CONSTRAINT {}", quote_ident(&check.name)))
}

/// `ALTER DOMAIN … VALIDATE CONSTRAINT`.
pub(crate) fn validate_check(domain: &QualifiedName, check: &DomainConstraint) -> Statement {
    on_domain(domain, &format!("VALIDATE CONSTRAINT {}", quote_ident(&check.name)))
        .may_fail("a value of this domain does not satisfy it")
}

fn on_domain(domain: &QualifiedName, action: &str) -> Statement {
    Statement::new(
        format!("type {}", domain.readable()),
        format!("ALTER DOMAIN {} {action}", domain.sql()),
    )
}
