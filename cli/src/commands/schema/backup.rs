//! `nova schema backup` and `restore`: a schema as a file of the project, and back through the migration engine.

use super::{
    apply,
    arguments::{Backup, Restore},
    sides::Side,
};
use crate::{arguments::Format, commands::confirm, output};
use nova_errors::{Code, Failure};
use nova_migration::{Header, Options, compare, plan, script};
use nova_project::Project;
use nova_schema::Database;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn folder(project: &Project) -> PathBuf {
    project.state_folder().join("schemas")
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Code::MISSING_FILE, format!("{}: {error}", path.display()))
}

/// Whether a name can be a file's.
fn checked(name: &str) -> Result<&str, Failure> {
    let fits = !name.is_empty()
        && name.len() <= 120
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c))
        && !name.starts_with('.');
    if fits {
        Ok(name)
    } else {
        Err(Failure::new(
            Code::BAD_ARGUMENT,
            format!("{name:?} cannot name a backup: use letters, digits, - _ . and :"),
        ))
    }
}

pub(super) async fn backup(project: &Project, arguments: &Backup) -> Result<ExitCode, Failure> {
    let side = Side::new(project, &arguments.environment)?;
    let schema = side.capture(false).await?.schema;
    let time = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let name = match &arguments.name {
        Some(name) => checked(name)?.to_owned(),
        None => format!("{}-{time}", side.name().unwrap_or("address")),
    };
    project.create_state_folder()?;
    let folder = folder(project);
    std::fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
    let path = folder.join(format!("{name}.json"));
    if path.exists() {
        return Err(Failure::new(
            Code::BAD_ARGUMENT,
            format!("there is a schema backup named {name} already"),
        ));
    }
    let text = serde_json::to_vec(&schema).map_err(|error| Failure::new(Code::INTERNAL, error.to_string()))?;
    // Written whole under another name first: a crash leaves no half backup.
    let unfinished = folder.join(format!(".{name}.json.new"));
    std::fs::write(&unfinished, text).map_err(|error| failed(&unfinished, &error))?;
    std::fs::rename(&unfinished, &path).map_err(|error| failed(&path, &error))?;
    match arguments.output {
        Format::Text => output::print(&format!(
            "The schema of {} is kept as {name}: {} tables, {} views, {} routines.",
            side.label,
            schema.tables.len(),
            schema.views.len(),
            schema.functions.len()
        )),
        Format::Json => {
            output::json(&json!({ "status": "done", "environment": side.label, "name": name, "file": path }));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a backup; without a name the latest whose name begins with the environment's.
///
/// # Errors
/// `NOVA-1316`.
pub(super) fn read(
    project: &Project,
    name: Option<&str>,
    environment: Option<&str>,
) -> Result<(String, Database), Failure> {
    let folder = folder(project);
    let name = if let Some(name) = name {
        checked(name)?.to_owned()
    } else {
        let prefix = format!("{}-", environment.unwrap_or("address"));
        let mut names: Vec<String> = std::fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()))
            .filter(|name| name.starts_with(&prefix))
            .collect();
        names.sort();
        names.pop().ok_or_else(|| {
            Failure::new(
                Code::NO_SCHEMA_BACKUP,
                format!("no schema backup of {} is kept", environment.unwrap_or("this address")),
            )
        })?
    };
    let path = folder.join(format!("{name}.json"));
    let text = std::fs::read(&path).map_err(|_| {
        Failure::new(
            Code::NO_SCHEMA_BACKUP,
            format!("there is no schema backup named {name}"),
        )
    })?;
    let schema = serde_json::from_slice(&text).map_err(|error| {
        Failure::new(
            Code::NO_SCHEMA_BACKUP,
            format!("the schema backup {name} cannot be read: {error}"),
        )
    })?;
    Ok((name, schema))
}

pub(super) async fn restore(project: &Project, arguments: &Restore) -> Result<ExitCode, Failure> {
    let side = Side::new(project, &arguments.environment)?;
    let (name, wanted) = read(project, arguments.input.as_deref(), side.name())?;
    let verified = side.verified(project).await?;
    confirm::target(&side.label, "This brings an earlier schema back to", arguments.confirm)?;
    let found = side.capture(false).await?;
    let options = Options {
        target_version: found.schema.server_version,
        owners: true,
        privileges: true,
        runner: Some(found.role.clone()),
        stash: true,
        ..Options::default()
    };
    let migration = plan(&found.schema, &wanted, &options);
    let text = script(
        &migration,
        &Header {
            title: vec![format!("Brings the schema backup {name} back to {}.", side.label)],
            ..Header::default()
        },
    );
    let count = migration.statements.len();
    if count > 0 {
        apply::text(&verified, &text, &found.schema).await?;
    }
    let left = compare(&wanted, &side.capture(false).await?.schema, true);
    if !left.equal {
        return Err(Failure::new(
            Code::NOT_PROVED,
            "after the restore the schema is not what the backup holds",
        )
        .with_details([left.text("backup", &side.label)]));
    }
    match arguments.output {
        Format::Text => output::print(&format!(
            "{} has the schema of {name} again: {count} statement(s).",
            side.label
        )),
        Format::Json => output::json(&json!({
            "status": "done", "environment": side.label, "name": name, "statements": count, "notes": left.notes,
        })),
    }
    Ok(ExitCode::SUCCESS)
}
