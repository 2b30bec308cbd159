//! Sequences, views, constraints, indexes, statistics that stay; and online forms of what is new.

use super::options as option_changes;
use super::tablespace;
use crate::statement::{Statement, all};
use nova_schema::{
    Constraint, ConstraintKind, Database, Index, Sequence, Statistics, Table, View, ViewColumn, emit, quote_ident,
};

/// Options, owner and persistence of a sequence.
pub(crate) fn sequence(before: &Sequence, after: &Sequence, version: u32) -> Vec<Statement> {
    let label = format!("sequence {}", after.name.readable());
    let name = after.name.sql();
    let mut out = Vec::new();
    let options = emit::object::sequence_options(after);
    if before.type_sql != after.type_sql || emit::object::sequence_options(before) != options {
        let cycle = if after.cycle { "" } else { " NO CYCLE" };
        let restart = restart(before, after);
        out.push(Statement::new(
            &label,
            format!("ALTER SEQUENCE {name} AS {}{options}{cycle}{restart}", after.type_sql),
        ));
    }
    if before.unlogged != after.unlogged && version >= 15 {
        let mode = if after.unlogged { "UNLOGGED" } else { "LOGGED" };
        out.push(Statement::new(&label, format!("ALTER SEQUENCE {name} SET {mode}")));
    }
    out
}

/// ` RESTART …` where the sequence stands outside of its new bounds.
pub(crate) fn restart(before: &Sequence, after: &Sequence) -> String {
    let outside = before
        .last_value
        .is_some_and(|value| value < after.minimum || value > after.maximum);
    if outside {
        format!(" RESTART WITH {}", after.start)
    } else {
        String::new()
    }
}

/// `OWNED BY`.
pub(crate) fn owned_by(sequence: &Sequence) -> Statement {
    let owner = match &sequence.owned_by {
        Some(owner) => format!("{}.{}", owner.table.sql(), quote_ident(&owner.column)),
        None => "NONE".to_owned(),
    };
    Statement::new(
        format!("sequence {}", sequence.name.readable()),
        format!("ALTER SEQUENCE {} OWNED BY {owner}", sequence.name.sql()),
    )
}

fn keyword(view: &View) -> &'static str {
    if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" }
}

/// A new view; a materialized one gets its rows when the other side's has some.
pub(crate) fn create_view(view: &View) -> Vec<Statement> {
    let mut out = all(emit::object::view(view, false));
    out.extend(all(emit::object::view_columns(view)));
    if view.materialized && view.populated {
        out.push(refresh(view));
    }
    out
}

fn refresh(view: &View) -> Statement {
    Statement::new(
        format!("view {}", view.name.readable()),
        format!("REFRESH MATERIALIZED VIEW {}", view.name.sql()),
    )
    .note("runs the query")
}

/// A view that stays: another query with more columns, options, defaults of columns.
pub(crate) fn view(before: &View, after: &View, same_major: bool) -> Vec<Statement> {
    let label = format!("view {}", after.name.readable());
    let name = after.name.sql();
    let mut out = Vec::new();
    let query = before.query != after.query && same_major || before.columns.len() != after.columns.len();
    if query && !after.materialized {
        out.extend(all(emit::object::view(after, true)));
    } else {
        for change in option_changes(&before.options, &after.options) {
            out.push(Statement::new(
                &label,
                format!("ALTER {} {name} {change}", keyword(after)),
            ));
        }
    }
    for column in &after.columns {
        let had = before.columns.iter().find(|other| other.name == column.name);
        let alter = |action: String| {
            Statement::new(
                &label,
                format!(
                    "ALTER {} {name} ALTER COLUMN {} {action}",
                    keyword(after),
                    quote_ident(&column.name)
                ),
            )
        };
        if had.and_then(|had| had.default.as_ref()) != column.default.as_ref() {
            let action = column.default.as_ref().map(|value| format!("SET DEFAULT {value}"));
            out.push(alter(action.unwrap_or_else(|| "DROP DEFAULT".to_owned())));
        }
        if after.materialized {
            out.extend(view_column(had, column).into_iter().map(alter));
        }
    }
    if before.tablespace != after.tablespace {
        let sql = tablespace::set(&format!("{} {name}", keyword(after)), after.tablespace.as_ref());
        out.push(Statement::new(&label, sql).note(tablespace::NOTE));
    }
    if before.populated != after.populated {
        out.push(if after.populated {
            refresh(after)
        } else {
            Statement::new(&label, format!("REFRESH MATERIALIZED VIEW {name} WITH NO DATA"))
        });
    }
    out
}

/// Statistics, storage, compression and options of a materialized view's column.
fn view_column(had: Option<&ViewColumn>, column: &ViewColumn) -> Vec<String> {
    let mut out = Vec::new();
    if had.and_then(|had| had.statistics) != column.statistics {
        out.push(format!("SET STATISTICS {}", column.statistics.unwrap_or(-1)));
    }
    if had.and_then(|had| had.storage.as_ref()) != column.storage.as_ref() {
        let usual = super::column::usual_storage_of(&column.type_sql);
        out.push(format!("SET STORAGE {}", column.storage.as_deref().unwrap_or(usual)));
    }
    if had.and_then(|had| had.compression.as_ref()) != column.compression.as_ref() {
        out.push(format!(
            "SET COMPRESSION {}",
            column.compression.as_deref().unwrap_or("default")
        ));
    }
    out.extend(option_changes(
        had.map(|had| had.options.as_slice()).unwrap_or_default(),
        &column.options,
    ));
    out
}

/// `DROP VIEW`.
pub(crate) fn drop_view(view: &View) -> Statement {
    Statement::new(
        format!("view {}", view.name.readable()),
        format!("DROP {} {}", keyword(view), view.name.sql()),
    )
}

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

/// `CREATE INDEX` as the server renders it, without locking out writers.
fn concurrently(definition: &str) -> String {
    match definition.split_once(" INDEX ") {
        Some((before, after)) => format!("{before} INDEX CONCURRENTLY {after}"),
        None => definition.to_owned(),
    }
}

/// A new index. `online` builds it without locking out writers.
pub(crate) fn create_index(index: &Index, online: bool) -> Vec<Statement> {
    let mut out = all(emit::object::index(index));
    if let Some(first) = out.first_mut() {
        let mut statement = first.clone();
        if online {
            statement.sql = concurrently(&statement.sql);
            statement = statement
                .outside_transactions()
                .note("when it fails, DROP INDEX CONCURRENTLY what it left behind before trying again");
        }
        if index.unique {
            statement = statement.may_fail("two rows have the same key");
        }
        *first = statement;
    }
    out.into_iter()
        .map(|statement| statement.touching(&index.table))
        .collect()
}

/// `DROP INDEX`.
pub(crate) fn drop_index(index: &Index, online: bool) -> Statement {
    let label = format!("index {}", index.name.readable());
    let statement = if online {
        Statement::new(label, format!("DROP INDEX CONCURRENTLY {}", index.name.sql())).outside_transactions()
    } else {
        Statement::new(label, format!("DROP INDEX {}", index.name.sql()))
    };
    statement.touching(&index.table)
}

/// Clustering and statistics of an index that stays.
pub(crate) fn index_settings(new: &Database, before: &Index, after: &Index) -> Vec<Statement> {
    let label = format!("index {}", after.name.readable());
    let mut out = Vec::new();
    let positions = before
        .statistics
        .iter()
        .chain(&after.statistics)
        .map(|(position, _)| *position);
    let mut positions: Vec<i32> = positions.collect();
    positions.sort_unstable();
    positions.dedup();
    for position in positions {
        let at = |index: &Index| {
            index
                .statistics
                .iter()
                .find(|(p, _)| *p == position)
                .map(|(_, target)| *target)
        };
        if at(before) != at(after) {
            out.push(Statement::new(
                &label,
                format!(
                    "ALTER INDEX {} ALTER COLUMN {position} SET STATISTICS {}",
                    after.name.sql(),
                    at(after).unwrap_or(-1)
                ),
            ));
        }
    }
    if before.tablespace != after.tablespace {
        let sql = tablespace::set(&format!("INDEX {}", after.name.sql()), after.tablespace.as_ref());
        out.push(Statement::new(&label, sql).note(tablespace::NOTE));
    }
    // Choosing another index lets go of this one.
    let other = new.indexes_of(&after.table).any(|index| index.clustered);
    if before.clustered != after.clustered && (after.clustered || !other) {
        let action = if after.clustered {
            format!("CLUSTER ON {}", quote_ident(&after.name.name))
        } else {
            "SET WITHOUT CLUSTER".to_owned()
        };
        out.push(Statement::new(
            label,
            format!("ALTER TABLE {} {action}", after.table.sql()),
        ));
    }
    out
}

/// The target of statistics that stay.
pub(crate) fn statistics(after: &Statistics) -> Statement {
    Statement::new(
        format!("statistics {}", after.name.readable()),
        format!(
            "ALTER STATISTICS {} SET STATISTICS {}",
            after.name.sql(),
            after.target.unwrap_or(-1)
        ),
    )
}
