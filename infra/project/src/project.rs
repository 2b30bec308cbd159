//! The folder itself.

use crate::{
    error::Error,
    files::{self, SHARED},
    settings::Settings,
};
use nova_environments::EnvironmentName;
use std::path::{Path, PathBuf};

/// A folder with environments, settings and state. Opening it creates nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    folder: PathBuf,
}

impl Project {
    /// The project in this folder.
    pub fn open(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The nearest folder, from `from` upwards, that holds `nova.toml` or a `.env.<name>` file; `from` itself when there
    /// is none.
    pub fn discover(from: &Path) -> Self {
        let marked = |folder: &&Path| folder.join("nova.toml").is_file() || !environment_files(folder).is_empty();
        Self::open(from.ancestors().find(marked).unwrap_or(from))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where Nova keeps its state: `.nova`. It need not exist.
    pub fn state_folder(&self) -> PathBuf {
        self.folder.join(".nova")
    }

    /// Creates `.nova` where it does not exist: for its owner only, and ignored by git as a whole.
    ///
    /// # Errors
    /// [`Error::Files`] or [`Error::Full`] when it cannot be created.
    pub fn create_state_folder(&self) -> Result<PathBuf, Error> {
        let folder = self.state_folder();
        files::private_folder(&folder)?;
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            files::create(&ignore, b"*\n", SHARED)?;
        }
        Ok(folder)
    }

    /// Where the keys lie: `.nova/keys`. It need not exist.
    pub fn keys_folder(&self) -> PathBuf {
        self.state_folder().join("keys")
    }

    /// The file of an environment, whether or not it exists.
    pub fn environment_file(&self, name: &EnvironmentName) -> PathBuf {
        self.folder.join(format!(".env.{name}"))
    }

    /// The settings: those of `nova.toml`, defaults where it does not exist.
    ///
    /// # Errors
    /// [`Error::Settings`] when `nova.toml` is malformed, or holds an unknown key or a value out of range.
    pub fn settings(&self) -> Result<Settings, Error> {
        Settings::load(self.folder.join("nova.toml"))
    }
}

/// Names of files that show how an environment file looks, and are none.
const TEMPLATES: &[&str] = &["example", "sample", "template", "dist", "defaults"];

/// The environments that have a file in this folder, in order. Names with a dot (`.env.test.local`) belong to other
/// tools; a folder that cannot be read has none.
pub(crate) fn environment_files(folder: &Path) -> Vec<EnvironmentName> {
    let Ok(entries) = folder.read_dir() else {
        return Vec::new();
    };
    let mut names: Vec<EnvironmentName> = entries
        .flatten()
        .filter(|entry| entry.path().is_file())
        .filter_map(|entry| entry.file_name().to_str()?.strip_prefix(".env.")?.parse().ok())
        .filter(|name: &EnvironmentName| !TEMPLATES.contains(&name.as_str()))
        .collect();
    names.sort();
    names
}
