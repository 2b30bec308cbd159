//! `nova stop`.

use super::operation;
use crate::{arguments::Stop, output, runtime::Runtime};
use nova_errors::{Code, Failure};
use nova_kit::{Silent, requests};
use nova_project::Project;
use std::{process::ExitCode, sync::Arc};

pub(super) async fn run(project: &Project, arguments: &Stop) -> Result<ExitCode, Failure> {
    let runtime = Runtime::open(project, Arc::new(Silent))?;
    let ports = runtime.ports();
    let found = requests::stop(ports, &operation::actor(), &arguments.operation, arguments.force).await?;
    discard_if_alone(&runtime, &found.id, arguments.force).await?;
    let stopped = operation::named(ports, &found.id).await?;
    output::summary(&operation::summary(ports, &stopped).await?, arguments.output);
    Ok(ExitCode::SUCCESS)
}

/// A process that runs the operation cleans up by itself; where there is none, this one does.
async fn discard_if_alone(runtime: &Runtime, id: &str, force: bool) -> Result<(), Failure> {
    if !force {
        return Ok(());
    }
    match runtime.lock(id) {
        Err(running) if running.code == Code::OPERATION_RUNNING => Ok(()),
        Err(failure) => Err(failure),
        Ok(_lock) => {
            let stopped = operation::named(runtime.ports(), id).await?;
            runtime.take_over(&stopped).await.map(|_| ())
        }
    }
}
