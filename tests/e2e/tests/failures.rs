//! What goes wrong outside of Nova: coded errors, right exit codes, a target that is as it was, and no secrets shown.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use nova_e2e::program::Run;
use nova_e2e::servers::{self, PRODUCTION, TARGET, databases_of};
use nova_e2e::{Contents, Project, Session, WebHook, waiting};
use nova_pgserver::Cluster;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Small for what fails at once.
const FEW: u64 = 100;
/// Enough for something to happen in the middle.
const MANY: u64 = 4_000;

fn project(rows: u64) -> (Project, String, String) {
    let (production, test) = (servers::sample(rows), servers::old_target(&TARGET));
    (Project::new(&production, &test), production, test)
}

/// A URL with another password.
fn with_password(url: &str, server: &Cluster, password: &str) -> String {
    url.replace(server.password(), password)
}

#[test]
fn a_wrong_password_is_told_and_not_shown() {
    let (project, production, test) = project(FEW);
    let before = Contents::of(&test);
    for (name, url, server) in [("production", &production, &*PRODUCTION), ("test", &test, &*TARGET)] {
        project.environment(name, &with_password(url, server, "not-the-secret-one"), name);
        let run = project.clone_to_test(&[]).exits(1);
        run.error(1202);
        assert!(
            !run.stdout.contains("not-the-secret-one") && !run.stderr.contains("not-the-secret-one"),
            "{run:#?}"
        );
        project.environment(name, url, name);
    }
    Contents::of(&test).assert_same(&before, "the target");
}

#[test]
fn an_unreachable_host_and_a_missing_database_are_told() {
    let (project, production, test) = project(FEW);
    let before = Contents::of(&test);
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    project.environment(
        "production",
        &format!("postgres://someone:pass@127.0.0.1:{port}/shop"),
        "production",
    );
    project.clone_to_test(&[]).exits(1).error(1201);
    project.environment(
        "production",
        "postgres://someone:pass@no-such-host.invalid/shop",
        "production",
    );
    project.clone_to_test(&[]).exits(1).error(1201);
    project.environment("production", &PRODUCTION.url("no_such_database"), "production");
    project.clone_to_test(&[]).exits(1).error(1203);
    project.environment("production", "mysql://someone:pass@127.0.0.1/shop", "production");
    let run = project.clone_to_test(&[]);
    assert_eq!(run.code, Some(2), "{run:#?}");
    project.environment("production", &production, "production");
    Contents::of(&test).assert_same(&before, "the target");
    project.clone_to_test(&[]).exits(0);
}

#[test]
fn mistakes_of_the_command_line_exit_with_2() {
    let (project, ..) = project(FEW);
    project.clone_to_test(&["--rules", "nowhere.json"]).exits(2).error(1005);
    let unknown = [
        "clone",
        "--source",
        "prodction",
        "--target",
        "test",
        "--anonymize",
        "--yes",
        "--output",
        "json",
    ];
    project.nova(&unknown).exits(2).error(1002);
    let unknown = [
        "clone",
        "--source",
        "production",
        "--target",
        "tset",
        "--anonymize",
        "--yes",
        "--output",
        "json",
    ];
    project.nova(&unknown).exits(2).error(1002);
    project
        .nova(&["resume", "--operation", "01jnothere", "--output", "json"])
        .exits(2)
        .error(1901);
    project.nova(&["clone", "--nonsense"]).exits(2);
    project.clone_to_test(&["--tables", "no_such_table"]).exits(2);
}

#[test]
fn a_mistake_in_the_rules_is_shown_with_its_place() {
    let (project, ..) = project(FEW);
    project.write(
        "broken.json",
        "{\"rules\": [\n  {\"tableName\": \"bills\", \"columnName\": \"iban\", \"anonymizationType\": \"ibam\"}\n]}",
    );
    let path = project.path().join("broken.json");
    let error = project
        .clone_to_test(&["--rules", path.to_str().unwrap()])
        .exits(2)
        .error(1401)
        .to_string();
    assert!(
        error.contains("line 2") && error.contains("column") && error.contains("ibam"),
        "{error}"
    );

    project.write(
        "broken.json",
        "{\"rules\": [{\"tableName\": \"bills\", \"columnName\": \"ibam\", \"anonymizationType\": \"iban\"}]}",
    );
    let error = project
        .clone_to_test(&["--rules", path.to_str().unwrap()])
        .exits(2)
        .error(1402)
        .to_string();
    assert!(error.contains("ibam"), "{error}");
    // Nothing of the failed attempts keeps the target from being used.
    project.clone_to_test(&[]).exits(0);
}

/// A small file system, unmounted when the test is over.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where this process may not mount.
    fn mount(at: &Path, megabytes: u32) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(at)
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then(|| Self(at.to_owned()))
    }

    fn grow(&self, megabytes: u32) {
        let options = format!("remount,size={megabytes}m");
        assert!(
            Command::new("mount")
                .args(["-o", &options])
                .arg(&self.0)
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_told_and_a_resume_completes_once_there_is_room() {
    let (project, _, test) = project(MANY);
    let before = Contents::of(&test);
    let Some(disk) = SmallDisk::mount(&project.path().join(".nova"), 2) else {
        println!("not tested: file systems cannot be mounted here");
        return;
    };
    project.set("clone.memory_mb", "16");
    // What is left of the disk holds the request and little more.
    fs::write(project.path().join(".nova/ballast"), vec![0; 1_300_000]).unwrap();
    let run = project.clone_to_test(&[]).exits(1);
    assert!(run.stdout.contains("NOVA-1802"), "{run:#?}");
    Contents::of(&test).assert_same(&before, "the target");
    fs::remove_file(project.path().join(".nova/ballast")).unwrap();
    disk.grow(200);
    let operations = project.history().operations();
    match operations.first() {
        Some(operation) => project.resume(operation).exits(0),
        None => project.clone_to_test(&[]).exits(0),
    };
    assert!(Contents::of(&test).difference(&before).is_some());
}

/// Kills a clone when its staging database is there and rows are coming in.
fn kill_while_copying(project: &Project) -> String {
    let clone = project.start_clone(&[]);
    waiting::until("chunks are imported", || {
        !project
            .history()
            .texts("SELECT 1 || '' FROM commits WHERE body LIKE '%ChunkImported%' LIMIT 1")
            .is_empty()
    });
    let (hit, run) = clone.kill();
    assert!(hit, "too late: {run:#?}");
    project.history().operations().swap_remove(0)
}

#[test]
fn a_table_dropped_between_a_crash_and_the_resume_is_left_out_of_a_new_snapshot() {
    let (project, production, test) = project(MANY);
    let operation = kill_while_copying(&project);
    Session::open(&production).run("DROP TABLE bill_notifications");
    let run = project.resume(&operation).exits(2);
    // The rules name a column of the dropped table: that is said, and nothing is half-done.
    run.error(1402);
    assert_eq!(
        Session::open(&test).column("SELECT note FROM before"),
        ["what was here before"]
    );
    assert_eq!(databases_of(&TARGET, &operation), Vec::<String>::new());
}

#[test]
fn a_table_without_rules_dropped_between_a_crash_and_the_resume_does_no_harm() {
    let (project, production, test) = project(MANY);
    Session::open(&production).run("CREATE TABLE numbers AS SELECT generate_series(1, 50000) AS n");
    let operation = kill_while_copying(&project);
    Session::open(&production).run("DROP TABLE numbers");
    project.resume(&operation).exits(0);
    let copy = Session::open(&test);
    assert_eq!(copy.value("SELECT to_regclass('numbers') IS NULL"), "t");
    assert_eq!(
        copy.number("SELECT count(*) FROM reservations"),
        i64::try_from(MANY).unwrap()
    );
    assert_eq!(databases_of(&TARGET, &operation), [format!("nova_prev_{operation}")]);
}

#[test]
fn cut_connections_to_the_target_cost_nothing_but_time() {
    let (project, _, test) = project(MANY);
    let before = Contents::of(&test);
    let mut clone = project.start_clone(&[]);
    let admin = Session::open(&TARGET.url("postgres"));
    // Chosen first, ended then: a planner is free to end sessions before it looks whose they are.
    let cut = |operation: &str| {
        admin.number(&format!(
            "WITH staging AS MATERIALIZED (SELECT pid FROM pg_stat_activity WHERE datname LIKE 'nova_stage_{operation}%')
             SELECT count(*) FROM staging WHERE pg_terminate_backend(pid)"
        ))
    };
    let mut cuts = 0;
    waiting::until("connections were cut three times, or nova gave up", || {
        if let Some(operation) = project.history().operations().first() {
            cuts += i32::from(cut(operation) > 0);
        }
        cuts >= 3 || clone.has_ended()
    });
    assert!(cuts > 0, "no connection was ever cut");
    let mut run = clone.wait();
    if run.code != Some(0) {
        let code = run.json()["errors"][0]["code"].as_str().unwrap_or_default().to_owned();
        assert!(code.starts_with("NOVA-12"), "{run:#?}");
        Contents::of(&test).assert_same(&before, "the target of the failed clone");
        run = project.resume(&run.operation());
    }
    let operation = run.exits(0).operation();
    assert_eq!(
        Session::open(&test).number("SELECT count(*) FROM reservations"),
        i64::try_from(MANY).unwrap()
    );
    assert_eq!(databases_of(&TARGET, &operation), [format!("nova_prev_{operation}")]);
    assert_eq!(project.history().leftovers(), Vec::<String>::new());
}

/// Starts a clone and holds it in the middle of its rows.
fn pause_while_copying(project: &Project) -> (nova_e2e::program::Running, String) {
    let clone = project.start_clone(&[]);
    waiting::until("chunks are imported", || {
        !project
            .history()
            .texts("SELECT 1 || '' FROM commits WHERE body LIKE '%ChunkImported%' LIMIT 1")
            .is_empty()
    });
    project.pause(&clone);
    let operation = project.history().operations().swap_remove(0);
    (clone, operation)
}

#[test]
fn a_stopped_clone_leaves_the_target_and_can_be_resumed() {
    let (project, _, test) = project(MANY);
    let before = Contents::of(&test);
    let (clone, operation) = pause_while_copying(&project);
    project
        .nova(&["stop", "--operation", &operation, "--output", "json"])
        .exits(0);
    clone.signal("CONT");
    let run = clone.wait().exits(1);
    assert_eq!(run.json()["status"], "stopped", "{run:#?}");
    Contents::of(&test).assert_same(&before, "the target of a stopped clone");
    assert!(!databases_of(&TARGET, &operation).is_empty(), "what was built is gone");
    project.resume(&operation).exits(0);
    assert_eq!(
        Session::open(&test).number("SELECT count(*) FROM reservations"),
        i64::try_from(MANY).unwrap()
    );
}

#[test]
fn a_clone_stopped_by_force_leaves_nothing_and_cannot_be_resumed() {
    let (project, _, test) = project(MANY);
    let before = Contents::of(&test);
    let (clone, operation) = pause_while_copying(&project);
    project
        .nova(&["stop", "--force", "--operation", &operation, "--output", "json"])
        .exits(0);
    clone.signal("CONT");
    clone.wait().exits(1);
    assert_eq!(databases_of(&TARGET, &operation), Vec::<String>::new());
    Contents::of(&test).assert_same(&before, "the target of a stopped clone");
    project.resume(&operation).exits(2).error(1903);
    assert_eq!(project.history().leftovers(), Vec::<String>::new());
}

#[test]
fn a_clone_killed_after_its_end_still_tells_people() {
    let (project, _, test) = project(FEW);
    let hook = WebHook::listen();
    project.set("notify.webhook_url", &hook.url());
    let killed_at_its_end = || {
        hook.set_silent(true);
        let before = hook.told().len();
        let clone = project.start_clone(&[]);
        let said = hook.body(before);
        let (hit, run) = clone.kill();
        assert!(hit, "too late: {run:#?}");
        hook.set_silent(false);
        let operation = project.history().operations().pop().unwrap();
        assert!(said.contains(&operation) && said.contains("completed"), "{said}");
        assert_eq!(project.history().leftovers().len(), 1);
        operation
    };

    let first = killed_at_its_end();
    let copied = Contents::of(&test);
    let run = project.resume(&first).exits(0);
    assert_eq!(run.json()["status"], "completed", "{run:#?}");
    let told = hook.told();
    assert!(told.len() == 2 && told[1].contains(&first), "{told:?}");
    assert_eq!(project.history().leftovers(), Vec::<String>::new());
    Contents::of(&test).assert_same(&copied, "what was cloned");
    // Nothing is left to do.
    project.resume(&first).exits(2).error(1903);

    // Nobody resumes this one: the next clone into the same environment tells people of both.
    let second = killed_at_its_end();
    let third = project.clone_to_test(&[]).exits(0).operation();
    let told = hook.told();
    assert!(
        told.len() == 5 && told[3].contains(&second) && told[4].contains(&third),
        "{told:?}"
    );
    assert_eq!(project.history().leftovers(), Vec::<String>::new());
}

#[test]
fn a_killed_clone_can_be_stopped_by_force() {
    let (project, _, test) = project(MANY);
    let before = Contents::of(&test);
    let operation = kill_while_copying(&project);
    project
        .nova(&["stop", "--force", "--operation", &operation, "--output", "json"])
        .exits(0);
    assert_eq!(databases_of(&TARGET, &operation), Vec::<String>::new());
    Contents::of(&test).assert_same(&before, "the target");
    project.clone_to_test(&[]).exits(0);
}

#[test]
fn an_interrupted_clone_exits_with_130_and_can_be_resumed() {
    let (project, _, test) = project(MANY);
    let before = Contents::of(&test);
    let (clone, operation) = pause_while_copying(&project);
    clone.signal("INT");
    clone.signal("CONT");
    let run = clone.wait().exits(130);
    run.error(1904);
    Contents::of(&test).assert_same(&before, "the target of an interrupted clone");
    project.resume(&operation).exits(0);
    assert_eq!(
        Session::open(&test).number("SELECT count(*) FROM reservations"),
        i64::try_from(MANY).unwrap()
    );
}

/// Fails when one of the secrets stands in the text.
fn assert_no_secret(text: &str, secrets: &[&str], where_: &str) {
    for secret in secrets {
        assert!(!text.contains(secret), "a password stands in {where_}");
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

#[test]
fn no_password_is_shown_anywhere() {
    let (project, production, test) = project(MANY);
    let secrets = [PRODUCTION.password(), TARGET.password()];
    let shown = |run: &Run, what: &str| assert_no_secret(&format!("{}{}", run.stdout, run.stderr), &secrets, what);

    let (clone, operation) = pause_while_copying(&project);
    let process = PathBuf::from(format!("/proc/{}", clone.id()));
    if process.exists() {
        for part in ["cmdline", "environ"] {
            let text = String::from_utf8_lossy(&fs::read(process.join(part)).unwrap()).into_owned();
            assert_no_secret(&text, &secrets, part);
        }
    }
    clone.signal("CONT");
    shown(&clone.wait().exits(0), "the result of a clone");
    let logs = project
        .nova(&["logs", "--operation", &operation, "--detailed"])
        .exits(0);
    shown(&logs, "nova logs");
    shown(&project.nova(&["status", "--all"]).exits(0), "nova status");
    shown(
        &project.nova(&["validate", "--environment", "test"]).exits(0),
        "nova validate",
    );
    let report = project.path().join("report.html");
    project
        .nova(&[
            "report",
            "--operation",
            &operation,
            "--output",
            report.to_str().unwrap(),
        ])
        .exits(0);
    shown(&project.roll_back(&[]).exits(0), "the result of a rollback");
    // Failures talk most.
    for (name, url, server) in [("production", &production, &*PRODUCTION), ("test", &test, &*TARGET)] {
        project.environment(name, &url.replace("//postgres:", "//nobody:"), name);
        shown(&project.clone_to_test(&[]).exits(1), "a failed sign-in");
        project.environment(name, &url.replace(&server.port().to_string(), "1"), name);
        shown(&project.clone_to_test(&[]).exits(1), "an unreachable server");
        project.environment(name, &url.replace("127.0.0.1", "127.0.0.1:x"), name);
        shown(&project.clone_to_test(&[]), "a malformed URL");
        project.environment(name, url, name);
    }
    for file in files(project.path()) {
        if !file.file_name().unwrap().to_string_lossy().starts_with(".env.") {
            let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
            assert_no_secret(&text, &secrets, &file.display().to_string());
        }
    }
}
