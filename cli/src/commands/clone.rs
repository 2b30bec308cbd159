//! `nova clone`.

use super::{confirm, masked, operation};
use crate::{
    arguments::{Clone, Format},
    output,
    runtime::Runtime,
};
use nova_clone::{Operation, Outcome, Summary};
use nova_errors::Failure;
use nova_kit::documents;
use nova_project::Project;
use serde::Serialize;
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
    let summary = operation::summary(runtime.ports(), &ended).await?;
    if arguments.dry_run && matches!(ended.outcome, Some(Outcome::Completed(_))) {
        show_plan(&runtime, &ended, &summary, arguments.output).await?;
    } else {
        output::summary(&summary, arguments.output);
    }
    Ok(operation::exit_code(&ended))
}

/// What a clone would do: its tables and the columns it would replace, each with the reason.
async fn show_plan(runtime: &Runtime, planned: &Operation, summary: &Summary, format: Format) -> Result<(), Failure> {
    let plan = documents::masking(runtime.ports(), &planned.id, planned.epoch).await?;
    let schema = documents::schema(runtime.ports(), &planned.id, planned.epoch).await?;
    let columns = masked::columns(&plan, Some(&schema));
    if format == Format::Json {
        #[derive(Serialize)]
        struct Plan<'a> {
            #[serde(flatten)]
            summary: &'a Summary,
            dry_run: bool,
            masked_columns: Vec<masked::Masked>,
        }
        output::json(&Plan {
            summary,
            dry_run: true,
            masked_columns: columns,
        });
        return Ok(());
    }
    output::print(&output::summary_text(summary));
    let rows: Vec<Vec<String>> = columns
        .into_iter()
        .map(|masked| vec![format!("{}.{}", masked.table, masked.column), masked.kind, masked.why])
        .collect();
    if !rows.is_empty() {
        output::print(&output::table(&["column", "becomes another", "because"], &rows));
    }
    output::print("This was a dry run: nothing was written. Rows are what the source's statistics say.");
    Ok(())
}
