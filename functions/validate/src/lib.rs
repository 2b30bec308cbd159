//! Is the copy what it should be? Every check is run and reported, also after one has failed.
//!
//! | check | holds when |
//! |---|---|
//! | `row_counts` | every table has as many rows at the source, in the streams, loaded, and in the copy |
//! | `constraints` | what is valid at the source is valid in the copy |
//! | `schema` | the catalogs of the copy equal the captured ones |
//! | `catalogs` | always: what no word of the schema tells apart is a warning |
//! | `sequences` | sequences stand where they stood |
//! | `tablespaces` | always: those that the target lacks are a warning |
//! | `row_security`, `triggers` | protection and triggers are there and in the same state |
//! | `personal_data` | no original e-mail, phone or name of a masked column is found anywhere in the copy |

mod catalogs;
mod counts;
mod kept;
mod leak;
mod reading;

pub use kept::kept_fingerprints;

use async_trait::async_trait;
use leak::Search;
use nova_clone::{Operation, checks, names::outgoing};
use nova_errors::Failure;
use nova_events::{Check, Event, Function, Message, OperationKind, ValidationFailed, ValidationPassed};
use nova_kit::{Cut, Handler, Phase, Ports, Recorder, connections, documents};
use nova_postgres::{OwnDatabase, SourceConnection};
use nova_schema::Database;
use std::sync::Arc;

/// The validate step.
#[derive(Debug, Clone, Copy)]
pub struct Validate;

#[async_trait]
impl Handler for Validate {
    fn function(&self) -> Function {
        Function::Validate
    }

    fn cut(&self) -> Cut {
        Cut::GoesOn
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure> {
        let Message::Validate { epoch, .. } = message else {
            return Ok(());
        };
        if *epoch != operation.epoch || !operation.schema_finalized || operation.validation.is_some() {
            return Ok(());
        }
        let checks = run_checks(ports, operation).await?;
        if checks.iter().all(|check| check.passed) {
            let plan = documents::plan(ports, &operation.id, operation.epoch).await?;
            kept::keep(ports, operation, &plan).await?;
        }
        let recorder = Recorder::new(ports, &operation.id, "validate");
        let what = format!("validate/{epoch}");
        let id = || operation.id.clone();
        let (event, messages): (Event, _) = if checks.iter().all(|check| check.passed) {
            let promote = Message::Promote {
                operation: id(),
                epoch: *epoch,
            };
            (
                ValidationPassed { epoch: *epoch, checks }.into(),
                vec![outgoing(promote, &what)],
            )
        } else {
            let rollback = Message::Rollback { operation: id() };
            let notify = Message::Notify {
                operation: id(),
                about: "invalid".to_owned(),
            };
            let messages = vec![outgoing(rollback, &what), outgoing(notify, &what)];
            (ValidationFailed { epoch: *epoch, checks }.into(), messages)
        };
        recorder.operation(operation, &what, vec![event], messages).await
    }
}

async fn run_checks(ports: &Ports, operation: &Operation) -> Result<Vec<Check>, Failure> {
    let expected = documents::schema(ports, &operation.id, operation.epoch).await?;
    let plan = documents::plan(ports, &operation.id, operation.epoch).await?;
    ports.progress.begin(Phase::Validate, plan.tables.len() as u64);
    let reading = async {
        let search = Search::prepare(ports, operation, &plan).await?.map(Arc::new);
        let found = reading::read(ports, operation, &expected, &plan, search.as_ref()).await?;
        Ok::<_, Failure>((search, found))
    };
    let ((search, found), structure) = tokio::try_join!(reading, structure(ports, operation, &expected))?;
    let counts = counts::gather(ports, operation, &plan, &found.rows).await?;
    let mut checks = vec![checks::row_counts(&counts, plan.tables_of_chosen_rows())];
    checks.extend(structure);
    match &search {
        Some(search) => checks.push(search.check(ports, &found.candidates).await?),
        // A backup is meant to hold what the environment holds.
        None if operation.requested.kind == OperationKind::Backup => {}
        None => checks.push(leak::nothing_to_find()),
    }
    Ok(checks)
}

async fn structure(ports: &Ports, operation: &Operation, expected: &Database) -> Result<Vec<Check>, Failure> {
    let copy = open_copy(ports, operation).await?;
    copy.begin().await?;
    let owners = operation.options().is_some_and(|options| options.preserve_roles);
    let mut checks = structure_checks(&copy, expected, owners).await?;
    copy.end().await?;
    if checks.iter().all(|check| check.passed) {
        checks.extend(catalogs::check(ports, operation, expected).await);
    }
    Ok(checks)
}

/// Compares a database with a captured schema and looks for what is not valid in it. The connection is in an open
/// transaction.
///
/// # Errors
/// What the server says.
pub async fn structure_checks(
    copy: &SourceConnection,
    expected: &Database,
    owners: bool,
) -> Result<Vec<Check>, Failure> {
    let actual = copy.capture().await?;
    let mut checks = vec![constraints_check(copy, expected).await?];
    checks.extend(checks::schema(expected, &actual, owners));
    checks.extend(checks::tablespaces(expected, &actual));
    checks.extend(checks::protection(expected, &actual));
    Ok(checks)
}

/// Looks for what is not valid in a database and is not known to be so.
///
/// # Errors
/// What the server says.
pub async fn constraints_check(copy: &SourceConnection, expected: &Database) -> Result<Check, Failure> {
    let known = expected.constraints.iter().filter(|one| !one.validated);
    let known: Vec<&str> = known.map(|one| one.name.as_str()).collect();
    let invalid = copy.invalid_objects().await?.into_iter();
    let invalid: Vec<String> = invalid
        .filter(|object| !known.iter().any(|name| object.ends_with(name)))
        .collect();
    Ok(checks::constraints(&[], &invalid, expected.constraints.len()))
}

/// A reading session in the staging database: validation writes nothing.
async fn open_copy(ports: &Ports, operation: &Operation) -> Result<SourceConnection, Failure> {
    let environment = connections::target_environment(ports, operation).await?;
    let database = OwnDatabase::staging(&operation.id, operation.epoch);
    SourceConnection::open_copy(&environment.url, database.as_str(), operation.search_path()).await
}
