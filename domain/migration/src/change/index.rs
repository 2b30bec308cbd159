//! Indexes: new ones, also online, those that stay, those that go; and statistics that stay.

use super::tablespace;
use crate::statement::{Statement, all};
use nova_schema::{Database, Index, Statistics, emit, quote_ident};

/// `CREATE INDEX` as the server renders it, without locking out writers.
pub(super) fn concurrently(definition: &str) -> String {
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
