//! `nova init`.

use crate::{
    arguments::{Format, Init},
    output,
};
use nova_errors::{Code, Failure};
use nova_project::{Made, Outcome};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

pub(super) fn run(folder: Option<&Path>, arguments: &Init) -> Result<ExitCode, Failure> {
    let folder = folder.map_or_else(|| PathBuf::from("."), Path::to_owned);
    fs::create_dir_all(&folder).map_err(|error| {
        let cause = format!("--project: {} cannot be created: {}", folder.display(), error.kind());
        Failure::new(Code::MISSING_FILE, cause)
    })?;
    let made = nova_project::init(&folder)?;
    match arguments.output {
        Format::Text => output::print(&text(&folder, &made)),
        Format::Json => output::json(&json!({
            "folder": folder,
            "files": made
                .iter()
                .map(|made| json!({ "path": name(&folder, made), "outcome": word(made.outcome) }))
                .collect::<Vec<_>>(),
        })),
    }
    Ok(ExitCode::SUCCESS)
}

fn text(folder: &Path, made: &[Made]) -> String {
    let rows: Vec<Vec<String>> = made
        .iter()
        .map(|made| vec![word(made.outcome).to_owned(), name(folder, made)])
        .collect();
    let mut text = output::table(&["", ""], &rows);
    if made.iter().any(|made| made.outcome == Outcome::Created) {
        text.push_str("\n\nNext: write DATABASE_URL into .env.production and .env.test, then\n");
        text.push_str("  nova clone --source production --target test --anonymize --dry-run");
    }
    text
}

fn name(folder: &Path, made: &Made) -> String {
    made.path
        .strip_prefix(folder)
        .unwrap_or(&made.path)
        .display()
        .to_string()
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Created => "created",
        Outcome::Kept => "kept",
        Outcome::Completed => "completed",
    }
}
