//! `nova serve` on a project of its own, and HTTP as it goes over the wire.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper that fails fails its test"
)]

use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// A project whose environments lead to a port where nobody listens.
pub(crate) fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["production", "test", "training"] {
        let text =
            format!("DATABASE_URL=postgres://someone:hunter2@127.0.0.1:1/{name}\nNOVA_ENVIRONMENT_TYPE={name}\n");
        fs::write(folder.path().join(format!(".env.{name}")), text).unwrap();
    }
    folder
}

/// What a run of the program left.
#[derive(Debug)]
#[expect(dead_code, reason = "a failing test prints it whole")]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

fn command(project: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nova"));
    command
        .arg("--project")
        .arg(project)
        .args(arguments)
        .stdin(Stdio::null());
    for variable in [
        "NOVA_API",
        "NOVA_API_TOKEN",
        "NOVA_EVENTS_TABLE",
        "CLICOLOR_FORCE",
        "NOVA_LOG",
    ] {
        command.env_remove(variable);
    }
    command
}

/// Runs `nova` on a project.
pub(crate) fn nova(project: &Path, arguments: &[&str]) -> Run {
    nova_with(project, arguments, None)
}

/// Runs `nova` on a project, with a token for an API.
pub(crate) fn nova_with(project: &Path, arguments: &[&str], token: Option<&str>) -> Run {
    let mut command = command(project, arguments);
    if let Some(token) = token {
        command.env("NOVA_API_TOKEN", token);
    }
    let output = command.output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A server that is running.
pub(crate) struct Server {
    project: TempDir,
    child: Child,
    address: String,
}

/// What a server left that has ended.
pub(crate) struct Left {
    /// Its log.
    pub(crate) text: String,
    /// Its history, as it is on disk.
    pub(crate) state: Vec<u8>,
}

impl Server {
    /// A server on a project of its own.
    pub(crate) fn start() -> Self {
        let project = project();
        let log = fs::File::create(project.path().join("log")).unwrap();
        let mut child = command(project.path(), &["serve", "--port", "0", "--output", "json"])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        let address = told["address"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://")
            .to_owned();
        Self {
            project,
            child,
            address,
        }
    }

    pub(crate) fn project(&self) -> &Path {
        self.project.path()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Runs `nova` on the server's project.
    pub(crate) fn nova(&self, arguments: &[&str]) -> Run {
        nova(self.project.path(), arguments)
    }

    /// A new token.
    pub(crate) fn token(&self, name: &str, scope: &str) -> String {
        let made = self
            .nova(&["token", "create", "--name", name, "--scope", scope])
            .exits(0);
        let token = made.stdout.trim().to_owned();
        assert!(token.starts_with("nova_") && token.len() == 69, "{made:?}");
        token
    }

    pub(crate) fn get(&self, token: &str, path: &str) -> Answer {
        self.ask_as(token, "GET", path, "")
    }

    pub(crate) fn post(&self, token: &str, path: &str, body: &str) -> Answer {
        self.ask_as(token, "POST", path, body)
    }

    /// Asks with a token; a body is JSON.
    pub(crate) fn ask_as(&self, token: &str, method: &str, path: &str, body: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("authorization", bearer.as_str())];
        if !body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        self.ask(method, path, &headers, body)
    }

    /// One request, one answer, as they go over the wire.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n",
            self.address
        );
        for (name, value) in headers {
            request.extend([name, ": ", value, "\r\n"]);
        }
        request.extend(["content-length: ", &body.len().to_string(), "\r\n\r\n"]);
        stream.write_all(request.as_bytes()).unwrap();
        // A server may answer, and close, before it has read a body that it does not want.
        let _ = stream.write_all(body.as_bytes());
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Answer::parse(&bytes)
    }

    /// Tells the server to end as a service manager does, waits for it, and returns what it left.
    pub(crate) fn end(mut self) -> Left {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
        let mut state = fs::read(self.project.path().join(".nova/nova.db")).unwrap();
        state.extend(fs::read(self.project.path().join(".nova/nova.db-wal")).unwrap_or_default());
        Left {
            text: fs::read_to_string(self.project.path().join("log")).unwrap(),
            state,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// An answer as it came.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(bytes)));
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Self {
            status,
            headers,
            body: bytes[end + 4..].to_vec(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = String::from_utf8_lossy(&self.body);
        write!(f, "{} {:?}\n{text}", self.status, self.headers)
    }
}
