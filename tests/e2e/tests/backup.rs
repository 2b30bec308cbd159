//! Backups of an environment: what comes back, how many stay, and what is never backed up.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use nova_e2e::program;
use nova_e2e::servers::{self, PRODUCTION, TARGET, databases_of};
use nova_e2e::{Contents, Project, Session};
use std::process::Command;

const ROWS: u64 = 100;

fn project() -> (Project, String, String) {
    let (production, test) = (servers::sample(ROWS), servers::old_target(&TARGET));
    (Project::new(&production, &test), production, test)
}

fn backup(project: &Project, environment: &str) -> nova_e2e::program::Run {
    project.nova(&["backup", "--environment", environment, "--output", "json"])
}

#[test]
fn a_backup_brings_back_everything_that_was_there_when_it_was_taken() {
    let (project, _, test) = project();
    let cloned = project.clone_to_test(&[]).exits(0).operation();
    // What people did since the clone belongs to it: rows, sequences, tables of their own.
    let session = Session::open(&test);
    session.run(
        "UPDATE properties SET title = 'changed by hand';
         CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text varchar(20) CHECK (text <> ''));
         INSERT INTO notes (text) VALUES ('one'), ('two');
         CREATE INDEX ON notes (text)",
    );
    let before = Contents::of(&test);
    let taken = backup(&project, "test").exits(0);
    let (id, result) = (taken.operation(), taken.json());
    assert_eq!(
        (result["kind"].as_str(), result["status"].as_str()),
        (Some("backup"), Some("completed"))
    );
    assert_eq!(result["rollback_id"], id.as_str());
    assert!(
        result["rows"].as_u64().unwrap() > 0 && result["validation"]["passed"] == true,
        "{result:#}"
    );
    assert_eq!(databases_of(&TARGET, &id), [format!("nova_prev_{id}")]);
    Contents::of(&test).assert_same(&before, "the environment after its backup");
    session.run("SELECT 1");

    session.run("DELETE FROM notes; DROP TABLE messages CASCADE; INSERT INTO notes (text) VALUES ('three')");
    let points = project.nova(&["status", "--all", "--output", "json"]).exits(0).json();
    let kept: Vec<_> = points["rollback_points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| (point["operation_id"].as_str().unwrap(), point["kept"].as_str().unwrap()))
        .collect();
    assert_eq!(kept, [(id.as_str(), "backup"), (cloned.as_str(), "previous")]);

    project.roll_back(&["--to-backup", &id]).exits(0);
    Contents::of(&test).assert_same(&before, "what the rollback brought back");
    // It is what it was: constraints, and what a validation looks for.
    let refused = Session::open(&test).try_run("INSERT INTO notes (text) VALUES ('')");
    assert!(refused.is_err(), "the check of the table is gone");
    // Used up: there is no second copy of it. What the clone had replaced is still there.
    project.roll_back(&["--to-backup", &id]).exits(2).error(1702);
    project.roll_back(&["--to-backup", &cloned]).exits(0);
    assert_eq!(
        Session::open(&test).value("SELECT note FROM before"),
        "what was here before"
    );
    project.nova(&["audit", "verify"]).exits(0);
}

#[test]
fn as_many_backups_stay_as_the_setting_says_and_clones_do_not_take_their_place() {
    let (project, _, test) = project();
    project.set("backup.keep", "2");
    let kept = |ids: &[String]| -> Vec<usize> { ids.iter().map(|id| databases_of(&TARGET, id).len()).collect() };
    let cloned: Vec<String> = (0..2)
        .map(|_| project.clone_to_test(&["--tables", "categories"]).exits(0).operation())
        .collect();
    let backups: Vec<String> = (0..3).map(|_| backup(&project, "test").exits(0).operation()).collect();
    assert_eq!(kept(&backups), [0, 1, 1], "three backups");
    assert_eq!(kept(&cloned), [0, 1], "what the newest clone replaced");
    let third = project.clone_to_test(&["--tables", "categories"]).exits(0).operation();
    assert_eq!(kept(&backups), [0, 1, 1], "backups after a further clone");
    assert_eq!((kept(&cloned), kept(&[third])), (vec![0, 0], vec![1]));
    // Without a name the newest of all comes back: what the last clone replaced.
    project.roll_back(&[]).exits(0);
    assert!(Session::open(&test).number("SELECT count(*) FROM categories") > 0);
}

#[test]
fn production_is_not_backed_up_whatever_it_is_called() {
    let (project, production, _) = project();
    // Its signs say it, and nothing is asked of it.
    backup(&project, "production").exits(3).error(2204);
    project
        .nova(&["backup", "--environment", "production", "--type", "schema"])
        .exits(2);
    // Its identity says it, once Nova has seen it.
    project.clone_to_test(&["--dry-run"]).exits(0);
    project.environment("training", &production, "training");
    let refused = backup(&project, "training").exits(3);
    refused.error(2204);
    assert_eq!(databases_of(&PRODUCTION, &refused.operation()), Vec::<String>::new());
    backup(&project, "nowhere").exits(2);
}

#[test]
fn a_backup_of_personal_data_comes_back_only_for_those_who_may_have_it() {
    let (project, _, test) = project();
    let other = servers::empty(&TARGET, "other");
    project.environment("training", &other, "training");
    let usual = "clone --source production --target test --allow-personal-data --yes --output json";
    project.nova(&usual.split(' ').collect::<Vec<_>>()).exits(0);
    let personal = Contents::of(&test);
    let (_server, url) = project.serve();
    let api = |scope: &str, arguments: &[&str]| {
        let mut command = Command::new(program::path());
        command
            .current_dir(project.path())
            .args(["--api", &url])
            .args(arguments);
        command.env(
            "NOVA_API_TOKEN",
            project.token(&format!("{scope}-{}", arguments.len()), scope),
        );
        program::Running::start(command).wait()
    };
    let taken = api("cloner", &["backup", "--environment", "test", "--output", "json"]).exits(0);
    let id = taken.operation();
    project.clone_to_test(&[]).exits(0);

    let back = [
        "rollback",
        "--environment",
        "test",
        "--yes",
        "--output",
        "json",
        "--to-backup",
        &id,
    ];
    api("cloner", &back).exits(3).error(2102);
    let refused = api("cloner", &back[..6]).exits(3);
    refused.error(2102);
    assert!(Contents::of(&test).difference(&personal).is_some());
    api("admin", &back).exits(0);
    Contents::of(&test).assert_same(&personal, "what an admin brought back");

    // Neither does it get into another environment by the way.
    let onwards = "clone --source test --target training --yes --output json";
    project
        .nova(&onwards.split(' ').collect::<Vec<_>>())
        .exits(3)
        .error(1106);
}
