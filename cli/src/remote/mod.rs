//! Commands as clients of an API: what they print and how they exit is the same as where the project is.
//!
//! | module | holds |
//! |---|---|
//! | [`client`] | requests and answers |
//! | [`follow`] | waiting for an operation, with bars |

mod client;
mod follow;

use crate::{
    arguments::{self, Backup, Command, Logs, OperationCommand, Report, Resume, Rollback, Status, Stop},
    commands::{
        clone::{confirmed as clone_confirmed, show_plan},
        logs,
        operation::{clone_request, exit_code},
        report,
        rollback::confirmed as rollback_confirmed,
        status,
    },
    output::{
        self,
        operations::{Several, View, one, several},
    },
};
use client::Client;
use nova_clone::Status as State;
use nova_errors::{Code, Failure};
use nova_fn_api_operations::{
    Environments, Logs as LogPage, Operations, Planned,
    bodies::{self, Create, NewBackup, NewClone, NewRollback},
    reading::operations::Shown,
};
use nova_kit::wiring::SystemClock;
use std::process::ExitCode;

/// Entries on a page.
const PAGE: usize = 1000;

/// Runs a command through the API at `url`.
///
/// # Errors
/// `NOVA-2111` for a command that works on a project folder only, `NOVA-2109` when the API cannot be reached; what the
/// API answers.
pub(crate) async fn run(url: &str, command: &Command) -> Result<ExitCode, Failure> {
    let client = || Client::new(url);
    match command {
        Command::Clone(clone) => start_clone(&client()?, clone).await,
        Command::Status(arguments) => show_status(&client()?, arguments).await,
        Command::Logs(arguments) => show_logs(&client()?, arguments).await,
        Command::Resume(arguments) => resume(&client()?, arguments).await,
        Command::Stop(arguments) | Command::Operation(OperationCommand::Stop(arguments)) => {
            stop(&client()?, arguments).await
        }
        Command::Backup(arguments) => start_backup(&client()?, arguments).await,
        Command::Rollback(arguments) => start_rollback(&client()?, arguments).await,
        Command::Report(arguments) => write_report(&client()?, arguments).await,
        _ => Err(Failure::new(
            Code::EMBEDDED_ONLY,
            "this command works on the files and databases of a project folder; an API does not offer it",
        )),
    }
}

async fn start_clone(client: &Client, arguments: &arguments::Clone) -> Result<ExitCode, Failure> {
    clone_confirmed(arguments)?;
    let request = clone_request(arguments)?;
    let rules = request.rules.map(|rules| {
        if !rules.text.trim_start().starts_with('{') {
            return Ok(serde_json::Value::String(rules.text));
        }
        serde_json::from_str(&rules.text)
            .map_err(|error| Failure::new(Code::BAD_RULES, format!("{}: {error}", rules.name)))
    });
    let body = Create::Clone(NewClone {
        source: request.source,
        target: request.target,
        anonymize: request.anonymize,
        allow_personal_data: request.allow_personal_data,
        include_all: request.include_all,
        preserve_roles: request.preserve_roles,
        skip_unsupported: request.skip_unsupported,
        dry_run: request.dry_run,
        tables: request.tables,
        subset: request.subset,
        policy: request.policy,
        keep_fingerprints: request.keep_fingerprints,
        batch_size: request.batch_rows,
        on_snapshot_loss: request.on_snapshot_loss,
        rules: rules.transpose()?,
    });
    let started: Shown = client.create("/v1/operations", &body).await?;
    let ended = follow::to_its_end(client, started, arguments.output).await?;
    if arguments.dry_run && ended.summary.status == State::Completed {
        let planned: Planned = client.get(&address(&ended, "/plan")).await?;
        show_plan(&ended.summary, planned.masked_columns, arguments.output);
    } else {
        output::summary(&ended.summary, arguments.output);
    }
    Ok(exit_code(&ended.summary))
}

async fn start_backup(client: &Client, arguments: &Backup) -> Result<ExitCode, Failure> {
    let body = Create::Backup(NewBackup {
        environment: arguments.environment.clone(),
    });
    let started: Shown = client.create("/v1/operations", &body).await?;
    let ended = follow::to_its_end(client, started, arguments.output).await?;
    output::summary(&ended.summary, arguments.output);
    Ok(exit_code(&ended.summary))
}

async fn start_rollback(client: &Client, arguments: &Rollback) -> Result<ExitCode, Failure> {
    rollback_confirmed(arguments)?;
    let body = Create::Rollback(NewRollback {
        environment: arguments.environment.clone(),
        to_backup: arguments.to_backup.clone(),
    });
    let started: Shown = client.create("/v1/operations", &body).await?;
    let ended = follow::to_its_end(client, started, arguments.output).await?;
    output::summary(&ended.summary, arguments.output);
    Ok(exit_code(&ended.summary))
}

async fn resume(client: &Client, arguments: &Resume) -> Result<ExitCode, Failure> {
    let path = format!("/v1/operations/{}/resume", client::segment(&arguments.operation));
    let resumed: Shown = client.post(&path, &serde_json::json!({})).await?;
    let ended = follow::to_its_end(client, resumed, arguments.output).await?;
    output::summary(&ended.summary, arguments.output);
    Ok(exit_code(&ended.summary))
}

async fn stop(client: &Client, arguments: &Stop) -> Result<ExitCode, Failure> {
    let path = format!("/v1/operations/{}/stop", client::segment(&arguments.operation));
    let body = bodies::Stop { force: arguments.force };
    let stopped: Shown = client.post(&path, &body).await?;
    output::summary(&stopped.summary, arguments.output);
    Ok(ExitCode::SUCCESS)
}

async fn show_status(client: &Client, arguments: &Status) -> Result<ExitCode, Failure> {
    status::watch(arguments, async || look(client, arguments).await).await
}

async fn look(client: &Client, arguments: &Status) -> Result<View, Failure> {
    use nova_eventlog::Clock;
    if let Some(id) = &arguments.operation {
        let shown: Shown = client.get(&format!("/v1/operations/{}", client::segment(id))).await?;
        return Ok(one(&shown));
    }
    let mut found = Several::default();
    let limit = if arguments.all { 100 } else { status::LATEST };
    let mut cursor = String::new();
    loop {
        let page: Operations = client.get(&format!("/v1/operations?limit={limit}{cursor}")).await?;
        found.operations.extend(page.operations);
        match page.next {
            Some(next) if arguments.all => cursor = format!("&cursor={}", client::segment(&next)),
            _ => break,
        }
    }
    let environments: Environments = client.get("/v1/environments").await?;
    for environment in environments.environments {
        let points = environment.rollback_points.into_iter();
        found
            .points
            .extend(points.map(|point| (environment.name.clone(), point)));
    }
    Ok(several(&found, arguments.all, SystemClock.now_ms()))
}

async fn show_logs(client: &Client, arguments: &Logs) -> Result<ExitCode, Failure> {
    let least = nova_words::Level::from(arguments.level).name();
    let address = format!(
        "/v1/operations/{}/logs?level={least}&detailed={}&limit={PAGE}",
        client::segment(&arguments.operation),
        arguments.detailed
    );
    let mut entries = Vec::new();
    let mut cursor = String::new();
    loop {
        let page: LogPage = client.get(&format!("{address}{cursor}")).await?;
        entries.extend(page.entries);
        match page.next {
            Some(next) => cursor = format!("&cursor={}", client::segment(&next)),
            None => break,
        }
    }
    logs::show(&entries, arguments);
    Ok(ExitCode::SUCCESS)
}

async fn write_report(client: &Client, arguments: &Report) -> Result<ExitCode, Failure> {
    let id = if let Some(id) = &arguments.operation {
        id.clone()
    } else {
        let page: Operations = client.get("/v1/operations?limit=1").await?;
        let latest = page.operations.into_iter().next();
        let nothing = || Failure::new(Code::UNKNOWN_OPERATION, "no operation has been started yet");
        latest.ok_or_else(nothing)?.summary.operation_id
    };
    let html = client
        .text(&format!("/v1/operations/{}/report.html", client::segment(&id)))
        .await?;
    report::write_file(&arguments.output, &html)?;
    report::written(&id, &arguments.output);
    Ok(ExitCode::SUCCESS)
}

fn address(shown: &Shown, more: &str) -> String {
    format!("/v1/operations/{}{more}", client::segment(&shown.summary.operation_id))
}
