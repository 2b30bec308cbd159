//! `nova backup`.

use super::operation;
use crate::{arguments::Backup, output, runtime::Runtime};
use nova_errors::Failure;
use nova_project::Project;
use std::process::ExitCode;

/// Nobody is asked: nothing is replaced.
pub(super) async fn run(project: &Project, arguments: &Backup) -> Result<ExitCode, Failure> {
    let bars = output::progress::Bars::new(arguments.output);
    let runtime = Runtime::open(project, bars.clone())?;
    let ended = operation::start_backup(&runtime, arguments).await;
    bars.finish();
    let summary = operation::summary(runtime.ports(), &ended?).await?;
    output::summary(&summary, arguments.output);
    Ok(operation::exit_code(&summary))
}
