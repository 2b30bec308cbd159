//! `nova logs`: what happened in an operation, in the order of time.

use super::{operation, status::history};
use crate::{
    arguments::{Format, Logs},
    output::{self, Style},
};
use nova_errors::{Code, Failure};
use nova_fn_api_operations::reading::logs::{Entry, entries};
use nova_project::Project;
use nova_words::Level;
use serde_json::json;
use std::process::ExitCode;

pub(super) async fn run(project: &Project, arguments: &Logs) -> Result<ExitCode, Failure> {
    let id = &arguments.operation;
    let Some(ports) = history(project)? else {
        return Err(Failure::new(
            Code::UNKNOWN_OPERATION,
            format!("operation {id:?} does not exist"),
        ));
    };
    operation::named(&ports, id).await?;
    let mut entries = entries(&ports, id, arguments.detailed).await?;
    let least = Level::from(arguments.level);
    entries.retain(|entry| entry.level >= least);
    show(&entries, arguments);
    Ok(ExitCode::SUCCESS)
}

/// Prints entries.
pub(crate) fn show(entries: &[Entry], arguments: &Logs) {
    match arguments.output {
        Format::Json => output::json(&json!({ "operation_id": arguments.operation, "entries": entries })),
        Format::Text if entries.is_empty() => output::print("Nothing of that severity happened."),
        Format::Text => {
            let style = Style::stdout();
            let lines: Vec<String> = entries
                .iter()
                .map(|entry| text(entry, arguments.detailed, style))
                .collect();
            output::print(&lines.join("\n"));
        }
    }
}

fn text(entry: &Entry, detailed: bool, style: Style) -> String {
    let level = format!("{:<7}", entry.level.name());
    let level = match entry.level {
        Level::Info => style.dim(&level),
        Level::Warning => style.warning(&level),
        Level::Error => style.bad(&level),
    };
    let line = format!("{}  {level}  {}", style.dim(&entry.at), entry.text);
    if !detailed {
        return line;
    }
    let fields = format!("    {} {} by {} {}", entry.stream, entry.event, entry.actor, entry.data);
    format!("{line}\n{}", style.dim(&fields))
}
