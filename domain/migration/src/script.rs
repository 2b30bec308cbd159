//! A migration as a script that psql runs, with what is known about each statement in comments above it.

use crate::plan::Migration;
use crate::statement::Statement;
use nova_schema::QualifiedName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Locks that the statements of one transaction may take, as [`locks`] counts them, where a migration is divisible. PostgreSQL
/// has 64 for each connection it allows, for all sessions together: 3,840 where it allows 60. What needs more fails.
const LOCKS: usize = 2_500;

/// What was measured of one statement on a shadow database.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Locks it took: mode and relation.
    pub locks: Vec<(String, String)>,
    /// Tables and indexes that got new files.
    pub rewritten: Vec<String>,
}

/// How large a table of the target is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Bytes with indexes and out-of-line values.
    pub bytes: u64,
    /// Rows by the statistics; `None` when the table was never analysed.
    pub rows: Option<u64>,
}

/// What stands around the statements.
#[derive(Debug, Clone, Default)]
pub struct Header<'a> {
    /// First lines: what the script does.
    pub title: Vec<String>,
    /// Measurements in the order of the statements; empty when nothing was measured.
    pub measured: &'a [Measured],
    /// Sizes of the target's tables.
    pub sizes: BTreeMap<QualifiedName, Size>,
    /// Give up waiting for a lock after a moment.
    pub online: bool,
}

/// Writes the script.
pub fn script(migration: &Migration, header: &Header<'_>) -> String {
    let mut out = String::new();
    for line in &header.title {
        let _ = writeln!(out, "-- {}", one_line(line));
    }
    for note in &migration.notes {
        let _ = writeln!(out, "-- note: {}", one_line(note));
    }
    let lost: Vec<String> = migration
        .statements
        .iter()
        .enumerate()
        .filter(|(_, statement)| statement.loses_data())
        .map(|(position, _)| (position + 1).to_string())
        .collect();
    if !lost.is_empty() {
        let _ = writeln!(
            out,
            "-- cannot be undone (values are lost): statement {}",
            lost.join(", ")
        );
    }
    if migration.statements.is_empty() {
        out.push_str("-- Nothing differs: there is nothing to do.\n");
        return out;
    }
    out.push_str("\nSET check_function_bodies = off;\nSET client_min_messages = warning;\n");
    if header.online {
        out.push_str(
            "-- A statement that cannot get its lock gives up, so that nobody queues behind it; run the script's rest again then.\n\
             SET lock_timeout = '5s';\n",
        );
    }
    let mut open = false;
    let mut held = 0;
    for (position, statement) in migration.statements.iter().enumerate() {
        let inside = statement.transactional && !statement.alone;
        held += locks(&statement.sql);
        // What keeps rows that the next statement would lose stays together with it.
        if inside && open && migration.divisible && held > LOCKS && !statement.loses_data() {
            out.push_str("\nCOMMIT;\n\n-- One transaction cannot hold the locks of all that is left.\nBEGIN;\n");
            held = locks(&statement.sql);
        }
        if inside != open {
            held = locks(&statement.sql);
            out.push_str(if inside { "\nBEGIN;\n" } else { "\nCOMMIT;\n" });
            open = inside;
        }
        out.push('\n');
        comments(&mut out, position, statement, header);
        let _ = writeln!(out, "{};", statement.sql.trim_end().trim_end_matches(';'));
    }
    if open {
        out.push_str("\nCOMMIT;\n");
    }
    out.push_str("\nRESET check_function_bodies;\nRESET client_min_messages;\n");
    if header.online {
        out.push_str("RESET lock_timeout;\n");
    }
    out
}

/// About how many objects a statement locks: a table comes with its type, its out-of-line values, their index and a sequence,
/// and goes with its indexes and constraints, too. Servers since November 2026 lock constraints and types where they make
/// them, earlier ones only relations.
fn locks(sql: &str) -> usize {
    let begins = |words: &str| sql.trim_start().starts_with(words);
    if begins("CREATE TABLE") {
        5
    } else if begins("DROP TABLE") {
        14
    } else if begins("CREATE VIEW") || begins("CREATE OR REPLACE VIEW") {
        4
    } else if begins("ALTER TABLE") && sql.contains(" ADD CONSTRAINT ") {
        2
    } else {
        1
    }
}

fn comments(out: &mut String, position: usize, statement: &Statement, header: &Header<'_>) {
    let _ = writeln!(out, "-- {}. {}", position + 1, one_line(&statement.object));
    match header.measured.get(position) {
        Some(measured) => {
            let locks: Vec<String> = measured
                .locks
                .iter()
                .map(|(mode, name)| format!("{mode} on {name}"))
                .collect();
            let locks = if locks.is_empty() {
                "none on tables that were there".to_owned()
            } else {
                locks.join(", ")
            };
            let rewritten = if measured.rewritten.is_empty() {
                "nothing".to_owned()
            } else {
                measured.rewritten.join(", ")
            };
            let _ = writeln!(out, "--    locks (measured): {}", one_line(&locks));
            let _ = writeln!(out, "--    rewrites (measured): {}", one_line(&rewritten));
        }
        None => out.push_str("--    locks and rewrites: not measured\n"),
    }
    for table in &statement.tables {
        if let Some(size) = header.sizes.get(table) {
            let rows = size
                .rows
                .map_or_else(|| "rows unknown".to_owned(), |rows| format!("about {rows} rows"));
            let _ = writeln!(
                out,
                "--    size: {} has {}, {rows}",
                one_line(&table.readable()),
                bytes(size.bytes)
            );
        }
    }
    for hazard in &statement.hazards {
        let _ = writeln!(out, "--    {}", one_line(&hazard.words()));
    }
}

/// A comment ends at the line's end; a name may hold one.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

fn bytes(count: u64) -> String {
    const UNITS: &[&str] = &["bytes", "kB", "MB", "GB", "TB"];
    let mut value = count;
    let mut unit = 0;
    while value >= 10_240 && unit + 1 < UNITS.len() {
        value /= 1024;
        unit += 1;
    }
    format!("{value} {}", UNITS.get(unit).unwrap_or(&"bytes"))
}

#[cfg(test)]
mod tests {
    use super::{Header, LOCKS, script};
    use crate::{Migration, Piece, Statement, split};

    fn transactions(migration: &Migration) -> Vec<Vec<String>> {
        let mut out = Vec::new();
        for piece in split(&script(migration, &Header::default())).unwrap() {
            match (piece, out.last_mut()) {
                (Piece::Begin, _) => out.push(Vec::new()),
                (Piece::Statement(placed), Some(last)) if !placed.sql.starts_with("RESET") => last.push(placed.sql),
                _ => {}
            }
        }
        out
    }

    fn many(statement: &Statement, divisible: bool) -> Migration {
        Migration {
            statements: vec![statement.clone(); LOCKS],
            divisible,
            ..Migration::default()
        }
    }

    #[test]
    fn a_migration_that_needs_more_locks_than_a_server_has_takes_several_transactions() {
        let table = Statement::plain("table t", "CREATE TABLE t ()");
        let found = transactions(&many(&table, true));
        assert_eq!(found.len(), 5);
        assert_eq!(found.iter().map(Vec::len).sum::<usize>(), LOCKS);
        let index = Statement::plain("index i", "CREATE INDEX i ON t (a)");
        assert_eq!(transactions(&many(&index, true)).len(), 1);
    }

    #[test]
    fn a_migration_that_changes_what_stays_takes_one() {
        let table = Statement::plain("table t", "CREATE TABLE t ()");
        assert_eq!(transactions(&many(&table, false)).len(), 1);
    }

    #[test]
    fn rows_are_lost_in_the_transaction_that_keeps_them() {
        let keep = Statement::plain("table t", "DO 'keep'");
        let drop = Statement::plain("table t", "DROP TABLE t").loses("rows");
        let statements = (0..LOCKS).flat_map(|_| [keep.clone(), drop.clone()]).collect();
        let migration = Migration {
            statements,
            divisible: true,
            ..Migration::default()
        };
        let found = transactions(&migration);
        assert!(found.len() > 1);
        for transaction in found {
            assert!(transaction.first().is_some_and(|first| first.ends_with("DO 'keep'")));
            assert!(transaction.last().is_some_and(|last| last.ends_with("DROP TABLE t")));
        }
    }
}
