//! A project folder as people use it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use nova_environments::{DatabaseUrl, Environment, EnvironmentName, EnvironmentType};
use nova_project::{OperationLock, Project};
use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command, thread};

fn name(name: &str) -> EnvironmentName {
    name.parse().unwrap()
}

fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let project = Project::open(folder.path());
    (folder, project)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn environments_are_listed_by_name_and_templates_are_not() {
    let (_folder, project) = project(&[
        (".env.test", "DATABASE_URL=postgres://a/b\nNOVA_ENVIRONMENT_TYPE=test\n"),
        (".env.blue-1", "DATABASE_URL='postgresql://a/b'\n"),
        (".env.example", "DATABASE_URL=postgres://USER:PASSWORD@HOST/b\n"),
        (".env.local", "NEXT_PUBLIC=1\n"),
        (".env.test.local", "DATABASE_URL=postgres://a/b\n"),
        (".env.training", "NOVA_ENVIRONMENT_TYPE=training\n"),
        (".env", "DATABASE_URL=postgres://a/b\n"),
    ]);
    let found = project.environments().unwrap();
    let found: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.declared)).collect();
    assert_eq!(found, [("blue-1", None), ("test", Some(EnvironmentType::Test))]);
    let names: Vec<_> = project
        .environment_names()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(names, ["blue-1", "test", "training"]);
}

#[test]
fn an_unknown_environment_is_answered_with_those_there_are() {
    let (_folder, project) = project(&[
        (".env.test", "DATABASE_URL=postgres://a/b\n"),
        (".env.prod", "DATABASE_URL=postgres://a/c\n"),
    ]);
    let refused = project.environment(&name("production")).err().unwrap();
    assert_eq!(
        refused.to_string(),
        "NOVA-1002: environment production does not exist: there is no file .env.production; there is prod, test"
    );
}

#[test]
fn errors_name_file_and_line_and_never_the_value() {
    for (text, says) in [
        (
            "DATABASE_URL=mysql://u:secret@h/d\n",
            ".env.test line 1: DATABASE_URL does not begin with postgres:// or postgresql://",
        ),
        (
            "DATABASE_URL=host=h password=secret\n",
            ".env.test line 1: DATABASE_URL does not begin with postgres:// or postgresql://",
        ),
        (
            "# x\nDATABASE_URL='postgres://secret\n",
            ".env.test line 2: the quote that opens the value is not closed",
        ),
        ("DATABASE_URL=\n", ".env.test line 1: DATABASE_URL is not filled in"),
        ("A=1\n", ".env.test: DATABASE_URL is not filled in"),
        (
            "DATABASE_URL=postgres://a/b\nNOVA_ENVIRONMENT_TYPE=secret\n",
            ".env.test line 2: NOVA_ENVIRONMENT_TYPE is none of production, test, training, development",
        ),
        (
            "DATABASE_URL=postgres://postgres:[YOUR-PASSWORD]@db.example.org/postgres\n",
            ".env.test line 1: DATABASE_URL still holds the placeholder [YOUR-PASSWORD]",
        ),
    ] {
        let (_folder, project) = project(&[(".env.test", text)]);
        let refused = project.environment(&name("test")).err().unwrap();
        assert_eq!(refused.to_string(), format!("NOVA-1003: {says}"));
    }
}

#[test]
fn writing_an_environment_keeps_what_is_not_ours_and_makes_it_private() {
    let (folder, project) = project(&[(
        ".env.test",
        "# keep\nSTRIPE_KEY=\"sk $1\"\nDATABASE_URL=postgres://old/x # why\n",
    )]);
    project
        .write_environment(&Environment {
            name: name("test"),
            url: DatabaseUrl::new("postgres://u:p#1@new/y"),
            declared: Some(EnvironmentType::Test),
        })
        .unwrap();
    let path = folder.path().join(".env.test");
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "# keep\nSTRIPE_KEY=\"sk $1\"\nDATABASE_URL='postgres://u:p#1@new/y' # why\nNOVA_ENVIRONMENT_TYPE=test\n"
    );
    assert_eq!(mode(&path), 0o600);
    let read = project.environment(&name("test")).unwrap();
    assert_eq!(read.url.reveal(), "postgres://u:p#1@new/y");
}

#[test]
fn a_file_that_is_a_link_stays_one() {
    let (folder, project) = project(&[("shared.env", "DATABASE_URL=postgres://old/x\n")]);
    std::os::unix::fs::symlink("shared.env", folder.path().join(".env.test")).unwrap();
    project
        .write_environment(&Environment {
            name: name("test"),
            url: DatabaseUrl::new("postgres://new/x"),
            declared: None,
        })
        .unwrap();
    assert!(folder.path().join(".env.test").is_symlink());
    assert_eq!(
        fs::read_to_string(folder.path().join("shared.env")).unwrap(),
        "DATABASE_URL=postgres://new/x\n"
    );
}

#[test]
fn the_project_is_found_from_a_folder_below() {
    let (folder, _) = project(&[(".env.test", "DATABASE_URL=postgres://a/b\n")]);
    let below = folder.path().join("a/b");
    fs::create_dir_all(&below).unwrap();
    assert_eq!(Project::discover(&below).folder(), folder.path());
    fs::write(below.join("nova.toml"), "").unwrap();
    assert_eq!(Project::discover(&below).folder(), below);
}

#[test]
fn a_masking_key_is_made_once_however_many_ask_for_it() {
    let (folder, project) = project(&[]);
    let keys: Vec<[u8; 32]> = thread::scope(|scope| {
        let asking: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| project.masking_key(&name("test")).unwrap()))
            .collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
    assert_ne!(keys[0], project.masking_key(&name("training")).unwrap());
    let path = folder.path().join(".nova/keys/environment-test.key");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&folder.path().join(".nova/keys")), 0o700);
    assert_eq!(mode(&folder.path().join(".nova")), 0o700);

    fs::write(&path, "short").unwrap();
    let refused = project.masking_key(&name("test")).err().unwrap();
    assert_eq!(refused.code.number, 1808, "{refused}");
}

#[test]
fn only_one_at_a_time_runs_an_operation() {
    let (_folder, project) = project(&[]);
    let state = project.create_state_folder().unwrap();
    let first = OperationLock::try_acquire(&state, "op1").unwrap();
    assert!(first.is_some());
    assert!(OperationLock::try_acquire(&state, "op1").unwrap().is_none());
    assert!(OperationLock::try_acquire(&state, "op2").unwrap().is_some());
    drop(first);
    assert!(OperationLock::try_acquire(&state, "op1").unwrap().is_some());
}

#[test]
fn the_lock_of_a_killed_process_is_free() {
    let (_folder, project) = project(&[]);
    let state = project.create_state_folder().unwrap();
    drop(OperationLock::try_acquire(&state, "op1").unwrap());
    let file = state.join("locks/op1.lock");
    let mut holder = Command::new("flock")
        .arg("--no-fork")
        .arg(&file)
        .args(["sleep", "60"])
        .spawn()
        .unwrap();
    let held = || OperationLock::try_acquire(&state, "op1").unwrap().is_none();
    while !held() {
        thread::sleep(std::time::Duration::from_millis(5));
    }
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert!(!held());
}
