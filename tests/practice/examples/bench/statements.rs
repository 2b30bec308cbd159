//! The statements that a request made, as the server's log shows them, and a script for pgbench that sends the same.

use std::collections::BTreeMap;
use std::fmt::Write;

/// A statement with the values of its parameters as text.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    sql: String,
    values: Vec<Option<String>>,
}

/// Reads them from lines of a log with `log_statement = 'all'`.
pub(crate) fn read(log: &str) -> Vec<Statement> {
    let mut found: Vec<Statement> = Vec::new();
    for line in log.lines() {
        if let Some((_, text)) = line.split_once("LOG:  ") {
            let sql = text.strip_prefix("statement: ").or_else(|| {
                text.strip_prefix("execute ")
                    .and_then(|rest| Some(rest.split_once(": ")?.1))
            });
            found.extend(sql.map(|sql| Statement {
                sql: sql.to_owned(),
                values: Vec::new(),
            }));
        } else if let Some((_, text)) = line.split_once("DETAIL:  ")
            && let Some(given) = text.get("parameters: ".len()..)
            && text.to_ascii_lowercase().starts_with("parameters: ")
            && let Some(last) = found.last_mut()
        {
            last.values = values(given);
        }
    }
    found
}

/// Reads `$1 = 'text', $2 = NULL`.
fn values(text: &str) -> Vec<Option<String>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(" = ") {
        let Some(quoted) = after.strip_prefix('\'') else {
            found.push(None);
            rest = after;
            continue;
        };
        let (mut value, mut at) = (String::new(), 0);
        let bytes = quoted.as_bytes();
        while at < bytes.len() {
            let end = at + quoted[at..].find('\'').unwrap_or(quoted.len() - at);
            value.push_str(&quoted[at..end]);
            if bytes.get(end + 1) != Some(&b'\'') {
                at = end + 1;
                break;
            }
            value.push('\'');
            at = end + 2;
        }
        found.push(Some(value));
        rest = &quoted[at.min(quoted.len())..];
    }
    found
}

/// What pgbench sends, and with which values.
pub(crate) struct Script {
    /// The script.
    pub(crate) text: String,
    /// Values as they were logged, in the order of the columns `v0`, `v1` …
    pub(crate) values: Vec<String>,
    /// Statements of a run.
    pub(crate) statements: usize,
}

/// A script of these statements. Each value comes from a row of `table` that a client reads once, but for ids that are new
/// with every run: they are made of drawn numbers.
pub(crate) fn script(statements: &[Statement], table: &str, new: &[String], in_one_go: bool) -> Script {
    let (mut columns, mut values) = (BTreeMap::<String, usize>::new(), Vec::new());
    let mut body = String::new();
    for statement in statements {
        let mut sql = statement.sql.clone();
        // From the last on: $1 must not meet $12.
        for (place, value) in statement.values.iter().enumerate().rev() {
            let shown = match value {
                None => "NULL".to_owned(),
                Some(value) => {
                    if let Some(number) = new.iter().position(|id| id == value) {
                        format!("('00000000-0000-7000-8000-' || lpad(to_hex(:n{number}::bigint), 12, '0'))::uuid")
                    } else {
                        let column = *columns.entry(value.clone()).or_insert_with(|| {
                            values.push(value.clone());
                            values.len() - 1
                        });
                        format!(":v{column}")
                    }
                }
            };
            sql = sql.replace(&format!("${}", place + 1), &shown);
        }
        let _ = writeln!(body, "{};", sql.trim_end_matches(';'));
    }
    let names: Vec<String> = (0..values.len()).map(|number| format!("v{number}")).collect();
    let mut text = format!(
        "\\if :ready\n\\else\nSELECT {} FROM {table} WHERE client = :client_id \\gset\n\\set ready 1\n\\endif\n",
        names.join(", ")
    );
    for number in 0..new.len() {
        let _ = writeln!(text, "\\set n{number} random(1, 281474976710655)");
    }
    if in_one_go {
        let _ = write!(text, "\\startpipeline\n{body}\\endpipeline\n");
    } else {
        text.push_str(&body);
    }
    Script {
        text,
        values,
        statements: statements.len(),
    }
}
