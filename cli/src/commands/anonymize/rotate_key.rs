//! `nova anonymize rotate-key`: other replacements from now on.

use super::arguments::RotateKey;
use crate::{
    arguments::Format,
    commands::{confirm, operation},
    output,
    runtime::Runtime,
};
use nova_environments::EnvironmentName;
use nova_errors::Failure;
use nova_kit::{Silent, personal};
use nova_project::Project;
use serde_json::json;
use std::{process::ExitCode, sync::Arc};

pub(super) async fn run(project: &Project, arguments: &RotateKey) -> Result<ExitCode, Failure> {
    let environment: EnvironmentName = arguments.environment.parse()?;
    let runtime = Runtime::open(project, Arc::new(Silent))?;
    let ports = runtime.ports();
    ports.environments.environment(&environment).await?;
    confirm::target(
        environment.as_str(),
        "This changes every replacement that clones write into environment",
        arguments.yes,
    )?;
    let version = personal::rotate_key(ports, &environment, &operation::actor()).await?;
    if arguments.output == Format::Json {
        output::json(&json!({"status": "rotated", "environment": environment.as_str(), "version": version}));
    } else {
        output::print(&format!(
            "The masking key of {environment} is rotated: clones that begin now use version {version}. What the \
             environment holds stays as it is until the next clone."
        ));
    }
    Ok(ExitCode::SUCCESS)
}
