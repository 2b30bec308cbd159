//! What can be wrong with a project folder.

use nova_errors::{Code, Failure};
use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

/// A project folder cannot be used. No message holds a value of a file: values may be secrets.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no `.env.<name>` file.
    #[error("environment {name} does not exist: there is no file .env.{name}{}", others(.existing))]
    UnknownEnvironment {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        existing: Vec<String>,
    },
    /// A `.env.<name>` file cannot be used.
    #[error("{file}{}: {what}", on_line(*.line))]
    EnvironmentFile {
        /// The file's name.
        file: String,
        /// The line, from 1, where there is one.
        line: Option<usize>,
        /// What is wrong.
        what: String,
    },
    /// `nova.toml` cannot be used, or a key or a value for it is wrong.
    #[error("{}{what}", place(*.line))]
    Settings {
        /// The line of `nova.toml`, from 1; none when the value came from elsewhere.
        line: Option<usize>,
        /// What is wrong.
        what: String,
    },
    /// A key file cannot be read or written.
    #[error("{path}: {what}")]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The disk is full.
    #[error("the disk is full: {0} cannot be written")]
    Full(PathBuf),
    /// Another file or folder cannot be read or written.
    #[error("{path}: {what}")]
    Files {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        what: String,
    },
}

impl Error {
    /// An input or output error at a path.
    pub(crate) fn io(path: &Path, error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full(path.to_owned()),
            kind => Self::Files {
                path: path.to_owned(),
                what: kind.to_string(),
            },
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::UnknownEnvironment { .. } => Code::UNKNOWN_ENVIRONMENT,
            Error::EnvironmentFile { .. } => Code::BAD_ENVIRONMENT_FILE,
            Error::Settings { .. } => Code::BAD_SETTINGS,
            Error::Key { .. } => Code::KEY,
            Error::Full(_) => Code::DISK_FULL,
            Error::Files { .. } => Code::STATE,
        };
        Self::new(code, error.to_string())
    }
}

fn others(existing: &[String]) -> String {
    if existing.is_empty() {
        ", nor any other environment".to_owned()
    } else {
        format!("; there is {}", existing.join(", "))
    }
}

fn on_line(line: Option<usize>) -> String {
    line.map(|line| format!(" line {line}")).unwrap_or_default()
}

fn place(line: Option<usize>) -> String {
    line.map(|line| format!("nova.toml line {line}: ")).unwrap_or_default()
}
