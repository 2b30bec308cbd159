//! The main job through the API: `nova serve` runs it, `nova --api` asks for it, in another folder and without a project.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use nova_e2e::program::{self, Run, Running};
use nova_e2e::servers::{self, TARGET};
use nova_e2e::{Contents, Project, Session, waiting};
use serde_json::Value;
use tempfile::TempDir;

/// Small for what only has to happen.
const FEW: u64 = 100;
/// Enough for something to happen in the middle.
const MANY: u64 = 6_000;

const CLONE: &str = "clone --source production --target test --anonymize --yes --output json";

/// A client in a folder of its own.
struct Client {
    folder: TempDir,
    url: String,
    token: String,
}

impl Client {
    fn new(project: &Project, url: &str, name: &str, scope: &str) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            url: url.to_owned(),
            token: project.token(name, scope),
        }
    }

    fn start(&self, arguments: &[&str]) -> Running {
        let mut command = std::process::Command::new(program::path());
        command
            .current_dir(self.folder.path())
            .args(["--api", &self.url])
            .args(arguments);
        command.env("NOVA_API_TOKEN", &self.token).env("NO_COLOR", "1");
        Running::start(command)
    }

    fn nova(&self, arguments: &[&str]) -> Run {
        self.start(arguments).wait()
    }

    fn start_clone(&self, more: &[&str]) -> Running {
        let arguments: Vec<&str> = CLONE.split(' ').chain(more.iter().copied()).collect();
        self.start(&arguments)
    }

    fn status(&self, operation: &str) -> Value {
        self.nova(&["status", "--operation", operation, "--output", "json"])
            .exits(0)
            .json()
    }

    /// The newest operation, once some of its chunks are loaded and others are not.
    fn half_way(&self) -> String {
        let mut id = String::new();
        waiting::until("a clone is half-way", || {
            let newest = self.nova(&["status", "--output", "json"]).exits(0).json()["operations"]
                .get(0)
                .cloned()
                .unwrap_or_default();
            assert!(newest["status"] != "completed", "too fast to come between: {newest:#}");
            newest["operation_id"].as_str().unwrap_or_default().clone_into(&mut id);
            newest["chunks"]["imported"]
                .as_u64()
                .is_some_and(|imported| imported > 0)
        });
        id
    }

    fn ends_as(&self, operation: &str, status: &str) -> Value {
        let mut shown = Value::Null;
        waiting::until(&format!("operation {operation} is {status}"), || {
            shown = self.status(operation);
            shown["status"] == status
        });
        shown
    }
}

#[test]
fn a_clone_through_the_api_is_the_clone_that_the_project_itself_makes() {
    let (production, test, other) = (
        servers::sample(FEW),
        servers::old_target(&TARGET),
        servers::old_target(&TARGET),
    );
    let before = Contents::of(&test);
    let project = Project::new(&production, &test);
    let embedded = Project::new(&production, &other);
    let (server, url) = project.serve();
    let client = Client::new(&project, &url, "ci", "cloner");

    let planned = client.start_clone(&["--dry-run"]).wait().exits(0).json();
    assert_eq!(planned["dry_run"], true, "{planned:#}");
    assert!(planned["masked_columns"].as_array().unwrap().len() > 10, "{planned:#}");
    Contents::of(&test).assert_same(&before, "the target after a dry run");

    let cloned = client.start_clone(&[]).wait().exits(0);
    let id = cloned.operation();
    embedded.share_keys_of(&project);
    let expected = embedded.clone_to_test(&[]).exits(0).json();
    Contents::of(&test).assert_same(&Contents::of(&other), "what the API made");
    for field in [
        "status",
        "source",
        "target",
        "rows",
        "tables",
        "anonymized",
        "validation",
        "skipped",
        "errors",
    ] {
        assert_eq!(cloned.json()[field], expected[field], "{field}");
    }

    let (there, here) = (
        client.status(&id),
        project.nova(&["status", "--operation", &id, "--output", "json"]).json(),
    );
    assert_eq!(there, here);
    assert_eq!(there["requested_by"], "token:ci");
    let logs = ["logs", "--operation", &id, "--detailed", "--output", "json"];
    assert_eq!(client.nova(&logs).exits(0).json(), project.nova(&logs).exits(0).json());
    client.nova(&["report", "--output", "report.html"]).exits(0);
    let report = std::fs::read_to_string(client.folder.path().join("report.html")).unwrap();
    assert!(report.contains(&id) && report.contains("token:ci"), "{report}");

    let undone = client
        .nova(&["rollback", "--environment", "test", "--yes", "--output", "json"])
        .exits(0);
    assert_eq!(undone.json()["status"], "completed");
    Contents::of(&test).assert_same(&before, "the target after the rollback");
    let refused = client
        .nova(&["rollback", "--environment", "test", "--yes", "--output", "json"])
        .exits(2);
    refused.error(1702);
    let everything = client.nova(&["status", "--all", "--output", "json"]).exits(0).json();
    assert_eq!(everything["operations"].as_array().unwrap().len(), 3);
    assert_eq!(everything["rollback_points"].as_array().unwrap().len(), 0);

    let reversed = "clone --source test --target production --anonymize --yes --output json";
    let reversed: Vec<&str> = reversed.split(' ').collect();
    client.nova(&reversed).exits(3).error(1101);
    server.signal("TERM");
    server.wait().exits(0);
    assert_eq!(project.history().leftovers(), Vec::<String>::new());
    project.nova(&["audit", "verify", "--output", "json"]).exits(0);
}

#[test]
fn a_clone_is_stopped_half_way_and_goes_on_when_it_is_told_to() {
    let (production, test) = (servers::sample(MANY), servers::old_target(&TARGET));
    let before = Contents::of(&test);
    let project = Project::new(&production, &test);
    let (_server, url) = project.serve();
    let client = Client::new(&project, &url, "ci", "cloner");

    let cloning = client.start_clone(&[]);
    let id = client.half_way();
    let too_early = client.nova(&["resume", "--operation", &id, "--output", "json"]);
    too_early.exits(1).error(1902);
    client.nova(&["stop", "--operation", &id, "--output", "json"]).exits(0);
    let stopped = cloning.wait().exits(1);
    assert_eq!(stopped.json()["status"], "stopped", "{stopped:#?}");
    assert_eq!(client.status(&id)["resumable"], true);
    Contents::of(&test).assert_same(&before, "the target of a stopped clone");

    let resumed = client.start(&["resume", "--operation", &id, "--output", "json"]);
    let resumed = resumed.wait().exits(0).json();
    assert_eq!(resumed["status"], "completed", "{resumed:#}");
    assert_eq!(
        Session::open(&test).number("SELECT count(*) FROM public.reservations"),
        i64::try_from(MANY).unwrap()
    );
}

#[test]
fn who_stops_waiting_does_not_stop_the_operation() {
    let (production, test) = (servers::sample(MANY), servers::old_target(&TARGET));
    let project = Project::new(&production, &test);
    let (_server, url) = project.serve();
    let client = Client::new(&project, &url, "ci", "cloner");
    let cloning = client.start_clone(&[]);
    let id = client.half_way();
    cloning.signal("INT");
    let interrupted = cloning.wait().exits(130);
    let told = interrupted.error(1904);
    assert!(
        told["remedy"]
            .as_str()
            .unwrap()
            .contains(&format!("--operation {id} --watch")),
        "{told:#}"
    );
    let watched = client.nova(&["status", "--operation", &id, "--watch"]).exits(0);
    assert!(
        watched.stdout.contains("copying") || watched.stdout.contains("completed"),
        "{watched:#?}"
    );
    client.ends_as(&id, "completed");
}

#[test]
fn operations_of_a_server_that_ended_go_on_when_it_starts_again_and_who_waits_gets_the_result() {
    let production = servers::sample(MANY);
    let (test, training) = (servers::old_target(&TARGET), servers::old_target(&TARGET));
    let project = Project::new(&production, &test);
    project.environment("training", &training, "training");

    let (server, url) = project.serve();
    let port = url.rsplit(':').next().unwrap();
    let client = Client::new(&project, &url, "ci", "cloner");
    let waiting_for_test = client.start_clone(&[]);
    let first = client.half_way();
    let to_training = CLONE.replace("--target test", "--target training");
    let waiting_for_training = client.start(&to_training.split(' ').collect::<Vec<_>>());
    waiting::until("both run", || {
        let operations = client.nova(&["status", "--output", "json"]).exits(0).json()["operations"].take();
        let newest = operations.get(0).cloned().unwrap_or_default();
        newest["target"] == "training" && newest["status"] != "requested"
    });
    server.signal("TERM");
    server.wait().exits(0);

    let (server, _) = project.serve_on(port);
    waiting::until("the first goes on", || client.status(&first)["running"] == true);
    let (killed, _) = server.kill();
    assert!(killed, "it had ended by itself");

    let (_server, _) = project.serve_on(port);
    for (waiting, url) in [(waiting_for_test, &test), (waiting_for_training, &training)] {
        let result = waiting.wait().exits(0).json();
        assert_eq!(result["status"], "completed", "{result:#}");
        assert_eq!(result["validation"]["passed"], true, "{result:#}");
        let rows = Session::open(url).number("SELECT count(*) FROM public.reservations");
        assert_eq!(rows, i64::try_from(MANY).unwrap());
    }
}
