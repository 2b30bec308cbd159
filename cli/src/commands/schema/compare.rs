//! `nova schema compare`.

use super::{arguments::Compare, exit, sides::Side};
use crate::{arguments::Format, output};
use nova_errors::Failure;
use nova_migration::compare;
use nova_project::Project;
use serde_json::json;
use std::process::ExitCode;

pub(super) async fn run(project: &Project, arguments: &Compare) -> Result<ExitCode, Failure> {
    let source = Side::new(project, &arguments.source)?;
    let target = Side::new(project, &arguments.target)?;
    let (a, b) = tokio::join!(source.capture(false), target.capture(false));
    let found = compare(&a?.schema, &b?.schema, !arguments.no_owners);
    match arguments.output {
        Format::Text => output::print(&found.text(&source.label, &target.label)),
        Format::Json => output::json(&json!({
            "status": if found.equal { "equal" } else { "different" },
            "source": source.label,
            "target": target.label,
            "differences": found.differences,
            "notes": found.notes,
        })),
    }
    Ok(exit(found.equal))
}
