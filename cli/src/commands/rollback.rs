//! `nova rollback`.

use super::{confirm, operation};
use crate::{arguments::Rollback, output, runtime::Runtime};
use nova_errors::Failure;
use nova_kit::Silent;
use nova_project::Project;
use std::{process::ExitCode, sync::Arc};

pub(super) async fn run(project: &Project, arguments: &Rollback) -> Result<ExitCode, Failure> {
    confirmed(arguments)?;
    let runtime = Runtime::open(project, Arc::new(Silent))?;
    let ended = operation::start_rollback(&runtime, arguments).await?;
    let summary = operation::summary(runtime.ports(), &ended).await?;
    output::summary(&summary, arguments.output);
    Ok(operation::exit_code(&summary))
}

/// Asks before something is replaced.
pub(crate) fn confirmed(arguments: &Rollback) -> Result<(), Failure> {
    confirm::target(
        &arguments.environment,
        "This brings back the previous contents of environment",
        arguments.yes,
    )
}
