//! Foreign keys, checked side by side.
//!
//! `ADD FOREIGN KEY` checks every row under a lock on both tables, so keys wait for each other. Added as `NOT VALID` a
//! key takes a moment; `VALIDATE CONSTRAINT` then checks it under locks that keys of different tables do not share.
//! The result in the catalogs is the same.

use nova_schema::{ConstraintKind, Database, QualifiedName, TableKind, emit::Statement, quote_ident};
use std::collections::BTreeMap;

/// Marks the keys that can be checked later as not valid, and returns the statements that check them, grouped by
/// table. Keys from or to partitioned tables stay as they are: servers check them partition by partition, and before
/// version 18 only at once.
pub fn check_later(schema: &mut Database) -> Vec<Vec<Statement>> {
    let ordinary: std::collections::BTreeSet<QualifiedName> = schema
        .tables
        .iter()
        .filter(|table| table.kind == TableKind::Ordinary)
        .map(|table| table.name.clone())
        .collect();
    let mut checks: BTreeMap<QualifiedName, Vec<Statement>> = BTreeMap::new();
    for constraint in &mut schema.constraints {
        let plain = constraint.kind == ConstraintKind::ForeignKey
            && constraint.validated
            && constraint.enforced
            && constraint.attached_to.is_none()
            && ordinary.contains(&constraint.table)
            && constraint
                .references
                .as_ref()
                .is_some_and(|references| ordinary.contains(&references.table));
        if plain {
            constraint.definition.push_str(" NOT VALID");
            constraint.validated = false;
            checks.entry(constraint.table.clone()).or_default().push(Statement {
                object: format!("constraint {} on {}", constraint.name, constraint.table.readable()),
                sql: format!(
                    "ALTER TABLE ONLY {} VALIDATE CONSTRAINT {}",
                    constraint.table.sql(),
                    quote_ident(&constraint.name)
                ),
                transactional: true,
            });
        }
    }
    checks.into_values().collect()
}
