//! `nova schema …` as a person or a script uses it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use nova_e2e::servers::{PRODUCTION, TARGET, empty};
use nova_e2e::{Project, Session, waiting};
use std::fs;

/// A small schema.
const BEFORE: &str = "
    CREATE TYPE mood AS ENUM ('a', 'b');
    CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, feels mood DEFAULT 'a');
    CREATE TABLE visits (id int PRIMARY KEY, person int);
    CREATE VIEW names AS SELECT id, name FROM people;
    INSERT INTO people VALUES (1, 'one'), (2, 'two'); INSERT INTO visits VALUES (1, 1);";

/// What it is to become.
const AFTER: &str = "
    CREATE TYPE mood AS ENUM ('a', 'b', 'c');
    CREATE TABLE people (id bigint PRIMARY KEY, name varchar(80) NOT NULL, feels mood DEFAULT 'c', mail text);
    CREATE TABLE visits (id int PRIMARY KEY, person bigint NOT NULL REFERENCES people);
    CREATE INDEX visits_person ON visits (person);
    CREATE VIEW names AS SELECT id, name, mail FROM people;";

/// A new database with this in it.
fn database(sql: &str) -> String {
    let url = empty(&TARGET, "schema");
    Session::open(&url).run(sql);
    url
}

/// A project whose test environment is this database.
fn project(test: &str) -> Project {
    Project::new(&PRODUCTION.url("postgres"), test)
}

fn file(project: &Project, name: &str) -> String {
    project.path().join(name).to_string_lossy().into_owned()
}

#[test]
fn compare_exits_with_0_when_equal_and_with_5_when_not_and_says_where() {
    let (a, b, c) = (database(BEFORE), database(AFTER), database(BEFORE));
    let project = project(&b);
    let compare = |source: &str, target: &str, output: &str| {
        project.nova(&[
            "schema", "compare", "--source", source, "--target", target, "--output", output,
        ])
    };
    let equal = compare(&a, &c, "text").exits(0);
    assert!(equal.stdout.contains("The schemas are equal."), "{equal:?}");
    let json = compare(&a, &c, "json").exits(0).json();
    assert_eq!(
        (json["status"].as_str(), json["differences"].as_array().map(Vec::len)),
        (Some("equal"), Some(0))
    );

    let text = compare(&a, "test", "text").exits(5).stdout;
    for words in [
        "public.people",
        "view public.names",
        "public.visits_person",
        "object(s) differ",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let json = compare(&a, "test", "json").exits(5).json();
    assert_eq!(json["status"], "different");
    let objects: Vec<&str> = json["differences"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|d| d["object"].as_str())
        .collect();
    assert!(
        objects.contains(&"type public.mood") && objects.contains(&"table public.people"),
        "{objects:?}"
    );
    assert_eq!(json["unexplained"].as_array().map(Vec::len), Some(0), "{json:#}");
    assert!(!text.contains(TARGET.password()), "a password in {text}");
    compare("nobody", &a, "json").exits(2);
}

/// What no statement of PostgreSQL's changes afterwards, and no schema has a word for.
const UNTOLD: &str =
    "SET allow_system_table_mods = on; UPDATE pg_type SET typispreferred = true WHERE typname = 'mood'";

#[test]
fn compare_warns_of_what_it_has_no_word_for() {
    let (a, b) = (database(BEFORE), database(BEFORE));
    Session::open(&a).run(UNTOLD);
    let run = project(&b).nova(&[
        "schema", "compare", "--source", &a, "--target", "test", "--output", "json",
    ]);
    let json = run.exits(0).json();
    let found = json["unexplained"].to_string();
    assert!(found.contains("typispreferred"), "{json:#}");
}

/// A clone of a new database with this in it: what it says, and the copy.
fn cloned(sql: &str) -> (serde_json::Value, String) {
    let source = empty(&PRODUCTION, "schema");
    Session::open(&source).run(sql);
    let target = database("");
    let project = Project::new(&source, &target);
    project.write("rules.json", r#"{"rules":[]}"#);
    let run = project.clone_to_test(&[]);
    (run.exits(0).json(), target)
}

#[test]
fn a_clone_warns_of_what_its_schema_has_no_word_for_and_is_done_all_the_same() {
    let checked = |json: &serde_json::Value| {
        let checks = json["validation"]["checks"].as_array().unwrap();
        let found = checks.iter().find(|check| check["name"] == "catalogs");
        found.unwrap_or_else(|| panic!("{json:#}"))["detail"].to_string()
    };
    let (silent, _) = cloned(BEFORE);
    assert!(checked(&silent).contains("as at the source"), "{silent:#}");
    let (warned, _) = cloned(&format!("{BEFORE}{UNTOLD}"));
    assert!(checked(&warned).contains("typispreferred"), "{warned:#}");
    assert!(warned["warnings"].to_string().contains("NOVA-1317"), "{warned:#}");
}

#[test]
fn a_clone_leaves_subscriptions_out_and_a_migration_carries_them_without_their_secrets() {
    let subscribed = "CREATE SUBSCRIPTION quiet CONNECTION 'dbname=nowhere password=sesame' PUBLICATION p
                        WITH (connect = false, slot_name = NONE)";
    let (json, copy) = cloned(&format!("{BEFORE}{subscribed}"));
    assert!(json["skipped"].to_string().contains("subscription quiet"), "{json:#}");
    assert!(!json.to_string().contains("sesame"));

    let source = database(BEFORE);
    Session::open(&source).run(subscribed);
    let project = project(&copy);
    let up = file(&project, "up.sql");
    let run = project.nova(&[
        "schema", "migrate", "--source", &source, "--target", "test", "--output", &up, "--prove", "--format", "json",
    ]);
    let (json, script) = (run.exits(0).json(), fs::read_to_string(&up).unwrap());
    Session::open(&source).run("DROP SUBSCRIPTION quiet");
    assert_eq!(json["proof"]["holds"], true, "{json:#}");
    assert!(script.contains("CREATE SUBSCRIPTION quiet"), "{script}");
    assert!(!format!("{script}{json}").contains("sesame"), "{script}");
}

#[test]
fn a_migration_is_proved_applied_and_taken_back() {
    let (source, target, as_before) = (database(AFTER), database(BEFORE), database(BEFORE));
    let project = project(&target);
    let (up, down) = (file(&project, "up.sql"), file(&project, "down.sql"));
    let run = project.nova(&[
        "schema",
        "migrate",
        "--source",
        &source,
        "--target",
        "test",
        "--output",
        &up,
        "--rollback",
        &down,
        "--prove",
        "--format",
        "json",
    ]);
    let json = run.exits(0).json();
    assert_eq!(json["proof"]["holds"], true, "{json:#}");
    assert_eq!(json["proof"]["rows"]["refused"], serde_json::Value::Null);
    let script = fs::read_to_string(&up).unwrap();
    for words in [
        "locks (measured): AccessExclusiveLock on public.people",
        "rewrites (measured): public.people",
        "size: public.people",
    ] {
        assert!(script.contains(words), "{words} in {script}");
    }
    let apply = |script: &str| {
        project.nova(&[
            "schema",
            "apply",
            "--target",
            "test",
            "--migration",
            script,
            "--confirm",
            "--output",
            "json",
        ])
    };
    let equal = |source: &str| {
        project
            .nova(&["schema", "compare", "--source", source, "--target", "test"])
            .exits(0)
    };
    apply(&up).exits(0);
    equal(&source);
    Session::open(&target).run("UPDATE people SET feels = 'c', mail = 'kept' WHERE id = 2");
    Session::open(&target).run("UPDATE people SET feels = 'b' WHERE id = 2");
    apply(&down).exits(0);
    equal(&as_before);
    let session = Session::open(&target);
    assert_eq!(session.column("SELECT name FROM people ORDER BY id"), ["one", "two"]);
    let stashed =
        session.value("SELECT relname FROM pg_class WHERE relnamespace = 'nova_stash'::regnamespace AND relkind = 'r'");
    assert_eq!(
        session.value(&format!("SELECT mail FROM nova_stash.{stashed:?} WHERE id = 2")),
        "kept"
    );
    let shadows = Session::open(&TARGET.url("postgres"))
        .number("SELECT count(*) FROM pg_database WHERE datname LIKE 'nova_shadow%'");
    assert!(shadows <= 2, "{shadows} shadows of this test and of others at work");
}

#[test]
fn a_proof_that_rows_refute_is_none() {
    let (source, target) = (
        database("CREATE TABLE t (a int, b int NOT NULL)"),
        database("CREATE TABLE t (a int)"),
    );
    let project = project(&target);
    let up = file(&project, "up.sql");
    let migrate = |more: &[&str]| {
        let usual = [
            "schema", "migrate", "--source", &source, "--target", "test", "--output", &up, "--format", "json",
        ];
        let arguments: Vec<&str> = usual.into_iter().chain(more.iter().copied()).collect();
        project.nova(&arguments)
    };
    migrate(&[]).exits(0);
    let run = migrate(&["--prove"]).exits(1);
    run.error(1314);
    let proof = &run.json()["proof"];
    assert_eq!(
        (&proof["holds"], &proof["without_rows"]),
        (&false.into(), &true.into()),
        "{proof:#}"
    );
    assert!(fs::read_to_string(&up).unwrap().contains("may fail"));
}

#[test]
fn an_online_migration_keeps_out_nobody() {
    let (source, target) = (database(AFTER), database(BEFORE));
    let project = project(&target);
    let up = file(&project, "up.sql");
    project
        .nova(&[
            "schema", "migrate", "--source", &source, "--target", "test", "--output", &up, "--online",
        ])
        .exits(0);
    let script = fs::read_to_string(&up).unwrap();
    for words in [
        "SET lock_timeout",
        "CREATE INDEX CONCURRENTLY",
        "NOT VALID",
        "VALIDATE CONSTRAINT",
    ] {
        assert!(script.contains(words), "{words} in {script}");
    }
    project
        .nova(&["schema", "apply", "--target", "test", "--migration", &up, "--confirm"])
        .exits(0);
    project
        .nova(&["schema", "compare", "--source", &source, "--target", "test"])
        .exits(0);
}

/// Applies a script and kills the program while it waits for a table that this test has locked.
fn killed_in_the_middle(project: &Project, url: &str) -> String {
    project.write(
        "steps.sql",
        "ALTER TYPE mood ADD VALUE 'c';\nBEGIN;\nCREATE TABLE first (id int);\nCOMMIT;\n\
         BEGIN;\nCREATE TABLE second (id int);\nALTER TABLE people ADD COLUMN n int;\nCOMMIT;\nBEGIN;\nCREATE TABLE last (id int);\nCOMMIT;\n",
    );
    let script = file(project, "steps.sql");
    let (holder, watcher) = (Session::open(url), Session::open(url));
    // Reading goes on meanwhile: the program looks at the schema first.
    holder.run("BEGIN; LOCK TABLE people IN ACCESS SHARE MODE");
    let running = project.start(&[
        "schema",
        "apply",
        "--target",
        "test",
        "--migration",
        &script,
        "--confirm",
    ]);
    let waiting = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%ALTER TABLE people%' AND pid <> pg_backend_pid()";
    waiting::until("the migration waits for the table", || {
        !watcher.rows(waiting).is_empty()
    });
    running.kill();
    watcher.run(&format!("SELECT pg_terminate_backend(pid) FROM ({waiting}) w"));
    waiting::until("its session is gone", || watcher.rows(waiting).is_empty());
    holder.run("COMMIT");
    script
}

#[test]
fn a_migration_that_was_killed_goes_on_where_it_was() {
    let target = database(BEFORE);
    let project = project(&target);
    let script = killed_in_the_middle(&project, &target);
    let session = Session::open(&target);
    assert_eq!(
        session.value("SELECT to_regclass('first') IS NOT NULL AND to_regclass('second') IS NULL"),
        "t"
    );
    project.write("other.sql", "CREATE TABLE other (id int);\n");
    let other = file(&project, "other.sql");
    let apply = |script: &str| {
        project.nova(&[
            "schema",
            "apply",
            "--target",
            "test",
            "--migration",
            script,
            "--confirm",
            "--output",
            "json",
        ])
    };
    apply(&other).exits(3).error(1311);
    let json = apply(&script).exits(0).json();
    assert_eq!(
        (json["units"].as_u64(), json["done_before"].as_u64()),
        (Some(2), Some(2)),
        "{json:#}"
    );
    assert_eq!(
        session.value("SELECT to_regclass('last') IS NOT NULL AND to_regnamespace('nova_migrations') IS NULL"),
        "t"
    );
    assert_eq!(
        session.number(
            "SELECT count(*) FROM information_schema.columns WHERE table_name = 'people' AND column_name = 'n'"
        ),
        1
    );
    apply(&other).exits(0);
}

#[test]
fn a_migration_that_was_killed_is_taken_back() {
    let (target, as_before) = (database(BEFORE), database(BEFORE));
    let project = project(&target);
    killed_in_the_middle(&project, &target);
    let back = || {
        project.nova(&[
            "schema",
            "apply",
            "--target",
            "test",
            "--rollback",
            "--confirm",
            "--output",
            "json",
        ])
    };
    let json = back().exits(0).json();
    assert_eq!(json["status"], "rolled_back");
    project
        .nova(&["schema", "compare", "--source", &as_before, "--target", "test"])
        .exits(0);
    assert_eq!(
        Session::open(&target).column("SELECT name || feels FROM people ORDER BY id"),
        ["onea", "twoa"]
    );
    back().exits(2);
}

#[test]
fn a_statement_that_fails_leaves_nothing_of_its_transaction() {
    let target = database(BEFORE);
    let project = project(&target);
    project.write(
        "bad.sql",
        "BEGIN;\nCREATE TABLE one (id int);\nCREATE TABLE people (id int);\nCOMMIT;\n",
    );
    let script = file(&project, "bad.sql");
    let run = project.nova(&[
        "schema",
        "apply",
        "--target",
        "test",
        "--migration",
        &script,
        "--confirm",
        "--output",
        "json",
    ]);
    let error = run.exits(1).error(1310);
    for words in ["line 3: ", "CREATE TABLE people (id int)", "the target is as it was"] {
        assert!(error.to_string().contains(words), "{words} in {error:#}");
    }
    assert_eq!(
        Session::open(&target)
            .value("SELECT to_regclass('one') IS NULL AND to_regnamespace('nova_migrations') IS NULL"),
        "t"
    );
}

#[test]
fn a_script_says_that_rows_of_the_default_partition_may_stand_in_the_way() {
    let begin = "CREATE TABLE seen (at int) PARTITION BY RANGE (at); CREATE TABLE seen_rest PARTITION OF seen DEFAULT;";
    let wanted = database(&format!(
        "{begin} CREATE TABLE seen_1 PARTITION OF seen FOR VALUES FROM (0) TO (10);"
    ));
    let target = database(&format!("{begin} INSERT INTO seen VALUES (5), (50);"));
    let project = project(&target);
    let (up, source) = (file(&project, "up.sql"), wanted.as_str());
    project
        .nova(&[
            "schema", "migrate", "--source", source, "--target", "test", "--output", &up,
        ])
        .exits(0);
    let script = std::fs::read_to_string(&up).unwrap();
    assert!(
        script.contains("may fail: rows of the default partition public.seen_rest"),
        "{script}"
    );
    let apply = || project.nova(&["schema", "apply", "--target", "test", "--migration", &up, "--confirm"]);
    apply().exits(1);
    Session::open(&target)
        .value("WITH moved AS (DELETE FROM seen WHERE at = 5 RETURNING 1) SELECT count(*) FROM moved");
    apply().exits(0);
}

#[test]
fn production_is_never_changed() {
    let project = project(&database(BEFORE));
    project.write("up.sql", "CREATE TABLE intruder (id int);\n");
    project
        .nova(&["schema", "backup", "--environment", "production", "--name", "kept"])
        .exits(0);
    let up = file(&project, "up.sql");
    let production = PRODUCTION.url("postgres");
    for arguments in [
        vec!["apply", "--target", "production", "--migration", &up, "--confirm"],
        vec!["apply", "--target", &production, "--migration", &up, "--confirm"],
        vec!["restore", "--environment", "production", "--input", "kept", "--confirm"],
        vec!["dependencies", "--environment", "production", "--fix"],
    ] {
        let arguments: Vec<&str> = std::iter::once("schema").chain(arguments).collect();
        project.nova(&arguments).exits(3);
    }
    let session = Session::open(&production);
    assert_eq!(session.value("SELECT to_regclass('intruder') IS NULL"), "t");
}

#[test]
fn a_backup_of_a_schema_comes_back_and_rows_stay() {
    let (target, as_before) = (database(BEFORE), database(BEFORE));
    let project = project(&target);
    let json = project
        .nova(&["schema", "backup", "--environment", "test", "--output", "json"])
        .exits(0)
        .json();
    assert!(json["name"].as_str().unwrap().starts_with("test-"), "{json:#}");
    Session::open(&target)
        .run("DROP VIEW names; ALTER TABLE people ALTER id TYPE bigint, DROP name; CREATE TABLE more (id int)");
    project
        .nova(&["schema", "restore", "--environment", "test", "--confirm"])
        .exits(1);
    Session::open(&target).run("UPDATE people SET feels = 'b'; ALTER TABLE people ADD name text");
    Session::open(&target).run("UPDATE people SET name = 'x' || id");
    project
        .nova(&["schema", "restore", "--environment", "test", "--confirm"])
        .exits(0);
    let session = Session::open(&target);
    assert_eq!(
        session.column("SELECT name || feels FROM people ORDER BY id"),
        ["x1b", "x2b"]
    );
    let left = project.nova(&["schema", "compare", "--source", &as_before, "--target", "test"]);
    left.exits(0);
    project
        .nova(&[
            "schema",
            "restore",
            "--environment",
            "test",
            "--input",
            "none",
            "--confirm",
        ])
        .exits(2);
}

#[test]
fn what_both_sides_changed_is_a_conflict() {
    let (a, b) = (database(BEFORE), database(BEFORE));
    let project = project(&b);
    project
        .nova(&["schema", "backup", "--environment", "test", "--name", "base"])
        .exits(0);
    let conflicts = || {
        project.nova(&[
            "schema",
            "conflicts",
            "--source",
            &a,
            "--target",
            "test",
            "--base",
            "base",
            "--output",
            "json",
        ])
    };
    Session::open(&a).run("ALTER TABLE people ADD mail text");
    Session::open(&b).run("CREATE INDEX i ON visits (person)");
    assert_eq!(conflicts().exits(0).json()["status"], "none");
    Session::open(&b).run("ALTER TABLE people ADD mail int");
    let json = conflicts().exits(5).json();
    assert!(json["conflicts"].to_string().contains("public.people"), "{json:#}");
    project
        .nova(&["schema", "conflicts", "--source", &a, "--target", "test"])
        .exits(1);
}

#[test]
fn what_is_broken_is_found_and_mended_where_it_can_be() {
    let target = database(BEFORE);
    let session = Session::open(&target);
    session.run(
        "INSERT INTO visits VALUES (2, 1); ALTER TABLE visits ADD CONSTRAINT positive CHECK (person > 0) NOT VALID;
         SET check_function_bodies = off; CREATE FUNCTION broken() RETURNS int LANGUAGE sql AS 'SELECT gone FROM people'",
    );
    session
        .try_run("CREATE UNIQUE INDEX CONCURRENTLY once ON visits (person)")
        .unwrap_err();
    let project = project(&target);
    let look = |more: &[&str]| {
        let usual = ["schema", "dependencies", "--environment", "test", "--output", "json"];
        let arguments: Vec<&str> = usual.into_iter().chain(more.iter().copied()).collect();
        project.nova(&arguments)
    };
    let json = look(&[]).exits(5).json();
    for words in ["broken()", "positive on public.visits", "once"] {
        assert!(json["broken"].to_string().contains(words), "{words} in {json:#}");
    }
    session.run("DELETE FROM visits WHERE id = 2");
    let json = look(&["--fix"]).exits(5).json();
    let mended = json["broken"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["repaired"] == true)
        .count();
    assert_eq!(mended, 2, "{json:#}");
    session.run("DROP FUNCTION broken()");
    assert_eq!(look(&[]).exits(0).json()["status"], "sound");
}
