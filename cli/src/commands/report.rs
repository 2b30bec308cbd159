//! `nova report`: one HTML file for people, complete in itself: no script, no font, no picture from elsewhere. It names
//! objects, counts and decisions, never a value.

use super::{operation, status::history};
use crate::{arguments::Report, output};
use nova_clone::Operation;
use nova_errors::{Code, Failure};
use nova_fn_api_operations::reading;
use nova_kit::Ports;
use nova_project::Project;
use std::{
    fs, io,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

pub(super) async fn run(project: &Project, arguments: &Report) -> Result<ExitCode, Failure> {
    let unknown = |cause: String| Failure::new(Code::UNKNOWN_OPERATION, cause);
    let Some(ports) = history(project)? else {
        return Err(unknown("no operation has been started yet".to_owned()));
    };
    let found = if let Some(id) = &arguments.operation {
        operation::named(&ports, id).await?
    } else {
        // Ids sort by time of creation.
        let operations = nova_kit::operations(&ports).await?;
        let latest = operations.into_iter().max_by(|a, b| a.id.cmp(&b.id));
        latest.ok_or_else(|| unknown("no operation has been started yet".to_owned()))?
    };
    write(&ports, &found, &arguments.output).await?;
    written(&found.id, &arguments.output);
    Ok(ExitCode::SUCCESS)
}

/// Tells where the report is.
pub(crate) fn written(operation: &str, path: &Path) {
    output::print(&format!(
        "Report of operation {operation} written to {}",
        path.display()
    ));
}

/// Writes the report of an operation: the whole file or none.
///
/// # Errors
/// `NOVA-1005` when the file cannot be written; what the stores say.
pub(super) async fn write(ports: &Ports, operation: &Operation, path: &Path) -> Result<(), Failure> {
    write_file(path, &reading::report::html(ports, operation).await?)
}

/// Writes a report that is made already.
///
/// # Errors
/// `NOVA-1005` when the file cannot be written.
pub(crate) fn write_file(path: &Path, html: &str) -> Result<(), Failure> {
    replace(path, html.as_bytes()).map_err(|error| {
        let code = if error.kind() == io::ErrorKind::StorageFull {
            Code::DISK_FULL
        } else {
            Code::MISSING_FILE
        };
        Failure::new(code, format!("{} cannot be written: {}", path.display(), error.kind()))
            .with_remedy("Name a file in a folder that exists and may be written to.")
    })
}

fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    // A link is followed: the file it leads to is replaced.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = match place.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    file.as_file().sync_all()?;
    file.persist(&place).map_err(|failure| failure.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_replaces_an_older_one_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        fs::write(&path, "older").unwrap();
        replace(&path, b"newer").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"newer");
        assert!(replace(&folder.path().join("missing/report.html"), b"x").is_err());
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no half-written file stays"
        );
    }
}
