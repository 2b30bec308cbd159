//! One file per command. Each takes its arguments, does its work through the runtime or the log, and prints.

pub mod anonymize;
mod audit;
mod backup;
pub(crate) mod clone;
mod completions;
mod config;
mod confirm;
mod demo;
mod init;
pub(crate) mod logs;
pub mod operation;
pub mod platform;
pub(crate) mod report;
mod resume;
pub(crate) mod rollback;
pub mod schema;
pub(crate) mod status;
mod stop;
mod token;
mod validate;

use crate::{
    arguments::{Arguments, Audit, Command, OperationCommand},
    remote, serve,
};
use nova_errors::{Code, Failure};
use nova_project::Project;
use std::process::ExitCode;

/// Runs a command and tells how the process exits.
///
/// # Errors
/// The failure to report; nothing has been printed of it.
pub async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let project = || project(arguments);
    // These work where they are run, whatever else is set.
    let here = match &arguments.command {
        Command::Init(_) | Command::Demo(_) | Command::Completions { .. } | Command::Platform(_) => true,
        // On a deployment whose API is named too, tokens are made in its log: its API does not make any.
        Command::Token(_) => token::is_deployment_named(),
        _ => false,
    };
    if let Some(url) = arguments.api.as_deref().filter(|url| !url.is_empty() && !here) {
        return remote::run(url, &arguments.command).await;
    }
    match &arguments.command {
        Command::Init(init) => init::run(arguments.project.as_deref(), init),
        Command::Demo(demo) => demo::run(demo).await,
        Command::Clone(clone) => clone::run(&project()?, clone).await,
        Command::Anonymize(arguments) => anonymize::run(&project()?, arguments).await,
        Command::Status(status) => status::run(&project()?, status).await,
        Command::Logs(logs) => logs::run(&project()?, logs).await,
        Command::Resume(resume) => resume::run(&project()?, resume).await,
        Command::Stop(stop) | Command::Operation(OperationCommand::Stop(stop)) => stop::run(&project()?, stop).await,
        Command::Validate(validate) => validate::run(&project()?, validate).await,
        Command::Backup(backup) => backup::run(&project()?, backup).await,
        Command::Rollback(rollback) => rollback::run(&project()?, rollback).await,
        Command::Report(report) => report::run(&project()?, report).await,
        Command::Audit(Audit::Verify(verify)) => audit::run(&project()?, verify).await,
        Command::Config(config) => config::run(&project()?, config),
        Command::Serve(arguments) => serve::run(&project()?, arguments).await,
        Command::Schema(command) => schema::run(&project()?, command).await,
        Command::Platform(command) => platform::run(command).await,
        Command::Token(command) => token::run(project, command).await,
        Command::Completions { shell } => Ok(completions::run(*shell)),
    }
}

/// The project that was named, or the nearest one.
fn project(arguments: &Arguments) -> Result<Project, Failure> {
    match &arguments.project {
        Some(folder) if folder.is_dir() => Ok(Project::open(folder)),
        Some(folder) => Err(Failure::new(
            Code::MISSING_FILE,
            format!("--project: {} is not a folder", folder.display()),
        )),
        None => {
            let here = std::env::current_dir()
                .map_err(|error| Failure::new(Code::MISSING_FILE, format!("the current folder: {error}")))?;
            Ok(Project::discover(&here))
        }
    }
}
