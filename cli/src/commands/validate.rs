//! `nova validate`: an environment against the schema that was last cloned into it. Originals cannot be looked for any
//! more: their fingerprints were destroyed with the operation's key, and the result says so.

use crate::{arguments::Validate, output, runtime::Runtime};
use nova_clone::{Operation, ValidationSummary, checks, contents};
use nova_errors::{Code, Exit, Failure};
use nova_events::Check;
use nova_kit::{Ports, Silent, documents};
use nova_postgres::{SearchPath, SourceConnection};
use nova_project::Project;
use std::{process::ExitCode, sync::Arc};

pub(super) async fn run(project: &Project, arguments: &Validate) -> Result<ExitCode, Failure> {
    let runtime = Runtime::open(project, Arc::new(Silent))?;
    let ports = runtime.ports();
    let environment = ports.environments.environment(&arguments.environment.parse()?).await?;
    // Reading is all that validation does, so any environment may be looked at.
    let connection = SourceConnection::open(&environment.url, SearchPath::AsNeeded).await?;
    connection.begin().await?;
    let checks = match last_clone(ports, &arguments.environment).await? {
        Some(operation) => against_clone(ports, &connection, &operation).await?,
        None => on_its_own(&connection).await?,
    };
    connection.end().await?;
    let result = ValidationSummary {
        passed: checks.iter().all(|check| check.passed),
        checks,
    };
    output::validation(&arguments.environment, &result, arguments.output);
    let code = if result.passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(Exit::Invalid as u8)
    };
    Ok(code)
}

/// The clone whose contents the environment holds.
pub(super) async fn last_clone(ports: &Ports, environment: &str) -> Result<Option<Operation>, Failure> {
    let operations = nova_kit::operations(ports).await?;
    let made_by = contents::History::of(&operations).now(environment).made_by;
    Ok(operations
        .into_iter()
        .find(|operation| Some(&operation.id) == made_by.as_ref()))
}

async fn against_clone(
    ports: &Ports,
    connection: &SourceConnection,
    operation: &Operation,
) -> Result<Vec<Check>, Failure> {
    let expected = documents::schema(ports, &operation.id, operation.epoch).await?;
    let owners = operation.options().is_some_and(|options| options.preserve_roles);
    let mut checks = nova_fn_validate::structure_checks(connection, &expected, owners).await?;
    // Sequences move as soon as an environment is used: that they moved is no fault.
    checks.retain(|check| check.name != "sequences");
    checks.push(rows(connection, &expected).await?);
    Ok(checks)
}

async fn on_its_own(connection: &SourceConnection) -> Result<Vec<Check>, Failure> {
    let schema = connection.capture().await.map_err(|failure| Failure {
        code: Code::CAPTURE,
        ..failure
    })?;
    Ok(vec![
        nova_fn_validate::constraints_check(connection, &schema).await?,
        rows(connection, &schema).await?,
    ])
}

/// Every table can be read to its end.
async fn rows(connection: &SourceConnection, schema: &nova_schema::Database) -> Result<Check, Failure> {
    let (mut rows, mut tables) = (0, 0);
    for table in schema.row_tables() {
        rows += connection.count(&table.name).await?;
        tables += 1;
    }
    Ok(checks::check("readable", &[], || {
        format!("{rows} rows in {tables} tables")
    }))
}
