//! One running throwaway server.

use crate::process::{self, decisive_line, tail};
use crate::user::ServerUser;
use crate::watchdog::Watchdog;
use crate::{Error, Installation, Options};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How often another port is tried when someone else took the chosen one in the meantime.
const PORTS_TRIED: u32 = 10;
/// How long a server may take to accept connections (crash recovery included) or to stop.
const PATIENCE: Duration = Duration::from_mins(2);
/// The line of `postmaster.pid` that says whether connections are accepted.
const STATUS_LINE: usize = 7;

/// One running server with its own folder, port, socket and password. Dropping it stops the server and deletes the
/// folder; when the process is killed instead, a watchdog does.
#[derive(Debug)]
pub struct Cluster {
    installation: Installation,
    user: ServerUser,
    superuser: String,
    password: String,
    port: u16,
    server: Option<Child>,
    watchdog: Option<Watchdog>,
    folder: TempDir,
}

impl Cluster {
    /// A new cluster of this installation with the default [`Options`].
    pub fn start(installation: &Installation) -> Result<Self, Error> {
        Self::start_with(installation, &Options::default())
    }

    /// A new cluster of whichever installation is found first, or installed.
    pub fn start_any() -> Result<Self, Error> {
        Self::start(&Installation::find_or_install(None)?)
    }

    /// A new cluster. Returns once connections are accepted.
    pub fn start_with(installation: &Installation, options: &Options) -> Result<Self, Error> {
        let parent = options.parent.clone().unwrap_or_else(temporary);
        let (folder, user) = folder_in(parent)?;
        let password = match &options.password {
            Some(password) => password.clone(),
            None => draw_password()?,
        };
        let mut cluster = Self {
            installation: installation.clone(),
            user,
            superuser: options.superuser.clone(),
            password,
            port: 0,
            server: None,
            watchdog: None,
            folder,
        };
        cluster.initialize(options)?;
        cluster.start_anew()?;
        Ok(cluster)
    }

    /// A cluster whose data folder `copy` makes from this one's; it does not run yet.
    pub(crate) fn sibling(&self, copy: impl FnOnce(&Path, &Path) -> Result<(), Error>) -> Result<Self, Error> {
        let parent = self.folder.path().parent().unwrap_or(Path::new("/tmp"));
        let (folder, user) = folder_in(parent.to_owned())?;
        copy(&self.data(), &folder.path().join("data"))?;
        Ok(Self {
            installation: self.installation.clone(),
            user,
            superuser: self.superuser.clone(),
            password: self.password.clone(),
            port: 0,
            server: None,
            watchdog: None,
            folder,
        })
    }

    /// Starts a cluster that never ran.
    pub(crate) fn start_anew(&mut self) -> Result<(), Error> {
        self.watchdog = Some(Watchdog::over(self.folder.path(), self.user)?);
        self.launch_on_a_free_port()
    }

    /// Gives a file of the data folder to the server's user.
    pub(crate) fn own_file(&self, path: &Path) -> Result<(), Error> {
        self.user.own(path)
    }

    /// `postgres://user:password@127.0.0.1:port/database`.
    pub fn url(&self, database: &str) -> String {
        self.url_at("127.0.0.1", database)
    }

    /// Like [`Cluster::url`], through the Unix socket.
    pub fn socket_url(&self, database: &str) -> String {
        self.url_at(&encode(&self.folder.path().to_string_lossy()), database)
    }

    /// The TCP port on 127.0.0.1, which also names the socket.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The server's log file.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    /// The folder of the Unix socket.
    pub fn socket_folder(&self) -> &Path {
        self.folder.path()
    }

    /// The name of the superuser.
    pub fn superuser(&self) -> &str {
        &self.superuser
    }

    /// The password of the superuser.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The installation the server belongs to.
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    /// The process id of the running server; `None` when it is stopped.
    pub fn pid(&self) -> Option<u32> {
        self.server.as_ref().map(Child::id)
    }

    /// Stops the server, ending its sessions (`fast`). The data stays for [`Cluster::restart`]. Harmless when stopped.
    pub fn stop(&mut self) -> Result<(), Error> {
        self.halt("fast")
    }

    /// Stops the server as a crash would (`immediate`): nothing is flushed, the next start recovers from the WAL.
    pub fn kill(&mut self) -> Result<(), Error> {
        self.halt("immediate")
    }

    /// Stops the server if it runs and starts it again on the same port. Returns once connections are accepted.
    pub fn restart(&mut self) -> Result<(), Error> {
        self.stop()?;
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.launch() {
                Err(Error::Server { reason, .. }) if port_taken(&reason) && attempt < PORTS_TRIED => {
                    thread::sleep(Duration::from_millis(200));
                }
                other => return other,
            }
        }
    }

    fn url_at(&self, host: &str, database: &str) -> String {
        format!(
            "postgres://{}:{}@{host}:{}/{}",
            encode(&self.superuser),
            encode(&self.password),
            self.port,
            encode(database)
        )
    }

    fn program(&self, name: &str) -> Command {
        process::command(&self.installation.program(name), self.folder.path(), self.user)
    }

    /// `initdb`, then our settings.
    fn initialize(&self, options: &Options) -> Result<(), Error> {
        let password_file = self.folder.path().join("password");
        fs::write(&password_file, &self.password).map_err(Error::io("writing", &password_file))?;
        self.user.own(&password_file)?;
        let locales: Vec<&str> = options
            .locale
            .as_deref()
            .map_or_else(|| vec!["C.UTF-8", "C"], |locale| vec![locale]);
        let mut result = Ok(());
        for locale in locales {
            let mut initdb = self.program("initdb");
            initdb
                .arg("--pgdata")
                .arg(self.data())
                .arg("--pwfile")
                .arg(&password_file);
            initdb.args(["--auth", "scram-sha-256", "--username", &options.superuser]);
            initdb.args(["--encoding", &options.encoding, "--locale", locale]);
            if !options.durable {
                initdb.arg("--no-sync");
            }
            result = process::run("initdb", &mut initdb).map(drop);
            match &result {
                Err(Error::Server { log, .. }) if log.iter().any(|line| line.contains("invalid locale")) => {}
                _ => break,
            }
        }
        result?;
        fs::remove_file(&password_file).map_err(Error::io("deleting", &password_file))?;

        let configuration = self.data().join("postgresql.conf");
        let mut file = File::options()
            .append(true)
            .open(&configuration)
            .map_err(Error::io("opening", &configuration))?;
        file.write_all(options.configuration(&self.folder.path().to_string_lossy()).as_bytes())
            .map_err(Error::io("writing", &configuration))
    }

    fn launch_on_a_free_port(&mut self) -> Result<(), Error> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            self.port = free_port()?;
            match self.launch() {
                Err(Error::Server { reason, .. }) if port_taken(&reason) && attempt < PORTS_TRIED => {}
                other => return other,
            }
        }
    }

    /// Starts the server on `self.port` and waits until it accepts connections.
    fn launch(&mut self) -> Result<(), Error> {
        let log_path = self.log();
        let already_logged = fs::metadata(&log_path).map_or(0, |meta| meta.len());
        let log = File::options()
            .create(true)
            .append(true)
            .open(&log_path)
            .map_err(Error::io("opening", &log_path))?;
        let error_log = log.try_clone().map_err(Error::io("opening", &log_path))?;
        let mut postgres = self.program("postgres");
        postgres.arg("-D").arg(self.data()).arg("-p").arg(self.port.to_string());
        postgres.stdout(log).stderr(error_log).process_group(0);
        let mut server = postgres
            .spawn()
            .map_err(Error::io("running", self.installation.program("postgres")))?;

        let started = Instant::now();
        let failure = loop {
            if let Some(status) = server
                .try_wait()
                .map_err(Error::io("waiting for", self.installation.program("postgres")))?
            {
                let text = read_from(&log_path, already_logged);
                break Error::Server {
                    step: "starting the server",
                    reason: format!("{} ({status})", decisive_line(&text)),
                    log: tail(&text),
                };
            }
            if self.accepts_connections(server.id()) {
                self.server = Some(server);
                return Ok(());
            }
            if started.elapsed() > PATIENCE {
                // Killing the postmaster makes its children end by themselves.
                drop(server.kill().and_then(|()| server.wait()));
                let text = read_from(&log_path, already_logged);
                break Error::Server {
                    step: "starting the server",
                    reason: "it accepts no connections".to_owned(),
                    log: tail(&text),
                };
            }
            thread::sleep(Duration::from_millis(10));
        };
        Err(failure)
    }

    /// What `pg_ctl --wait` checks: the server's own status line, written under its process id.
    fn accepts_connections(&self, pid: u32) -> bool {
        let status = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        let lines: Vec<&str> = status.lines().map(str::trim).collect();
        lines.first() == Some(&pid.to_string().as_str()) && lines.get(STATUS_LINE) == Some(&"ready")
    }

    fn halt(&mut self, mode: &'static str) -> Result<(), Error> {
        let Some(mut server) = self.server.take() else {
            return Ok(());
        };
        let program = self.installation.program("postgres");
        if server.try_wait().map_err(Error::io("waiting for", &program))?.is_some() {
            return Ok(());
        }
        let mut pg_ctl = self.program("pg_ctl");
        pg_ctl
            .args(["stop", "--mode", mode, "--no-wait", "--pgdata"])
            .arg(self.data());
        let asked = process::run("stopping the server", &mut pg_ctl);
        let started = Instant::now();
        while asked.is_ok() && started.elapsed() < PATIENCE {
            if server.try_wait().map_err(Error::io("waiting for", &program))?.is_some() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(5));
        }
        server
            .kill()
            .and_then(|()| server.wait())
            .map_err(Error::io("stopping", &program))?;
        asked.map(drop)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.halt("immediate") {
            tracing::warn!(%error, "a throwaway server did not stop cleanly");
        }
        // Processes of the stopped server may still delete their own files for a moment.
        for _ in 0..20 {
            if fs::remove_dir_all(self.folder.path()).is_ok() || !self.folder.path().exists() {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        drop(self.watchdog.take());
    }
}

/// The folder for temporary files; where its path leaves too little for that of a socket, `/tmp`.
fn temporary() -> PathBuf {
    let folder = std::env::temp_dir();
    if folder.as_os_str().len() > 40 {
        return PathBuf::from("/tmp");
    }
    folder
}

/// A folder for a cluster, and the user who runs its server.
fn folder_in(parent: PathBuf) -> Result<(TempDir, ServerUser), Error> {
    let folder = tempfile::Builder::new()
        .prefix("nova-pg-")
        .tempdir_in(&parent)
        .map_err(Error::io("making a folder in", parent))?;
    let user = ServerUser::of(folder.path())?;
    user.own(folder.path())?;
    if !user.reaches(folder.path()) {
        return Err(Error::Server {
            step: "choosing the data folder",
            reason: format!("{} is closed to the server's user", folder.path().display()),
            log: Vec::new(),
        });
    }
    Ok((folder, user))
}

/// A port that is free right now; another process may still take it before the server does.
fn free_port() -> Result<u16, Error> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(Error::io("looking for a free port on", "127.0.0.1"))?;
    Ok(listener
        .local_addr()
        .map_err(Error::io("looking for a free port on", "127.0.0.1"))?
        .port())
}

fn port_taken(reason: &str) -> bool {
    reason.contains("could not create any TCP/IP sockets")
        || reason.contains("Address already in use")
        || reason.contains("could not bind")
}

/// 128 bits from the operating system, as hexadecimal.
fn draw_password() -> Result<String, Error> {
    let source = "/dev/urandom";
    let mut bytes = [0u8; 16];
    File::open(source)
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(Error::io("reading", source))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The file's text behind the first `skip` bytes; empty when it cannot be read.
fn read_from(path: &Path, skip: u64) -> String {
    let bytes = fs::read(path).unwrap_or_default();
    let skip = usize::try_from(skip).unwrap_or(usize::MAX).min(bytes.len());
    String::from_utf8_lossy(&bytes[skip..]).into_owned()
}

/// Percent-encodes everything that is not plain in a URL.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_percent_encoded() {
        assert_eq!(encode("a b/é"), "a%20b%2F%C3%A9");
    }

    #[test]
    fn drawn_passwords_differ() {
        assert_ne!(draw_password().unwrap(), draw_password().unwrap());
    }
}
