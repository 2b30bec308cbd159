//! `nova schema dependencies`: what is broken inside a schema. Looking only reads; `--fix` rebuilds what can be rebuilt.

use super::{arguments::Dependencies, exit, sides::Side};
use crate::{arguments::Format, output};
use nova_errors::{Code, Failure};
use nova_postgres::{Evolution, SearchPath, SourceConnection};
use nova_project::Project;
use nova_schema::{Database, FunctionKind, quote_ident};
use serde::Serialize;
use serde_json::json;
use std::process::ExitCode;

/// Something broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Broken {
    /// `view`, `index`, `constraint` or `routine`.
    kind: &'static str,
    /// The object.
    object: String,
    /// What is wrong with it.
    problem: String,
    /// The statement that mends it, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    repair: Option<String>,
    /// What came of the repair.
    #[serde(skip_serializing_if = "Option::is_none")]
    repaired: Option<bool>,
}

pub(super) async fn run(project: &Project, arguments: &Dependencies) -> Result<ExitCode, Failure> {
    let side = Side::new(project, &arguments.environment)?;
    let verified = if arguments.fix {
        Some(side.verified(project).await?)
    } else {
        side.verified(project).await.ok()
    };
    let connection = SourceConnection::open(side.url(), SearchPath::AsNeeded).await?;
    let mut found = Vec::new();
    connection.begin().await?;
    let schema = connection.capture().await?;
    for (name, definition) in connection.invalid_indexes().await? {
        found.push(Broken {
            kind: "index",
            repair: Some(format!("REINDEX INDEX {name}")),
            object: name,
            problem: format!("it is not valid, nothing uses it: {definition}"),
            repaired: None,
        });
    }
    connection.end().await?;
    found.extend(unproved(&schema));
    found.extend(broken_views(&connection, &schema).await);
    if let Some(verified) = &verified {
        found.extend(broken_routines(verified, &schema).await?);
        if arguments.fix {
            repair(verified, &mut found).await?;
        }
    }
    let left = found.iter().filter(|item| item.repaired != Some(true)).count();
    match arguments.output {
        Format::Text => {
            for item in &found {
                let state = match item.repaired {
                    Some(true) => "  (mended)",
                    Some(false) => "  (could not be mended)",
                    None => "",
                };
                output::print(&format!("{} {}: {}{state}", item.kind, item.object, item.problem));
            }
            if verified.is_none() {
                output::print(
                    "note: routines were not compiled: that takes a transaction that writes, which production never gets",
                );
            }
            output::print(&if left == 0 {
                "Nothing is broken.".to_owned()
            } else {
                format!("{left} object(s) are broken.")
            });
        }
        Format::Json => output::json(&json!({
            "status": if left == 0 { "sound" } else { "broken" },
            "environment": side.label,
            "broken": found,
            "routines_compiled": verified.is_some(),
        })),
    }
    Ok(exit(left == 0))
}

/// Constraints that are not known to hold for all rows.
fn unproved(schema: &Database) -> Vec<Broken> {
    schema
        .constraints
        .iter()
        .filter(|constraint| !constraint.validated && constraint.enforced && constraint.local)
        .map(|constraint| Broken {
            kind: "constraint",
            object: format!("{} on {}", constraint.name, constraint.table.readable()),
            problem: format!("not known to hold for all rows: {}", constraint.definition),
            repair: Some(format!(
                "ALTER TABLE {} VALIDATE CONSTRAINT {}",
                constraint.table.sql(),
                quote_ident(&constraint.name)
            )),
            repaired: None,
        })
        .collect()
}

/// Views whose query the server cannot plan any more: a routine they call is broken, a cast or operator is gone.
async fn broken_views(connection: &SourceConnection, schema: &Database) -> Vec<Broken> {
    let mut out = Vec::new();
    for view in &schema.views {
        if let Err(problem) = connection.plans(&view.query).await {
            out.push(Broken {
                kind: "view",
                object: view.name.readable(),
                problem: problem.cause,
                repair: None,
                repaired: None,
            });
        }
    }
    out
}

/// Routines that the server does not accept any more: each is replaced by itself in a transaction that is taken back.
async fn broken_routines(
    verified: &nova_environments::VerifiedTarget,
    schema: &Database,
) -> Result<Vec<Broken>, Failure> {
    let session = Evolution::look(verified).await?;
    let mut out = Vec::new();
    for function in &schema.functions {
        if function.kind == FunctionKind::Aggregate {
            continue;
        }
        if let Err(problem) = session.compiles(&function.definition).await {
            if problem.code == Code::CONNECTION_LOST {
                return Err(problem);
            }
            out.push(Broken {
                kind: "routine",
                object: function.readable(),
                problem: problem.cause,
                repair: None,
                repaired: None,
            });
        }
    }
    Ok(out)
}

async fn repair(verified: &nova_environments::VerifiedTarget, found: &mut [Broken]) -> Result<(), Failure> {
    let session = Evolution::look(verified).await?;
    for item in found {
        if let Some(sql) = &item.repair {
            item.repaired = Some(session.run(sql).await.is_ok());
        }
    }
    Ok(())
}
