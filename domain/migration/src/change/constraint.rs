//! Constraints: new ones, also online, those that stay, those that go.

use super::index::{concurrently, index_settings};
use super::options as option_changes;
use crate::statement::{Statement, all};
use nova_schema::{Constraint, ConstraintKind, Database, Index, Table, emit, quote_ident};

fn constraint_label(constraint: &Constraint) -> String {
    format!("constraint {} on {}", constraint.name, constraint.table.readable())
}

/// The index behind a constraint.
pub(crate) fn index_of<'a>(database: &'a Database, constraint: &'a Constraint) -> Option<&'a Index> {
    database
        .indexes_of(&constraint.table)
        .find(|index| index.constraint.as_deref() == Some(constraint.name.as_str()))
}

/// `ADD CONSTRAINT` with the settings of its index. `online` proves foreign keys and checks in a step of their own, and
/// builds indexes beforehand.
pub(crate) fn add_constraint(database: &Database, constraint: &Constraint, online: bool) -> Vec<Statement> {
    let mut out = all(emit::object::constraint(database, constraint));
    let index = index_of(database, constraint);
    if let Some(index) = index {
        out.extend(all(emit::object::index(index)));
    }
    let partitioned = database
        .table(&constraint.table)
        .is_some_and(|table| table.partition_key.is_some() || table.partition_of.is_some());
    let reason = match constraint.kind {
        ConstraintKind::PrimaryKey | ConstraintKind::Unique => "two rows have the same key",
        ConstraintKind::Exclusion => "two rows exclude one another",
        ConstraintKind::ForeignKey => "a row refers to one that is not there",
        ConstraintKind::Check => "a row does not satisfy it",
        ConstraintKind::NotNull => "a row has no value there",
    };
    let provable = matches!(constraint.kind, ConstraintKind::ForeignKey | ConstraintKind::Check);
    let indexed = matches!(constraint.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique);
    if online && provable && constraint.validated && constraint.enforced && !partitioned {
        if let Some(first) = out.first_mut() {
            first.sql.push_str(" NOT VALID");
            first.alone = true;
        }
        out.push(validate(constraint).alone());
    } else if let Some(index) = index.filter(|_| online && indexed && !partitioned && !constraint.temporal) {
        let build = Statement::new(
            format!("index {}", index.name.readable()),
            concurrently(&index.definition),
        )
        .outside_transactions()
        .may_fail(reason)
        .note("when it fails, DROP INDEX CONCURRENTLY what it left behind before trying again");
        let word = if constraint.kind == ConstraintKind::PrimaryKey {
            "PRIMARY KEY"
        } else {
            "UNIQUE"
        };
        let deferred = constraint
            .definition
            .find(" DEFERRABLE")
            .and_then(|position| constraint.definition.get(position..))
            .unwrap_or_default();
        let using = Statement::new(
            constraint_label(constraint),
            format!(
                "ALTER TABLE {} ADD CONSTRAINT {} {word} USING INDEX {}{deferred}",
                constraint.table.sql(),
                quote_ident(&constraint.name),
                quote_ident(&index.name.name)
            ),
        );
        out.splice(0..1, [build, using]);
    } else if constraint.validated
        && let Some(first) = out.first_mut()
    {
        let hazard = first.clone().may_fail(reason);
        *first = hazard;
    }
    out.into_iter()
        .map(|statement| {
            let statement = statement.touching(&constraint.table);
            match &constraint.references {
                Some(references) if references.table != constraint.table => statement.touching(&references.table),
                _ => statement,
            }
        })
        .collect()
}

fn validate(constraint: &Constraint) -> Statement {
    Statement::new(
        constraint_label(constraint),
        format!(
            "ALTER TABLE {} VALIDATE CONSTRAINT {}",
            constraint.table.sql(),
            quote_ident(&constraint.name)
        ),
    )
    .may_fail("a row does not satisfy it")
}

/// A constraint that stays: proved, deferred otherwise, other settings of its index.
pub(crate) fn constraint(old: &Database, new: &Database, before: &Constraint, after: &Constraint) -> Vec<Statement> {
    let mut out = Vec::new();
    let deferral = |definition: &str| {
        let definition = definition.trim_end_matches(" NOT VALID");
        if definition.contains(" INITIALLY DEFERRED") {
            "DEFERRABLE INITIALLY DEFERRED"
        } else if definition.contains(" DEFERRABLE") {
            "DEFERRABLE INITIALLY IMMEDIATE"
        } else {
            "NOT DEFERRABLE"
        }
    };
    if after.kind == ConstraintKind::ForeignKey && deferral(&before.definition) != deferral(&after.definition) {
        out.push(Statement::new(
            constraint_label(after),
            format!(
                "ALTER TABLE {} ALTER CONSTRAINT {} {}",
                after.table.sql(),
                quote_ident(&after.name),
                deferral(&after.definition)
            ),
        ));
    }
    if !before.validated && after.validated {
        out.push(validate(after));
    }
    let name = after.table.sibling(&after.name).sql();
    for change in option_changes(&before.options, &after.options) {
        out.push(Statement::new(
            constraint_label(after),
            format!("ALTER INDEX {name} {change}"),
        ));
    }
    if let (Some(had), Some(index)) = (index_of(old, before), index_of(new, after)) {
        out.extend(index_settings(new, had, index));
    }
    out.into_iter()
        .map(|statement| statement.touching(&after.table))
        .collect()
}

/// `DROP CONSTRAINT`. A child that inherits it has lost it with its parent's.
pub(crate) fn drop_constraint(constraint: &Constraint, table: Option<&Table>) -> Statement {
    let only = match constraint.kind {
        ConstraintKind::Check | ConstraintKind::NotNull => false,
        _ => table.is_some_and(|table| table.partition_key.is_none()),
    };
    // Servers differ in whether a partition that has left keeps its share of a foreign key.
    let share = constraint.references.is_some() && !constraint.local;
    Statement::new(
        constraint_label(constraint),
        format!(
            "ALTER TABLE {}{} DROP CONSTRAINT {}{}",
            if only { "ONLY " } else { "" },
            constraint.table.sql(),
            if share { "IF EXISTS " } else { "" },
            quote_ident(&constraint.name)
        ),
    )
    .touching(&constraint.table)
}
