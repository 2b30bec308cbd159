//! A project folder for one test.

use crate::history::History;
use crate::program::{self, Run, Running};
use crate::waiting;
use nova_cli::demo::sample;
use rusqlite::Connection;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A folder with environments, rules and Nova's state; it goes with the test.
#[derive(Debug)]
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// Environments `production` and `test`, the sample's rules in `rules.json`, and chunks of 1 MB.
    pub fn new(production: &str, test: &str) -> Self {
        let project = Self {
            folder: tempfile::Builder::new().prefix("nova-e2e-").tempdir().unwrap(),
        };
        project.environment("production", production, "production");
        project.environment("test", test, "test");
        project.write("rules.json", sample::RULES);
        project.write("nova.toml", "[clone]\nchunk_size_mb = 1\nrules = \"rules.json\"\n");
        project
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file of the project.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    /// Writes `.env.<name>`.
    pub fn environment(&self, name: &str, url: &str, kind: &str) {
        let text = format!("DATABASE_URL={url}\nNOVA_ENVIRONMENT_TYPE={kind}\n");
        self.write(&format!(".env.{name}"), &text);
    }

    /// Changes a setting.
    pub fn set(&self, key: &str, value: &str) {
        self.nova(&["config", "set", key, value]).exits(0);
    }

    /// Runs `nova` in this project.
    pub fn nova(&self, arguments: &[&str]) -> Run {
        self.start(arguments).wait()
    }

    /// Starts `nova` in this project.
    pub fn start(&self, arguments: &[&str]) -> Running {
        let mut command = Command::new(program::path());
        command.arg("--project").arg(self.path()).args(arguments);
        command.env("NO_COLOR", "1").env("NOVA_LOG", "warn");
        Running::start(command)
    }

    /// Starts `nova serve` in this project, on a free port; tells its address once it listens.
    pub fn serve(&self) -> (Running, String) {
        self.serve_on("0")
    }

    /// The same on this port.
    pub fn serve_on(&self, port: &str) -> (Running, String) {
        let running = self.start(&["serve", "--port", port, "--output", "json"]);
        let mut address = String::new();
        waiting::until("nova serve listens", || {
            let said = running.said();
            let told = said
                .lines()
                .next()
                .and_then(|line| serde_json::from_str::<Value>(line).ok());
            address = told
                .and_then(|told| told["address"].as_str().map(str::to_owned))
                .unwrap_or_default();
            !address.is_empty()
        });
        (running, address)
    }

    /// A new token for the API of this project.
    pub fn token(&self, name: &str, scope: &str) -> String {
        let made = self
            .nova(&["token", "create", "--name", name, "--scope", scope])
            .exits(0);
        made.stdout.trim().to_owned()
    }

    /// `nova clone` from production to test, anonymized, with JSON as its result.
    pub fn clone_to_test(&self, more: &[&str]) -> Run {
        self.start_clone(more).wait()
    }

    /// Starts what [`Project::clone_to_test`] runs.
    pub fn start_clone(&self, more: &[&str]) -> Running {
        let usual = "clone --source production --target test --anonymize --yes --output json";
        let arguments: Vec<&str> = usual.split(' ').chain(more.iter().copied()).collect();
        self.start(&arguments)
    }

    /// `nova resume` with JSON as its result.
    pub fn resume(&self, operation: &str) -> Run {
        self.start_resume(operation).wait()
    }

    /// Starts what [`Project::resume`] runs.
    pub fn start_resume(&self, operation: &str) -> Running {
        self.start(&["resume", "--operation", operation, "--output", "json"])
    }

    /// `nova rollback` of test, with JSON as its result.
    pub fn roll_back(&self, more: &[&str]) -> Run {
        let usual = "rollback --environment test --yes --output json";
        let arguments: Vec<&str> = usual.split(' ').chain(more.iter().copied()).collect();
        self.nova(&arguments)
    }

    /// `.nova/nova.db`.
    pub fn history_file(&self) -> PathBuf {
        self.path().join(".nova/nova.db")
    }

    /// The history, as someone sees it who opens the file.
    pub fn history(&self) -> History {
        History::open(&self.history_file())
    }

    /// Pauses a running `nova`, but never while it writes to the history: that would keep every other process waiting.
    pub fn pause(&self, running: &Running) {
        waiting::until("nova is paused outside of a transaction", || {
            running.signal("STOP");
            let file = Connection::open(self.history_file()).unwrap();
            let free = file.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok();
            if !free {
                running.signal("CONT");
            }
            free
        });
    }

    /// Takes over the keys of another project, so that the same values get the same replacements.
    pub fn share_keys_of(&self, other: &Self) {
        let (from, to) = (other.path().join(".nova/keys"), self.path().join(".nova/keys"));
        fs::create_dir_all(&to).unwrap();
        for file in fs::read_dir(from).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
}
