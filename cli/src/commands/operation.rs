//! What the commands that run operations share.

use crate::{arguments, runtime::Runtime};
use nova_anonymization::rules::Rules;
use nova_clone::{Operation, Outcome, Summary, TableSummary, names::outgoing};
use nova_errors::{Code, Exit, Failure};
use nova_eventlog::Head;
use nova_events::{CloneOptions, Event, Message, OperationKind, OperationRequested, PersonalDataAllowed};
use nova_kit::{Ports, Recorder, documents};
use nova_project::Values;
use std::{fs, path::PathBuf, process::ExitCode};

/// Requests a clone and runs it until it has ended.
///
/// # Errors
/// `NOVA-10xx` for a request that cannot be made; what the stores say. A clone that fails is not an error here: its
/// operation tells.
pub async fn start_clone(runtime: &Runtime, arguments: &arguments::Clone) -> Result<Operation, Failure> {
    let settings = runtime.project().settings()?.values();
    let ports = runtime.ports();
    // Unknown environments are mistakes of the command line: they are found before anything is recorded.
    ports.environments.environment(&arguments.source.parse()?).await?;
    ports.environments.environment(&arguments.target.parse()?).await?;
    let rules = rules(runtime, arguments, &settings)?;
    discard_abandoned(runtime, &arguments.target).await?;

    let id = ports.ids.next();
    let lock = runtime.lock(&id)?;
    let mut options = options(arguments, &settings);
    if let Some(rules) = rules {
        documents::put_bytes(ports, &id, nova_clone::names::RULES_BLOB, rules).await?;
        options.rules = Some(nova_clone::names::RULES_BLOB.to_owned());
    }
    let workers = options.parallel;
    let allowed = options.allow_personal_data;
    let requested = OperationRequested {
        kind: OperationKind::Clone,
        source: Some(arguments.source.clone()),
        target: arguments.target.clone(),
        clone: Some(options),
        to_backup: None,
    };
    let mut events: Vec<Event> = vec![requested.into()];
    if allowed {
        events.push(
            PersonalDataAllowed {
                target: arguments.target.clone(),
            }
            .into(),
        );
    }
    request(ports, &id, events).await?;
    let ended = runtime.run(&id, workers).await;
    drop(lock);
    ended
}

/// Removes what operations on this target have left behind that were stopped or failed and could have been resumed: the
/// new one takes their place.
async fn discard_abandoned(runtime: &Runtime, target: &str) -> Result<(), Failure> {
    let ports = runtime.ports();
    for operation in nova_kit::operations(ports).await? {
        let abandoned = operation.requested.target == target
            && operation.has_ended()
            && operation.is_resumable()
            && operation.promoted.is_none()
            && operation.epoch > 0;
        if abandoned && let Ok(_lock) = runtime.lock(&operation.id) {
            let discard = Message::Rollback {
                operation: operation.id.clone(),
            };
            ports.queue.send(&[outgoing(discard, "superseded")]).await?;
            runtime.run(&operation.id, 1).await?;
        }
    }
    Ok(())
}

/// Requests a rollback and runs it until it has ended.
///
/// # Errors
/// As [`start_clone`].
pub async fn start_rollback(runtime: &Runtime, arguments: &arguments::Rollback) -> Result<Operation, Failure> {
    let ports = runtime.ports();
    ports.environments.environment(&arguments.environment.parse()?).await?;
    let points = nova_kit::rollback_points(ports, &arguments.environment).await?;
    let wanted = arguments.to_backup.as_deref();
    if !points
        .iter()
        .any(|point| wanted.is_none_or(|wanted| point.operation == wanted))
    {
        let cause = format!(
            "environment {} has no previous contents to bring back",
            arguments.environment
        );
        let there = points.iter().map(|point| format!("--to-backup {}", point.operation));
        return Err(Failure::new(Code::NO_BACKUP, cause).with_details(there));
    }
    let id = ports.ids.next();
    let lock = runtime.lock(&id)?;
    let requested = OperationRequested {
        kind: OperationKind::Rollback,
        source: None,
        target: arguments.environment.clone(),
        clone: None,
        to_backup: arguments.to_backup.clone(),
    };
    request(ports, &id, vec![requested.into()]).await?;
    let ended = runtime.run(&id, 1).await;
    drop(lock);
    ended
}

async fn request(ports: &Ports, id: &str, events: Vec<Event>) -> Result<(), Failure> {
    let guard = outgoing(
        Message::Guard {
            operation: id.to_owned(),
        },
        "request",
    );
    let stream = nova_clone::names::operation_stream(id)?;
    Recorder::by(ports, id, &actor())
        .append(stream, Head::start(), "request", events, vec![guard])
        .await
}

/// Who is at the keyboard, as the system says.
pub(super) fn actor() -> String {
    let name = ["NOVA_ACTOR", "SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok());
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The rules file, checked before anything is recorded: the one named, or the project's default.
fn rules(runtime: &Runtime, arguments: &arguments::Clone, settings: &Values) -> Result<Option<Vec<u8>>, Failure> {
    let default = settings
        .rules
        .as_ref()
        .map(|path| runtime.project().folder().join(path));
    let Some(path): Option<PathBuf> = arguments.rules.clone().or(default) else {
        return Ok(None);
    };
    if !arguments.anonymize {
        return match &arguments.rules {
            Some(_) => Err(Failure::new(Code::BAD_ARGUMENT, "--rules needs --anonymize")),
            None => Ok(None),
        };
    }
    let unreadable =
        |error: std::io::Error| Failure::new(Code::MISSING_FILE, format!("rules file {}: {error}", path.display()));
    let text = fs::read_to_string(&path).map_err(unreadable)?;
    Rules::parse(&text).map_err(|error| {
        let failure = Failure::from(error);
        let cause = format!("{}: {}", path.display(), failure.cause);
        Failure { cause, ..failure }
    })?;
    Ok(Some(text.into_bytes()))
}

fn options(arguments: &arguments::Clone, settings: &Values) -> CloneOptions {
    CloneOptions {
        anonymize: arguments.anonymize,
        allow_personal_data: arguments.allow_personal_data,
        include_all: arguments.include_all,
        preserve_roles: arguments.preserve_roles,
        skip_unsupported: arguments.skip_unsupported,
        dry_run: arguments.dry_run,
        tables: arguments.tables.clone(),
        exclude_rows: settings.exclude_rows.clone(),
        batch_rows: arguments.batch_size.or(settings.batch_size),
        chunk_bytes: settings.chunk_bytes,
        parallel: settings.parallel_tables,
        keep_previous: settings.keep_previous,
        locale: settings.locale.clone(),
        rules: None,
    }
}

/// The result of an operation, with its tables.
///
/// # Errors
/// What the stores say.
pub async fn summary(ports: &Ports, operation: &Operation) -> Result<Summary, Failure> {
    let mut summary = Summary::of(operation);
    if operation.chunks.is_none() {
        return Ok(summary);
    }
    let plan = documents::plan(ports, &operation.id, operation.epoch).await?;
    let (mut bytes, mut values) = (0, 0);
    for table in &plan.tables {
        let mut rows = 0;
        for chunk in table.first_chunk..table.first_chunk + table.chunks {
            let state = nova_kit::chunk_state(ports, &operation.id, operation.epoch, chunk).await?;
            rows += state.imported.as_ref().map_or(0, |imported| imported.rows);
            bytes += state.imported.as_ref().map_or(0, |imported| imported.bytes);
            values += state.anonymized.as_ref().map_or(0, |anonymized| anonymized.values);
        }
        let planned = operation
            .options()
            .is_some_and(|options| options.dry_run && table.chunks > 0);
        let rows = if planned { table.estimated_rows } else { rows };
        summary.tables.push(TableSummary {
            schema: table.name.schema.clone(),
            name: table.name.name.clone(),
            rows,
        });
    }
    summary.tables.sort();
    summary.rows = summary.tables.iter().map(|table| table.rows).sum();
    (summary.bytes, summary.anonymized.values) = (bytes, values);
    Ok(summary)
}

/// How a process exits that ran this operation.
pub fn exit_code(operation: &Operation) -> ExitCode {
    let exit = match &operation.outcome {
        Some(Outcome::Completed(_)) => return ExitCode::SUCCESS,
        Some(Outcome::Invalid) => Exit::Invalid,
        Some(Outcome::Refused(_)) => Exit::Refused,
        Some(Outcome::Failed { reason, .. }) => {
            let number = reason.code.trim_start_matches("NOVA-").parse().ok();
            number.and_then(Code::by_number).map_or(Exit::Failed, |code| code.exit)
        }
        Some(Outcome::Stopped) | None => Exit::Failed,
    };
    ExitCode::from(exit as u8)
}

/// An operation that a person named.
///
/// # Errors
/// `NOVA-1901` when it does not exist.
pub async fn named(ports: &Ports, id: &str) -> Result<Operation, Failure> {
    let unknown = || Failure::new(Code::UNKNOWN_OPERATION, format!("operation {id:?} does not exist"));
    if nova_clone::names::operation_stream(id).is_err() {
        return Err(unknown());
    }
    nova_kit::operation_if_any(ports, id).await?.ok_or_else(unknown)
}
