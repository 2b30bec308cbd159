//! `nova resume`.

use super::operation;
use crate::{arguments::Resume, output, runtime::Runtime};
use nova_errors::Failure;
use nova_kit::requests;
use nova_project::Project;
use std::process::ExitCode;

pub(super) async fn run(project: &Project, arguments: &Resume) -> Result<ExitCode, Failure> {
    let bars = output::progress::Bars::new(arguments.output);
    let runtime = Runtime::open(project, bars.clone())?;
    let ports = runtime.ports();
    let found = operation::named(ports, &arguments.operation).await?;
    let lock = runtime.lock(&found.id)?;
    // With the lock in hand nobody else appends but `nova stop`.
    let resumed = requests::resume(ports, &operation::actor(), &found.id).await?;
    runtime.recover(&resumed).await?;
    let workers = resumed.options().map_or(1, |options| options.parallel);
    let ended = runtime.run(&resumed.id, workers).await;
    bars.finish();
    drop(lock);
    let ended = ended?;
    let summary = operation::summary(ports, &ended).await?;
    output::summary(&summary, arguments.output);
    Ok(operation::exit_code(&summary))
}
