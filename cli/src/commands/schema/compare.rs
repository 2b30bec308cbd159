//! `nova schema compare`.

use super::{arguments::Compare, exit, sides::Side};
use crate::{arguments::Format, output};
use nova_catalog::oracle::unexplained;
use nova_errors::{Code, Failure};
use nova_migration::compare;
use nova_project::Project;
use serde_json::json;
use std::process::ExitCode;

pub(super) async fn run(project: &Project, arguments: &Compare) -> Result<ExitCode, Failure> {
    let source = Side::new(project, &arguments.source)?;
    let target = Side::new(project, &arguments.target)?;
    let (a, b) = tokio::join!(source.capture(false), target.capture(false));
    let (a, b) = (a?, b?);
    let found = compare(&a.schema, &b.schema, !arguments.no_owners);
    // That nothing differs is said only after a look at every row of the catalogs.
    let findings = if found.equal && a.schema.server_version == b.schema.server_version {
        let noted = found.notes.iter();
        let noted: Vec<&str> = noted
            .filter_map(|note| note.strip_prefix("table ")?.split(": ").next())
            .collect();
        unexplained(source.differences(&target, !arguments.no_owners).await?, &noted)
    } else {
        Vec::new()
    };
    match arguments.output {
        Format::Text => {
            output::print(&found.text(&source.label, &target.label));
            for finding in &findings {
                output::note(&format!(
                    "warning[{}]: the catalogs differ in what the comparison has no word for: {finding}",
                    Code::UNEXPLAINED
                ));
            }
        }
        Format::Json => output::json(&json!({
            "status": if found.equal { "equal" } else { "different" },
            "source": source.label,
            "target": target.label,
            "differences": found.differences,
            "notes": found.notes,
            "unexplained": findings,
        })),
    }
    Ok(exit(found.equal))
}
