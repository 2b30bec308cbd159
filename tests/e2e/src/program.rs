//! The `nova` program, as a person or a script runs it.

use crate::waiting;
use serde_json::Value;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::SystemTime;

/// The program, built if it is not there or older than this test program.
pub fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let this = std::env::current_exe().unwrap();
        let folder = this.parent().unwrap().parent().unwrap();
        let program = folder.join("nova");
        let changed = |path: &Path| {
            path.metadata()
                .and_then(|meta| meta.modified())
                .unwrap_or(SystemTime::UNIX_EPOCH)
        };
        if changed(&program) < changed(&this) {
            build(&["--package", "nova-cli", "--bin", "nova"]);
        }
        program
    })
}

/// Builds programs in the profile of this one, unless `scripts/test` says that it has built everything.
pub fn build(selection: &[&str]) {
    if std::env::var_os("NOVA_PROGRAMS_ARE_BUILT").is_some() {
        return;
    }
    let this = std::env::current_exe().unwrap();
    let profile = this.parent().and_then(Path::parent).and_then(Path::file_name);
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet"]).args(selection);
    match profile.and_then(|name| name.to_str()) {
        Some("debug") | None => {}
        Some(profile) => {
            cargo.args(["--profile", profile]);
        }
    }
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(cargo.status().unwrap().success(), "{selection:?} cannot be built");
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Run {
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Run {
    /// The one JSON object on standard output.
    pub fn json(&self) -> Value {
        let mut lines = self.stdout.lines().filter(|line| !line.trim().is_empty());
        let (Some(line), None) = (lines.next(), lines.next()) else {
            panic!("not one line: {self:#?}")
        };
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// Fails unless the program exited with `code`.
    #[track_caller]
    #[allow(
        clippy::return_self_not_must_use,
        reason = "the check alone is often all that is wanted"
    )]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "exit code of {self:#?}");
        self
    }

    /// Fails unless the result has an error of this code among its errors; returns the error.
    #[track_caller]
    pub fn error(&self, code: u16) -> Value {
        let json = self.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        let wanted = format!("NOVA-{code}");
        let found = errors.into_iter().find(|error| error["code"] == wanted.as_str());
        found.unwrap_or_else(|| panic!("no {wanted} in {json:#}\n{}", self.stderr))
    }

    /// The operation that the result is about.
    #[track_caller]
    pub fn operation(&self) -> String {
        let json = self.json();
        let id = json["operation_id"].as_str();
        id.unwrap_or_else(|| panic!("no operation in {json:#}")).to_owned()
    }
}

/// A program that is running.
#[derive(Debug)]
pub struct Running {
    child: Child,
    out: File,
    err: File,
}

impl Running {
    /// Starts a program.
    pub fn start(mut command: Command) -> Self {
        let (out, err) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
        command.stdin(Stdio::null());
        command
            .stdout(out.try_clone().unwrap())
            .stderr(err.try_clone().unwrap());
        let child = command.spawn().unwrap();
        Self { child, out, err }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has written to standard output so far.
    pub fn said(&self) -> String {
        let mut text = String::new();
        let mut file = &self.out;
        // The program and this reader share one position: it is put back where the program goes on.
        let end = file.stream_position().unwrap();
        file.rewind().unwrap();
        file.read_to_string(&mut text).unwrap();
        file.seek(std::io::SeekFrom::Start(end.max(text.len() as u64))).unwrap();
        text
    }

    /// True once it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Sends a signal by its name: `STOP`, `CONT`, `INT`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success(), "kill -{name}");
    }

    /// Kills it as `kill -9` does. False when it had ended already.
    pub fn kill(mut self) -> (bool, Run) {
        let alive = !self.has_ended();
        if alive {
            self.child.kill().unwrap();
        }
        let status = self.child.wait().unwrap();
        (status.code().is_none(), self.result(status))
    }

    /// Waits until it ends.
    pub fn wait(mut self) -> Run {
        let mut status = None;
        waiting::until("nova ends", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        self.result(status.unwrap())
    }

    fn result(&mut self, status: ExitStatus) -> Run {
        let mut texts = [&mut self.out, &mut self.err].map(|file| {
            let mut text = String::new();
            file.rewind().unwrap();
            file.read_to_string(&mut text).unwrap();
            text
        });
        Run {
            code: status.code(),
            stdout: std::mem::take(&mut texts[0]),
            stderr: std::mem::take(&mut texts[1]),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A failing test must not leave a program behind.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill().and_then(|()| self.child.wait());
        }
    }
}
