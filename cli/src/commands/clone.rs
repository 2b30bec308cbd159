//! `nova clone`.

use super::{confirm, operation};
use crate::{arguments::Clone, output, runtime::Runtime};
use nova_errors::Failure;
use nova_project::Project;
use std::process::ExitCode;

pub(super) async fn run(project: &Project, arguments: &Clone) -> Result<ExitCode, Failure> {
    if !arguments.dry_run {
        confirm::target(
            &arguments.target,
            "This replaces the contents of environment",
            arguments.yes,
        )?;
    }
    let bars = output::progress::Bars::new(arguments.output);
    let runtime = Runtime::open(project, bars.clone())?;
    let ended = operation::start_clone(&runtime, arguments).await;
    bars.finish();
    let ended = ended?;
    output::summary(&operation::summary(runtime.ports(), &ended).await?, arguments.output);
    Ok(operation::exit_code(&ended))
}
