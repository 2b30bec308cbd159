//! `nova schema conflicts`: what both sides changed since they were the same.

use super::{arguments::Conflicts, backup, exit, sides::Side};
use crate::{arguments::Format, output, runtime::Runtime};
use nova_errors::{Code, Failure};
use nova_kit::{Silent, documents};
use nova_migration::{Comparison, conflicts, without_ours};
use nova_project::Project;
use nova_schema::Database;
use serde_json::json;
use std::fmt::Write as _;
use std::{process::ExitCode, sync::Arc};

pub(super) async fn run(project: &Project, arguments: &Conflicts) -> Result<ExitCode, Failure> {
    let source = Side::new(project, &arguments.source)?;
    let target = Side::new(project, &arguments.target)?;
    let (origin, base) = match &arguments.base {
        Some(name) => backup::read(project, Some(name), None)?,
        None => last_clone(project, &target).await?,
    };
    let (a, b) = tokio::join!(source.capture(false), target.capture(false));
    // A clone leaves owners behind.
    let (found, by_source, by_target) = conflicts(&base, &a?.schema, &b?.schema, false);
    match arguments.output {
        Format::Text => {
            let mut text = String::new();
            for conflict in &found {
                let _ = writeln!(
                    text,
                    "{}\n    {} {}\n    {} {}",
                    conflict.object, source.label, conflict.source, target.label, conflict.target
                );
            }
            let only = |comparison: &Comparison| comparison.differences.len();
            let _ = writeln!(
                text,
                "{} conflict(s) since {origin}; {} changed {} object(s), {} changed {}.",
                found.len(),
                source.label,
                only(&by_source),
                target.label,
                only(&by_target)
            );
            output::print(&text);
        }
        Format::Json => output::json(&json!({
            "status": if found.is_empty() { "none" } else { "conflicts" },
            "base": origin,
            "conflicts": found,
            "changed_by_source": by_source.differences,
            "changed_by_target": by_target.differences,
        })),
    }
    Ok(exit(found.is_empty()))
}

/// The schema that the last clone into the target carried.
async fn last_clone(project: &Project, target: &Side) -> Result<(String, Database), Failure> {
    let unknown = || {
        Failure::new(
            Code::NO_BASE,
            format!("no clone into {} is recorded in this project", target.label),
        )
    };
    let Some(name) = target.name().filter(|_| project.state_folder().exists()) else {
        return Err(unknown());
    };
    let runtime = Runtime::open(project, Arc::new(Silent))?;
    let ports = runtime.ports();
    let mut last = None;
    for operation in nova_kit::operations(ports).await? {
        if operation.requested.target == name && operation.promoted.is_some() {
            last = Some(operation);
        }
    }
    let operation = last.ok_or_else(unknown)?;
    let mut schema = documents::schema(ports, &operation.id, operation.epoch).await?;
    without_ours(&mut schema);
    Ok((format!("clone {}", operation.id), schema))
}
