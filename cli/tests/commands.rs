//! The `nova` program as a person or a script meets it, without any server.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

/// Every command, as it is typed.
const COMMANDS: [&[&str]; 20] = [
    &["init"],
    &["demo"],
    &["clone"],
    &["status"],
    &["logs"],
    &["resume"],
    &["stop"],
    &["validate"],
    &["rollback"],
    &["report"],
    &["audit", "verify"],
    &["config", "set"],
    &["config", "get"],
    &["config", "list"],
    &["operation", "stop"],
    &["serve"],
    &["token", "create"],
    &["token", "list"],
    &["token", "revoke"],
    &["completions"],
];

/// Commands that explain themselves.
const WITHOUT_EXAMPLE: [&[&str]; 3] = [&["config", "get"], &["config", "list"], &["operation", "stop"]];

/// Runs the program in a folder, without a terminal.
fn nova(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nova"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NO_COLOR")
        .env_remove("NOVA_LOG")
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    let text = stdout(output);
    assert_eq!(
        text.lines().count(),
        1,
        "one object on one line: {text}{}",
        stderr(output)
    );
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Fails with what the program said.
fn assert_exit(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}{}", stdout(output), stderr(output));
}

/// A new project.
fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert_exit(&nova(folder.path(), &["init"]), 0);
    folder
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let folder = tempfile::tempdir().unwrap();
    for command in COMMANDS {
        let arguments: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        let output = nova(folder.path(), &arguments);
        assert_exit(&output, 0);
        let text = stdout(&output);
        assert!(text.contains("Usage: nova"), "{command:?}: {text}");
        if !WITHOUT_EXAMPLE.contains(&command) {
            let example = format!("nova {}", command.join(" "));
            let after = text
                .split_once("Example")
                .unwrap_or_else(|| panic!("{command:?} has no example: {text}"))
                .1;
            assert!(after.contains(&example), "{command:?}: {text}");
        }
    }
    assert_exit(&nova(folder.path(), &["--version"]), 0);
    assert_exit(&nova(folder.path(), &["clone", "--no-such-option"]), 2);
    assert_exit(&nova(folder.path(), &[]), 2);
}

#[test]
fn init_writes_the_files_of_a_project_once() {
    let folder = tempfile::tempdir().unwrap();
    let first = nova(folder.path(), &["init"]);
    assert_exit(&first, 0);
    assert!(
        stdout(&first).contains("created") && stdout(&first).contains(".env.production"),
        "{}",
        stdout(&first)
    );
    for file in [
        ".env.production",
        ".env.test",
        ".env.training",
        ".env.development",
        "nova.toml",
        ".gitignore",
    ] {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
    fs::write(folder.path().join(".env.test"), "DATABASE_URL=postgres://mine\n").unwrap();
    let second = nova(folder.path(), &["init", "--output", "json"]);
    assert_exit(&second, 0);
    let files = json(&second)["files"].clone();
    assert!(
        files.as_array().unwrap().iter().all(|file| file["outcome"] == "kept"),
        "{files}"
    );
    let kept = fs::read_to_string(folder.path().join(".env.test")).unwrap();
    assert_eq!(kept, "DATABASE_URL=postgres://mine\n");
}

#[test]
fn init_makes_the_folder_that_is_named() {
    let folder = tempfile::tempdir().unwrap();
    assert_exit(&nova(folder.path(), &["init", "--project", "new"]), 0);
    assert!(folder.path().join("new/nova.toml").is_file());
}

#[test]
fn a_setting_that_was_set_is_read_back_with_its_file_intact() {
    let folder = project();
    let before = fs::read_to_string(folder.path().join("nova.toml")).unwrap();
    let set = nova(folder.path(), &["config", "set", "clone.parallel_tables", "8"]);
    assert_exit(&set, 0);
    assert_eq!(stdout(&set), "clone.parallel_tables = 8\n");
    assert_eq!(
        stdout(&nova(folder.path(), &["config", "get", "clone.parallel_tables"])),
        "8\n"
    );
    let after = fs::read_to_string(folder.path().join("nova.toml")).unwrap();
    for comment in before.lines().filter(|line| line.starts_with("# Settings")) {
        assert!(after.contains(comment), "{after}");
    }
    let named = nova(
        folder.path(),
        &["config", "set", "--key", "clone.compression", "--value", "lz4"],
    );
    assert_exit(&named, 0);
    let read = nova(
        folder.path(),
        &["config", "get", "clone.compression", "--output", "json"],
    );
    assert_eq!(
        json(&read),
        serde_json::json!({ "key": "clone.compression", "value": "lz4" })
    );
    assert_exit(&nova(folder.path(), &["config", "set", "clone.parallel_tables", ""]), 0);
    assert_eq!(
        stdout(&nova(folder.path(), &["config", "get", "clone.parallel_tables"])),
        "4\n"
    );
}

#[test]
fn a_wrong_setting_is_refused_with_a_suggestion() {
    let folder = project();
    let unknown = nova(folder.path(), &["config", "set", "clone.paralel_tables", "8"]);
    assert_exit(&unknown, 2);
    assert!(stderr(&unknown).contains("NOVA-1004"), "{}", stderr(&unknown));
    assert!(
        stderr(&unknown).contains("clone.parallel_tables"),
        "{}",
        stderr(&unknown)
    );
    assert_exit(
        &nova(folder.path(), &["config", "set", "clone.parallel_tables", "many"]),
        2,
    );
    assert_exit(&nova(folder.path(), &["config", "get", "no.such.key"]), 2);
    assert_exit(&nova(folder.path(), &["config", "set", "clone.parallel_tables"]), 2);
}

#[test]
fn every_setting_is_listed_and_addresses_of_webhooks_are_not_shown() {
    let folder = project();
    let secret = "https://hooks.example.com/T000/secret";
    let set = nova(folder.path(), &["config", "set", "notify.webhook_url", secret]);
    assert_exit(&set, 0);
    assert!(!stdout(&set).contains("secret"), "{}", stdout(&set));
    let text = stdout(&nova(folder.path(), &["config", "list"]));
    assert!(
        text.contains("clone.batch_size") && text.contains("anonymize.locale"),
        "{text}"
    );
    assert!(!text.contains("secret"), "{text}");
    let listed = json(&nova(folder.path(), &["config", "list", "--output", "json"]));
    let settings = listed["settings"].as_array().unwrap();
    let find = |key: &str| settings.iter().find(|setting| setting["key"] == key).unwrap();
    assert_eq!(find("notify.webhook_url")["value"], "(set)");
    assert_eq!(find("clone.parallel_tables")["default"], "4");
    assert_eq!(find("clone.batch_size")["value"], Value::Null);
}

#[test]
fn an_environment_that_does_not_exist_is_a_usage_error_that_names_those_that_do() {
    let folder = project();
    let output = nova(
        folder.path(),
        &[
            "clone",
            "--source",
            "production",
            "--target",
            "nowhere",
            "--anonymize",
            "--yes",
        ],
    );
    assert_exit(&output, 2);
    assert_eq!(stdout(&output), "");
    let only_one = nova(folder.path(), &["validate", "--environment", "nowhere"]);
    assert_exit(&only_one, 2);
    let text = stderr(&only_one);
    assert!(text.starts_with("error[NOVA-1002]: "), "{text}");
    assert!(text.contains("test") && text.contains("what to do: "), "{text}");
}

#[test]
fn a_failure_is_one_json_object_on_standard_output_when_json_was_asked_for() {
    let folder = project();
    let output = nova(
        folder.path(),
        &["validate", "--environment", "nowhere", "--output", "json"],
    );
    assert_exit(&output, 2);
    let object = json(&output);
    assert_eq!(object["status"], "usage");
    let error = &object["errors"][0];
    assert_eq!(error["code"], "NOVA-1002");
    assert!(
        !error["cause"].as_str().unwrap().is_empty() && !error["remedy"].as_str().unwrap().is_empty(),
        "{object}"
    );
    assert_eq!(stderr(&output), "");
}

#[test]
fn replacing_a_target_needs_a_yes_where_nobody_can_be_asked() {
    let folder = project();
    for arguments in [
        &["clone", "--source", "production", "--target", "test", "--anonymize"][..],
        &["rollback", "--environment", "test"],
    ] {
        let output = nova(folder.path(), arguments);
        assert_exit(&output, 2);
        let text = stderr(&output);
        assert!(text.contains("NOVA-1006") && text.contains("--yes"), "{text}");
        assert!(
            !folder.path().join(".nova/nova.db").exists(),
            "{arguments:?} has recorded something"
        );
    }
}

#[test]
fn looking_at_a_project_in_which_nothing_happened_creates_no_state() {
    let folder = project();
    let status = nova(folder.path(), &["status"]);
    assert_exit(&status, 0);
    assert_eq!(stdout(&status), "No operation has been started yet.\n");
    let object = json(&nova(folder.path(), &["status", "--all", "--output", "json"]));
    assert_eq!(object, serde_json::json!({ "operations": [], "rollback_points": [] }));
    let proof = json(&nova(folder.path(), &["audit", "verify", "--output", "json"]));
    assert_eq!(
        proof,
        serde_json::json!({ "status": "proved", "streams": 0, "commits": 0 })
    );
    assert!(!folder.path().join(".nova/nova.db").exists());
}

#[test]
fn an_operation_that_does_not_exist_is_a_usage_error() {
    let folder = project();
    for arguments in [
        &["logs", "--operation", "01jmissing"][..],
        &["logs", "--operation", "no such/../thing"],
        &["status", "--operation", "01jmissing"],
        &["resume", "--operation", "01jmissing"],
        &["stop", "--operation", "01jmissing"],
        &["report", "--operation", "01jmissing", "--output", "report.html"],
        &["logs", "--operation", "01jmissing"],
    ] {
        let output = nova(folder.path(), arguments);
        assert_exit(&output, 2);
        assert!(
            stderr(&output).contains("NOVA-1901"),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
    assert!(!folder.path().join("report.html").exists());
}

#[test]
fn a_folder_that_does_not_exist_is_no_project() {
    let folder = tempfile::tempdir().unwrap();
    let output = nova(folder.path(), &["status", "--project", "missing"]);
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("NOVA-1005"), "{}", stderr(&output));
}

#[test]
fn the_demo_never_takes_a_folder_that_holds_something() {
    let folder = project();
    let before = fs::read(folder.path().join(".env.production")).unwrap();
    let output = nova(folder.path(), &["demo", "--keep", "."]);
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("NOVA-1001"), "{}", stderr(&output));
    assert_eq!(fs::read(folder.path().join(".env.production")).unwrap(), before);
}

#[test]
fn completion_scripts_know_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let output = nova(folder.path(), &["completions", shell]);
        assert_exit(&output, 0);
        for command in ["clone", "rollback", "audit", "demo"] {
            assert!(stdout(&output).contains(command), "{shell}: {command}");
        }
    }
    assert_exit(&nova(folder.path(), &["completions", "no-such-shell"]), 2);
}

#[test]
fn colour_is_for_terminals_and_for_those_who_force_it() {
    let folder = project();
    let plain = nova(folder.path(), &["logs", "--operation", "01jmissing"]);
    assert!(!stderr(&plain).contains('\u{1b}'));
    let with = |name: &str, also: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nova"));
        command
            .args(["logs", "--operation", "01jmissing"])
            .current_dir(folder.path())
            .env(name, "1");
        if let Some(also) = also {
            command.env(also, "1");
        }
        stderr(&command.output().unwrap())
    };
    assert!(with("CLICOLOR_FORCE", None).contains('\u{1b}'));
    assert!(!with("CLICOLOR_FORCE", Some("NO_COLOR")).contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = project();
    let script = format!("{} completions bash | head -n 1", env!("CARGO_BIN_EXE_nova"));
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(stderr(&output), "");
}
