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
    let id = operation::named(ports, &arguments.operation).await?.id;
    let lock = runtime.lock(&id)?;
    // With the lock in hand nobody else appends but `nova stop`.
    let found = operation::named(ports, &id).await?;
    let resumed = if !found.is_resumable() && runtime.with_messages().await?.contains(&id) {
        // It ended, but the process was killed before it had told people: that is all there is to do.
        found
    } else {
        requests::resume(ports, &operation::actor(), &id).await?
    };
    let ended = runtime.take_over(&resumed).await;
    bars.finish();
    drop(lock);
    let ended = ended?;
    let summary = operation::summary(ports, &ended).await?;
    output::summary(&summary, arguments.output);
    Ok(operation::exit_code(&summary))
}
