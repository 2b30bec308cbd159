//! The demonstration, and every way to look at what it left behind: a real clone and a real rollback on real servers.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};
use tempfile::TempDir;

fn nova(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nova"));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NOVA_LOG");
    command.output().unwrap()
}

/// What a successful command prints.
fn printed(arguments: &[&str]) -> String {
    let output = nova(arguments);
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {text}{errors}");
    text
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(arguments)).unwrap()
}

/// The project of a demonstration that has ended, its servers gone; made once for all tests.
struct Performed {
    _folder: TempDir,
    project: PathBuf,
    told: Value,
}

fn performed() -> &'static Performed {
    static PERFORMED: OnceLock<Performed> = OnceLock::new();
    PERFORMED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("kept");
        let told = json(&["demo", "--rows", "60", "--keep", text(&project), "--output", "json"]);
        Performed {
            _folder: folder,
            project,
            told,
        }
    })
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A command on the kept project.
fn on_project<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    let mut all = arguments.to_vec();
    all.extend(["--project", text(&performed().project)]);
    all
}

fn clone_id() -> &'static str {
    performed().told["clone"]["operation_id"].as_str().unwrap()
}

#[test]
fn the_demo_clones_proves_and_rolls_back() {
    let told = &performed().told;
    assert_eq!(told["status"], "completed", "{told:#}");
    assert_eq!(told["clone"]["status"], "completed");
    assert_eq!(told["clone"]["validation"]["passed"], true);
    assert!(told["clone"]["anonymized"]["values"].as_u64().unwrap() > 0);
    assert_eq!(told["rollback"]["previous_contents_back"], true);
    let glimpse = told["glimpse"].as_array().unwrap();
    assert!(glimpse.len() > 5);
    for cell in glimpse.iter().filter(|cell| cell["personal"] == true) {
        assert_ne!(cell["before"], cell["after"], "{cell}");
    }
}

#[test]
fn status_lists_the_clone_and_its_rollback() {
    let all = json(&on_project(&["status", "--all", "--output", "json"]));
    let operations = all["operations"].as_array().unwrap();
    let kinds: Vec<&str> = operations.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["rollback", "clone"], "newest first");
    assert!(
        operations
            .iter()
            .all(|one| one["status"] == "completed" && one["running"] == false),
        "{all:#}"
    );
    assert_eq!(
        all["rollback_points"],
        serde_json::json!([]),
        "the rollback has used the only one"
    );

    let table = printed(&on_project(&["status"]));
    assert!(
        table.contains("clone production → test") && table.contains("rollback of test"),
        "{table}"
    );
    let watched = printed(&on_project(&["status", "--watch", "--operation", clone_id()]));
    assert_eq!(
        watched.lines().count(),
        1,
        "one line, for nothing changes any more: {watched}"
    );
}

#[test]
fn status_of_one_operation_is_its_summary() {
    let one = json(&on_project(&["status", "--operation", clone_id(), "--output", "json"]));
    let told = &performed().told["clone"];
    for field in [
        "operation_id",
        "source",
        "target",
        "rows",
        "bytes",
        "tables",
        "anonymized",
        "validation",
    ] {
        assert_eq!(one[field], told[field], "{field}");
    }
    assert!(!one["tables"].as_array().unwrap().is_empty());
    assert_eq!(one["rollback_id"], Value::Null, "what it kept was brought back");
}

#[test]
fn logs_tell_the_story_in_order_and_in_more_detail_on_request() {
    let logs = json(&on_project(&["logs", "--operation", clone_id(), "--output", "json"]));
    let events: Vec<&str> = logs["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["event"].as_str().unwrap())
        .collect();
    let place = |event: &str| {
        events
            .iter()
            .position(|one| *one == event)
            .unwrap_or_else(|| panic!("{event}: {events:?}"))
    };
    let story = [
        "OperationRequested",
        "GuardPassed",
        "SnapshotOpened",
        "StagingPrepared",
        "ValidationPassed",
        "Promoted",
    ];
    assert!(
        story.windows(2).all(|pair| place(pair[0]) < place(pair[1])),
        "{events:?}"
    );
    assert!(!events.contains(&"ChunkImported"));

    let detailed = printed(&on_project(&["logs", "--operation", clone_id(), "--detailed"]));
    for part in [
        "of public.reservations: loaded: 60 rows",
        "public.bills: table complete",
        "environment production",
    ] {
        assert!(detailed.contains(part), "{part} is missing in {detailed}");
    }
    let errors = printed(&on_project(&["logs", "--operation", clone_id(), "--level", "error"]));
    assert_eq!(errors, "Nothing of that severity happened.\n");
}

#[test]
fn the_report_tells_everything_but_values() {
    let html = fs::read_to_string(performed().project.join("report.html")).unwrap();
    for part in [
        "Clone of production into test",
        "public.reservations",
        "row_counts",
        "a rule names it",
        "detected (",
        "audit.log (18 partitions)",
    ] {
        assert!(html.contains(part), "{part} is missing");
    }
    for cell in performed().told["glimpse"].as_array().unwrap() {
        for side in ["before", "after"] {
            let value = cell[side].as_str().unwrap();
            assert!(!html.contains(value), "the report holds {value} of {}", cell["place"]);
        }
    }
    let path = performed().project.join("again.html");
    printed(&on_project(&[
        "report",
        "--operation",
        clone_id(),
        "--output",
        text(&path),
    ]));
    assert!(
        fs::read_to_string(path)
            .unwrap()
            .contains("Clone of production into test")
    );
}

#[test]
fn the_report_is_about_the_latest_operation_unless_one_is_named() {
    let path = performed().project.join("latest.html");
    printed(&on_project(&["report", "--output", text(&path)]));
    assert!(fs::read_to_string(path).unwrap().contains("Rollback of test"));
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let output = nova(&on_project(&["report", "--output", "/no/such/folder/report.html"]));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_history_proves_until_someone_changes_it() {
    let proof = json(&on_project(&["audit", "verify", "--output", "json"]));
    assert!(
        proof["streams"].as_u64().unwrap() > 10 && proof["commits"].as_u64().unwrap() > 10,
        "{proof}"
    );

    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join(".nova")).unwrap();
    fs::copy(performed().project.join("nova.toml"), copy.path().join("nova.toml")).ok();
    copy_state(&performed().project.join(".nova"), &copy.path().join(".nova"));
    assert!(
        nova(&["audit", "verify", "--project", text(copy.path())])
            .status
            .success()
    );
    forge(&copy.path().join(".nova/nova.db"));
    let output = nova(&["audit", "verify", "--project", text(copy.path()), "--output", "json"]);
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["errors"][0]["code"], "NOVA-1806", "{told}");
    assert!(
        told["errors"][0]["cause"].as_str().unwrap().contains("stream "),
        "{told}"
    );
}

fn copy_state(from: &Path, to: &Path) {
    for entry in from
        .read_dir()
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().is_file())
    {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// What someone does who wants another name in the history.
fn forge(database: &Path) {
    let connection = rusqlite::Connection::open(database).unwrap();
    connection.execute_batch("DROP TRIGGER commits_never_change").unwrap();
    let changed = connection
        .execute(
            "UPDATE commits SET body = replace(body, '\"target\":\"test\"', '\"target\":\"demo\"')
             WHERE stream LIKE 'operation/%' AND number = 0",
            [],
        )
        .unwrap();
    assert!(changed > 0);
}

#[test]
fn a_demo_that_is_interrupted_takes_its_servers_and_its_folder_along() {
    let temporary = tempfile::Builder::new()
        .permissions(fs::Permissions::from_mode(0o755))
        .tempdir()
        .unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_nova"))
        .args(["demo", "--rows", "60"])
        .env("TMPDIR", temporary.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(demo.stdout.take().unwrap()).lines();
    assert!(
        said.any(|line| line.unwrap().starts_with("2. nova clone")),
        "the clone did not begin"
    );
    let address = server_of(temporary.path());
    assert!(TcpStream::connect(&address).is_ok(), "the test server does not run");

    let pid = demo.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let output = demo.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&output.stderr).contains("NOVA-1904"));
    assert!(TcpStream::connect(&address).is_err(), "the test server is still there");
    let left: Vec<_> = temporary
        .path()
        .read_dir()
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// `host:port` of the test server, from the project folder of a demonstration that runs.
fn server_of(temporary: &Path) -> String {
    let mut folders = temporary.read_dir().unwrap().flatten().map(|entry| entry.path());
    let file = folders
        .find_map(|folder| fs::read_to_string(folder.join(".env.test")).ok())
        .unwrap();
    let (_, after) = file.split_once('@').unwrap();
    after.split_once('/').unwrap().0.to_owned()
}
