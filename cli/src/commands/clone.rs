//! `nova clone`.

use super::{confirm, operation};
use crate::{
    arguments::{Clone, Format},
    output,
    runtime::Runtime,
};
use nova_clone::{Status, Summary};
use nova_errors::Failure;
use nova_fn_api_operations::reading::masked::{self, Masked};
use nova_kit::documents;
use nova_project::Project;
use serde::Serialize;
use std::process::ExitCode;

pub(super) async fn run(project: &Project, arguments: &Clone) -> Result<ExitCode, Failure> {
    confirmed(arguments)?;
    let bars = output::progress::Bars::new(arguments.output);
    let runtime = Runtime::open(project, bars.clone())?;
    let ended = operation::start_clone(&runtime, arguments).await;
    bars.finish();
    let ended = ended?;
    let summary = operation::summary(runtime.ports(), &ended).await?;
    if arguments.dry_run && summary.status == Status::Completed {
        let plan = documents::masking(runtime.ports(), &ended.id, ended.epoch).await?;
        let schema = documents::schema(runtime.ports(), &ended.id, ended.epoch).await?;
        show_plan(&summary, masked::columns(&plan, Some(&schema)), arguments.output);
    } else {
        output::summary(&summary, arguments.output);
    }
    Ok(operation::exit_code(&summary))
}

/// Asks before something is replaced.
pub(crate) fn confirmed(arguments: &Clone) -> Result<(), Failure> {
    if arguments.dry_run {
        return Ok(());
    }
    confirm::target(
        &arguments.target,
        "This replaces the contents of environment",
        arguments.yes,
    )
}

/// What a clone would do: its tables and the columns it would replace, each with the reason.
pub(crate) fn show_plan(summary: &Summary, columns: Vec<Masked>, format: Format) {
    if format == Format::Json {
        #[derive(Serialize)]
        struct Plan<'a> {
            #[serde(flatten)]
            summary: &'a Summary,
            dry_run: bool,
            masked_columns: Vec<Masked>,
        }
        output::json(&Plan {
            summary,
            dry_run: true,
            masked_columns: columns,
        });
        return;
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
}
