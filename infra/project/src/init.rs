//! A new project.

use crate::{
    error::Error,
    files::{self, PRIVATE, SHARED},
    project::Project,
    settings::{KEYS, Kind},
};
use nova_environments::EnvironmentType;
use std::path::{Path, PathBuf};

/// What became of a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It did not exist.
    Created,
    /// It existed and was left as it was.
    Kept,
    /// It existed, and lines were added at its end.
    Completed,
}

/// One file or folder of a new project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Where it is.
    pub path: PathBuf,
    /// What became of it.
    pub outcome: Outcome,
}

/// Lines that keep secrets and state out of version control.
const IGNORED: &[&str] = &[".env.*", ".nova/"];

/// Writes commented templates of every file of a project, the state folder, and the lines that git needs to ignore
/// them. Nothing that exists is overwritten.
///
/// # Errors
/// [`Error::Files`] or [`Error::Full`] when something cannot be written.
pub fn init(folder: &Path) -> Result<Vec<Made>, Error> {
    let project = Project::open(folder);
    let mut made = vec![ignore(folder)?];
    for environment_type in [
        EnvironmentType::Production,
        EnvironmentType::Test,
        EnvironmentType::Training,
        EnvironmentType::Development,
    ] {
        let path = folder.join(format!(".env.{environment_type}"));
        made.push(create(path, &environment_template(environment_type), PRIVATE)?);
    }
    made.push(create(folder.join("nova.toml"), &settings_template(), SHARED)?);
    let outcome = if project.state_folder().exists() {
        Outcome::Kept
    } else {
        Outcome::Created
    };
    made.push(Made {
        path: project.create_state_folder()?,
        outcome,
    });
    Ok(made)
}

fn create(path: PathBuf, content: &str, mode: u32) -> Result<Made, Error> {
    let outcome = if files::create(&path, content.as_bytes(), mode)? {
        Outcome::Created
    } else {
        Outcome::Kept
    };
    Ok(Made { path, outcome })
}

/// The secrets must be ignored before they are written: this comes first.
fn ignore(folder: &Path) -> Result<Made, Error> {
    let path = folder.join(".gitignore");
    let Some(bytes) = files::read(&path)? else {
        return create(path, &format!("{}\n", IGNORED.join("\n")), SHARED);
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let missing: Vec<&str> = IGNORED
        .iter()
        .copied()
        .filter(|wanted| !text.lines().any(|line| line.trim() == *wanted))
        .collect();
    if missing.is_empty() {
        return Ok(Made {
            path,
            outcome: Outcome::Kept,
        });
    }
    let mut content = bytes;
    if !content.is_empty() && !content.ends_with(b"\n") {
        content.push(b'\n');
    }
    content.extend_from_slice(format!("{}\n", missing.join("\n")).as_bytes());
    files::replace(&path, &content, SHARED)?;
    Ok(Made {
        path,
        outcome: Outcome::Completed,
    })
}

fn environment_template(environment_type: EnvironmentType) -> String {
    let purpose = match environment_type {
        EnvironmentType::Production => {
            "The production database. Nova only ever reads it; a role that may only read is enough."
        }
        EnvironmentType::Test => "The test database. A clone replaces all of its contents.",
        EnvironmentType::Training => "The training database. A clone replaces all of its contents.",
        EnvironmentType::Development => "The development database. A clone replaces all of its contents.",
    };
    format!(
        "# {purpose}\n\
         # Remove the # and write your own address; special characters of the password are percent-encoded.\n\
         # DATABASE_URL=postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=require\n\
         NOVA_ENVIRONMENT_TYPE={environment_type}\n"
    )
}

/// Every key with its meaning, commented out at its default.
fn settings_template() -> String {
    let mut text =
        "# Settings of Nova. `nova config list` shows them all, `nova config set KEY VALUE` changes one.\n".to_owned();
    let mut table = "";
    for key in KEYS {
        let (of, entry) = key.name.split_once('.').unwrap_or(("", key.name));
        if of != table {
            text.extend(["\n[", of, "]\n"]);
            table = of;
        }
        let value = match (key.kind, key.default) {
            (Kind::List, default) => format!("[{default}]"),
            (Kind::Number { .. }, "") => "1000".to_owned(),
            (Kind::Number { .. }, default) => default.to_owned(),
            (_, default) => format!("\"{default}\""),
        };
        text.extend(["# ", key.doc, ".\n# ", entry, " = ", &value, "\n"]);
    }
    text
}

#[cfg(test)]
#[path = "init_tests.rs"]
mod tests;
