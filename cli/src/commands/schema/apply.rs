//! `nova schema apply`: a script run in units, each recorded in the transaction that does it. After a crash the same
//! command goes on behind the last unit that holds; a unit that fails leaves nothing of itself.

use super::{arguments::Apply, sides::Side};
use crate::{arguments::Format, commands::confirm, output};
use nova_errors::{Code, Failure};
use nova_migration::{Header, Malformed, Options, Piece, Placed, compare, plan, script, split};
use nova_postgres::{Evolution, Progress};
use nova_project::Project;
use nova_schema::Database;
use serde_json::json;
use std::process::ExitCode;

/// Most characters of a statement that failed that are shown.
const LINE: usize = 160;

/// A part of a script that holds or does not hold as a whole.
#[derive(Debug, PartialEq, Eq)]
enum Unit {
    /// A setting of the session: said again after a crash, recorded never.
    Setting(Placed),
    /// Statements of one transaction.
    Transaction(Vec<Placed>),
    /// A statement that no transaction may hold.
    Alone(Placed),
}

pub(super) async fn run(project: &Project, arguments: &Apply) -> Result<ExitCode, Failure> {
    let target = Side::new(project, &arguments.target)?;
    if arguments.rollback {
        return roll_back(project, arguments, &target).await;
    }
    let path = arguments.migration.as_ref().ok_or_else(|| {
        Failure::new(
            Code::BAD_ARGUMENT,
            "name the script with --migration, or take back an unfinished one with --rollback",
        )
    })?;
    let text = std::fs::read_to_string(path).map_err(|error| {
        let cause = format!("{} cannot be read: {error}", path.display());
        Failure::new(Code::MISSING_FILE, cause)
    })?;
    let units = units(&text)?;
    let verified = target.verified(project).await?;
    confirm::target(&target.label, "This changes the schema of", arguments.confirm)?;
    if arguments.abandon {
        Evolution::abandon(&verified).await?;
    }
    let origin = target.capture(false).await?.schema;
    let done = evolve(&verified, &text, &units, &origin, false).await?;
    match arguments.output {
        Format::Text => output::print(&format!(
            "{} has the new schema: {} unit(s) run{}.",
            target.label,
            done.run,
            if done.skipped > 0 {
                format!(", {} done before", done.skipped)
            } else {
                String::new()
            }
        )),
        Format::Json => output::json(&json!({
            "status": "done", "target": target.label, "units": done.run, "done_before": done.skipped,
        })),
    }
    Ok(ExitCode::SUCCESS)
}

/// Takes back what an unfinished migration has done: its journal knows how the target was before. A crash on the way is
/// no matter: the same command begins where the target is then.
async fn roll_back(project: &Project, arguments: &Apply, target: &Side) -> Result<ExitCode, Failure> {
    let verified = target.verified(project).await?;
    confirm::target(
        &target.label,
        "This takes back an unfinished migration of",
        arguments.confirm,
    )?;
    let kept = Evolution::origin(&verified).await?.ok_or_else(|| {
        let cause = format!("no migration of {} is unfinished", target.label);
        Failure::new(Code::BAD_ARGUMENT, cause)
    })?;
    let origin: Database = serde_json::from_str(&kept)
        .map_err(|error| Failure::new(Code::INTERNAL, format!("the journal's schema cannot be read: {error}")))?;
    let found = target.capture(false).await?;
    let migration = plan(
        &found.schema,
        &origin,
        &Options {
            target_version: found.schema.server_version,
            owners: true,
            privileges: true,
            runner: Some(found.role.clone()),
            stash: true,
            ..Options::default()
        },
    );
    let script = script(
        &migration,
        &Header {
            title: vec![format!("Takes back an unfinished migration of {}.", target.label)],
            ..Header::default()
        },
    );
    evolve(&verified, &script, &units(&script)?, &origin, true).await?;
    let left = compare(&origin, &target.capture(false).await?.schema, true);
    if !left.equal {
        return Err(
            Failure::new(Code::NOT_PROVED, "the target is not as it was before the migration")
                .with_details([left.text("before", &target.label)]),
        );
    }
    let lossy: Vec<&str> = migration
        .statements
        .iter()
        .filter(|statement| statement.loses_data())
        .map(|statement| statement.object.as_str())
        .collect();
    match arguments.output {
        Format::Text => output::print(&format!(
            "{} has the schema again that it had before the migration: {} statement(s).",
            target.label,
            migration.statements.len()
        )),
        Format::Json => output::json(&json!({
            "status": "rolled_back", "target": target.label, "statements": migration.statements.len(), "stashed": lossy,
        })),
    }
    Ok(ExitCode::SUCCESS)
}

/// How much was done.
pub(super) struct Done {
    /// Units run now.
    pub(super) run: usize,
    /// Units an earlier run had done.
    pub(super) skipped: usize,
}

/// Runs a script on a target that was like `origin` before.
///
/// # Errors
/// `NOVA-1310` when a statement fails, `NOVA-1311` when another script is unfinished; `NOVA-12xx`.
pub(super) async fn text(
    verified: &nova_environments::VerifiedTarget,
    text: &str,
    origin: &Database,
) -> Result<Done, Failure> {
    evolve(verified, text, &units(text)?, origin, false).await
}

async fn evolve(
    verified: &nova_environments::VerifiedTarget,
    text: &str,
    units: &[Unit],
    origin: &Database,
    instead: bool,
) -> Result<Done, Failure> {
    let name = fingerprint(text);
    let origin = serde_json::to_string(origin).map_err(|error| Failure::new(Code::INTERNAL, error.to_string()))?;
    let evolution = Evolution::open(verified, &name, &origin, instead).await?;
    let mut done = Done { run: 0, skipped: 0 };
    for (position, unit) in units.iter().enumerate() {
        let number = i32::try_from(position).unwrap_or(i32::MAX);
        match run_unit(&evolution, number, unit).await {
            Ok(true) => done.run += 1,
            Ok(false) => done.skipped += 1,
            Err((within, failure)) => {
                let begun = instead || evolution.has_begun().await.unwrap_or(true);
                if !begun {
                    // Nothing holds: nothing is to be remembered.
                    let _ = evolution.close().await;
                }
                return Err(failed(unit, within, begun, &failure));
            }
        }
    }
    evolution.close().await?;
    Ok(done)
}

fn failed(unit: &Unit, within: usize, begun: bool, failure: &Failure) -> Failure {
    let holds = if begun {
        "what was committed before it holds; the same command goes on behind it"
    } else {
        "the target is as it was"
    };
    let (statement, what) = match unit {
        Unit::Transaction(statements) => (statements.get(within), "its transaction was taken back"),
        Unit::Setting(statement) | Unit::Alone(statement) => (Some(statement), "it stands by itself"),
    };
    let place = statement.map_or_else(String::new, |statement| format!("line {}: ", statement.line));
    let details = statement.map(|statement| first_line(&statement.sql)).into_iter();
    Failure::new(Code::MIGRATION_FAILED, format!("{place}{}", failure.cause))
        .with_details(details.chain([format!("{what}; {holds}")]))
}

/// Answers whether the unit was run now.
async fn run_unit(evolution: &Evolution, number: i32, unit: &Unit) -> Result<bool, (usize, Failure)> {
    let alone = |failure| (0, failure);
    if let Unit::Setting(sql) = unit {
        evolution.run(&sql.sql).await.map_err(alone)?;
        return Ok(true);
    }
    let progress = evolution.progress(number).await.map_err(alone)?;
    if progress == Progress::Done {
        return Ok(false);
    }
    match unit {
        Unit::Setting(_) => Ok(true),
        Unit::Transaction(statements) => {
            let statements: Vec<&str> = statements.iter().map(|statement| statement.sql.as_str()).collect();
            evolution.transaction(number, &statements).await.map(|()| true)
        }
        Unit::Alone(Placed { sql, .. }) => {
            if progress == Progress::Begun && settled(evolution, sql).await.map_err(alone)? {
                evolution.transaction(number, &[]).await?;
                return Ok(false);
            }
            evolution.outside(number, sql).await.map_err(alone)?;
            Ok(true)
        }
    }
}

/// What a crash left of an index that was being built or dropped: `true` when nothing is left to do. What is not valid
/// is taken away, to be built again.
async fn settled(evolution: &Evolution, sql: &str) -> Result<bool, Failure> {
    let words: Vec<&str> = sql.split_whitespace().collect();
    let upper = sql.to_ascii_uppercase();
    let Some(position) = words.iter().position(|word| word.eq_ignore_ascii_case("CONCURRENTLY")) else {
        return Ok(false);
    };
    let rest: String = words.get(position + 1..).unwrap_or_default().join(" ");
    let rest = rest
        .trim_start_matches("IF NOT EXISTS ")
        .trim_start_matches("IF EXISTS ");
    if upper.starts_with("DROP INDEX") {
        return Ok(evolution.index(rest.trim_end_matches(';')).await?.is_none());
    }
    if !upper.starts_with("CREATE") {
        return Ok(false);
    }
    let (name, table) = rest.split_once(" ON ").unwrap_or((rest, ""));
    let table = table
        .trim_start_matches("ONLY ")
        .split([' ', '('])
        .next()
        .unwrap_or_default();
    let qualified = match table.rsplit_once('.') {
        Some((schema, _)) => format!("{schema}.{name}"),
        None => name.to_owned(),
    };
    match evolution.index(&qualified).await? {
        Some(true) => Ok(true),
        Some(false) => {
            evolution.run(&format!("DROP INDEX CONCURRENTLY {qualified}")).await?;
            Ok(false)
        }
        None => Ok(false),
    }
}

/// The units of a script.
fn units(text: &str) -> Result<Vec<Unit>, Failure> {
    let pieces = split(text).map_err(|malformed| {
        let cause = match malformed {
            Malformed::Open(line) => format!("line {line}: a quote, comment or parenthesis is not closed"),
            Malformed::Meta(line) => format!("line {line}: a command of psql"),
            Malformed::Transaction(line) => format!("line {line}: a transaction is not ended, or taken back"),
        };
        Failure::new(Code::BAD_SCRIPT, cause)
    })?;
    let mut units = Vec::new();
    let mut open: Option<Vec<Placed>> = None;
    for piece in pieces {
        match (piece, &mut open) {
            (Piece::Begin, _) => open = Some(Vec::new()),
            (Piece::Commit, _) => units.extend(open.take().map(Unit::Transaction)),
            (Piece::Statement(statement), Some(statements)) => statements.push(statement),
            (Piece::Statement(statement), None) => units.push(single(statement)),
        }
    }
    Ok(units)
}

/// A statement outside the script's transactions: most can be in one of their own, and then they are exactly once.
fn single(statement: Placed) -> Unit {
    let bare: String = statement
        .sql
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"))
        .collect::<Vec<_>>()
        .join(" ")
        .trim()
        .to_ascii_uppercase();
    let settles = ["SET ", "RESET "].iter().any(|word| bare.starts_with(word));
    let outside = bare.contains(" CONCURRENTLY ")
        || ["VACUUM", "CREATE DATABASE", "ALTER SYSTEM", "CLUSTER"]
            .iter()
            .any(|word| bare.starts_with(word));
    if settles {
        Unit::Setting(statement)
    } else if outside {
        Unit::Alone(Placed {
            sql: bare_text(&statement.sql),
            ..statement
        })
    } else {
        Unit::Transaction(vec![statement])
    }
}

/// A statement without the comments above it.
fn bare_text(sql: &str) -> String {
    let lines = sql
        .lines()
        .skip_while(|line| line.trim_start().starts_with("--") || line.trim().is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// How a statement begins.
fn first_line(sql: &str) -> String {
    let bare = bare_text(sql);
    let line = bare.lines().next().unwrap_or_default();
    let shown: String = line.chars().take(LINE).collect();
    if shown.len() < bare.len() {
        format!("{shown} …")
    } else {
        shown
    }
}

/// What names a script: a digest of its text.
fn fingerprint(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    digest
        .as_ref()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_falls_into_units_that_hold_as_a_whole() {
        let script = "SET x = 1;\nALTER TYPE m ADD VALUE 'a';\nBEGIN;\nSELECT 1;\nSELECT 2;\nCOMMIT;\n-- i\nCREATE INDEX CONCURRENTLY i ON t (a);";
        let placed = |line, sql: &str| Placed {
            sql: sql.to_owned(),
            line,
        };
        let found = units(script).unwrap();
        assert_eq!(
            found,
            [
                Unit::Setting(placed(1, "SET x = 1")),
                Unit::Transaction(vec![placed(2, "ALTER TYPE m ADD VALUE 'a'")]),
                Unit::Transaction(vec![placed(4, "SELECT 1"), placed(5, "SELECT 2")]),
                Unit::Alone(placed(8, "CREATE INDEX CONCURRENTLY i ON t (a)")),
            ]
        );
    }
}
