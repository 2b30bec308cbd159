//! A deployment on this machine, for tests.

// Nothing but tests uses this crate: a panic is how a test fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)]

use nova_e2e::{
    Project, program,
    program::{Run, Running},
};
use nova_localaws::{Faults, Options, Stack};
use std::{fmt::Write, path::PathBuf, process::Command, sync::OnceLock};
use tokio::runtime::Runtime;

/// The functions' programs, built once per test program.
fn functions() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        // Selected as the other suites select them, so that nothing is built twice with other features.
        program::build(&["--workspace", "--bins"]);
        program::path().parent().unwrap().to_owned()
    });
    folder.clone()
}

/// AWS on this machine with the environments of a project, and a token for its API.
pub struct Deployment {
    project: Project,
    stack: Stack,
    token: String,
    runtime: Runtime,
}

impl Deployment {
    /// Starts a deployment; chunks are small, so that there are several of most tables.
    pub fn start(project: Project, faults: Faults) -> Self {
        Self::start_with_chunks(project, faults, 1)
    }

    /// Starts a deployment with chunks of so many megabytes.
    pub fn start_with_chunks(project: Project, faults: Faults, chunk_mb: u64) -> Self {
        let mut options = Options::new(functions(), project.path());
        options.faults = faults;
        options.variables = vec![
            ("NOVA_CHUNK_MB".to_owned(), chunk_mb.to_string()),
            ("NOVA_LOG".to_owned(), "info".to_owned()),
        ];
        options.tick = std::time::Duration::from_secs(5);
        options.logs = std::env::var_os("NOVA_TEST_LOGS").map(PathBuf::from);
        let runtime = Runtime::new().unwrap();
        let stack = runtime
            .block_on(Stack::start(options))
            .unwrap_or_else(|error| panic!("{error}"));
        let mut command = Command::new(program::path());
        command.args(["token", "create", "--name", "tests", "--scope", "admin"]);
        command.envs(stack.variables().iter().map(|(name, value)| (name, value)));
        let made = command.output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        Self {
            project,
            stack,
            token,
            runtime,
        }
    }

    /// The stack.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The project whose environments are deployed.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The plain token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Waits for something that is asked of a service.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Starts `nova --api`.
    pub fn start_nova(&self, arguments: &[&str]) -> Running {
        let mut command = Command::new(program::path());
        command.current_dir(self.project.path());
        command
            .args(["--api", &self.stack.url("api-operations")])
            .args(arguments);
        command.env("NOVA_API_TOKEN", &self.token);
        command.env("NO_COLOR", "1").env("NOVA_LOG", "warn");
        Running::start(command)
    }

    /// Runs `nova --api`.
    pub fn nova(&self, arguments: &[&str]) -> Run {
        self.start_nova(arguments).wait()
    }

    /// Starts an anonymized clone from production to test.
    pub fn start_clone(&self, more: &[&str]) -> Running {
        let usual = "clone --source production --target test --anonymize --yes --output json";
        let arguments: Vec<&str> = usual.split(' ').chain(more.iter().copied()).collect();
        self.start_nova(&arguments)
    }

    /// The end of every log, for a test that fails.
    pub fn logs(&self) -> String {
        let mut text = String::new();
        for file in std::fs::read_dir(self.stack.logs()).unwrap() {
            let path = file.unwrap().path();
            let log = std::fs::read_to_string(&path).unwrap_or_default();
            let lines: Vec<&str> = log.lines().filter(|line| !line.contains("_aws")).collect();
            let from = lines.len().saturating_sub(12);
            writeln!(text, "--- {}\n{}", path.display(), lines[from..].join("\n")).unwrap();
        }
        text
    }
}
