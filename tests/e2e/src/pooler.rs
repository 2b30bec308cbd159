//! PgBouncer before a server.

use crate::{Session, waiting};
use nova_pgserver::Cluster;
use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

/// What a client of the pooler has for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A session of the server as long as it is connected.
    Session,
    /// A session of the server until its transaction ends.
    Transaction,
}

/// A pooler; it goes with the test.
#[derive(Debug)]
pub struct Pooler {
    child: Child,
    port: u16,
    // Holds the configuration, and with it the server's password.
    _folder: TempDir,
}

impl Pooler {
    /// Starts a pooler for all databases of a server. None where the machine has none and `NOVA_NEEDS_PGBOUNCER` does not
    /// say that it must.
    pub fn start(server: &Cluster, mode: Mode) -> Option<Self> {
        let program = program()?;
        let folder = tempfile::Builder::new().prefix("nova-pooler-").tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mode = match mode {
            Mode::Session => "session",
            Mode::Transaction => "transaction",
        };
        let configuration = format!(
            "[databases]\n* = host=127.0.0.1 port={} user={} password={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\ndefault_pool_size = 30\n",
            server.port(),
            server.superuser(),
            server.password()
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, configuration).unwrap();
        let mut command = Command::new(program);
        // It refuses to run as root, and reads its file as who it becomes.
        if fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
            command.args(["--user", "nobody"]);
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        }
        let child = command.arg("--quiet").arg(&file).stderr(Stdio::null()).spawn().unwrap();
        let pooler = Self {
            child,
            port,
            _folder: folder,
        };
        waiting::until("the pooler answers", || {
            Session::try_open(&pooler.url("postgres")).is_ok()
        });
        Some(pooler)
    }

    /// The address of a database behind it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://anybody@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `PgBouncer`, which Debian keeps where only an administrator's shell looks.
fn program() -> Option<&'static str> {
    let found = ["/usr/sbin/pgbouncer", "pgbouncer"].into_iter().find(|name| {
        Command::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .status()
            .is_ok()
    });
    assert!(
        found.is_some() || std::env::var_os("NOVA_NEEDS_PGBOUNCER").is_none(),
        "PgBouncer is missing"
    );
    found
}
