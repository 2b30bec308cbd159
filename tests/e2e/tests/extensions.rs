//! Extensions with tables of their own, which users add rows, rules, triggers and policies to. Those here bear the names of
//! real ones, because it is by its name that Nova knows whose rows are settings and which one acts by itself.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use nova_e2e::servers::{self, empty};
use nova_e2e::{Project, Session};
use nova_pgserver::{Cluster, Options};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;

/// Systems of coordinates: one of its own, and a view with a rule.
const COORDINATES: &str = "
    CREATE TABLE systems (id int PRIMARY KEY, name text, secret text GENERATED ALWAYS AS ('s' || id) STORED);
    INSERT INTO systems VALUES (1, 'of the extension');
    SELECT pg_catalog.pg_extension_config_dump('systems', 'WHERE id > 100');
    CREATE TABLE layers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, of int REFERENCES systems, note text);
    SELECT pg_catalog.pg_extension_config_dump('layers', '');
    CREATE VIEW columns AS SELECT name FROM systems;
    CREATE RULE columns_insert AS ON INSERT TO columns DO INSTEAD NOTHING;
    CREATE FUNCTION checked() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER checks BEFORE UPDATE ON layers FOR EACH ROW EXECUTE FUNCTION checked();";

/// A scheduler, which refuses every database but one.
const SCHEDULER: &str = "
    DO $$BEGIN
      IF current_database() <> 'with_jobs' THEN RAISE 'can only create extension in database with_jobs'; END IF;
    END$$;
    CREATE SCHEMA cron;
    CREATE TABLE cron.job (id int, command text);
    SELECT pg_catalog.pg_extension_config_dump('cron.job', '');
    ALTER TABLE cron.job ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON cron.job USING (true);
    CREATE FUNCTION cron.schedule(text) RETURNS void LANGUAGE sql AS 'INSERT INTO cron.job VALUES (1, $1)';";

/// Keeps what is not for a copy.
const QUEUE: &str = "
    CREATE TABLE waiting (who text);
    SELECT pg_catalog.pg_extension_config_dump('waiting', '');";

struct Servers {
    production: Cluster,
    test: Cluster,
    _extensions: TempDir,
}

/// PostgreSQL 18 looks for extensions where it is told to.
static SERVERS: LazyLock<Servers> = LazyLock::new(|| {
    let folder = tempfile::Builder::new().prefix("nova-extensions-").tempdir().unwrap();
    let inner = folder.path().join("extension");
    fs::create_dir(&inner).unwrap();
    for (name, script, more) in [
        ("postgis", COORDINATES, "relocatable = false"),
        ("pg_cron", SCHEDULER, "schema = pg_catalog"),
        ("queue", QUEUE, ""),
    ] {
        write(
            &inner.join(format!("{name}.control")),
            &format!("default_version = '1.0'\n{more}\n"),
        );
        write(&inner.join(format!("{name}--1.0.sql")), script);
    }
    for folder in [folder.path(), &inner] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("$system:{}", folder.path().display());
    let start = || servers::start_with(Some(18), Options::default().set("extension_control_path", &path));
    Servers {
        production: start(),
        test: start(),
        _extensions: folder,
    }
});

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
}

/// Without the sample's rules.
fn project(production: &str, test: &str) -> Project {
    let project = Project::new(production, test);
    project.write("nova.toml", "");
    project
}

#[test]
fn what_users_added_to_an_extension_comes_along_and_what_it_brings_is_left_to_it() {
    let source = empty(&SERVERS.production, "shop");
    let production = Session::open(&source);
    production.run(
        "CREATE EXTENSION postgis;
         INSERT INTO systems VALUES (101, E'one''s \\\\own'), (102, NULL);
         INSERT INTO layers (of, note) VALUES (102, 'a layer');
         CREATE FUNCTION public.told() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER added AFTER INSERT ON layers FOR EACH ROW EXECUTE FUNCTION public.told();
         CREATE RULE kept AS ON DELETE TO systems DO INSTEAD NOTHING;
         CREATE POLICY seen ON layers FOR SELECT TO PUBLIC USING (note <> 'it''s');
         CREATE TABLE people (id int PRIMARY KEY, email text);
         INSERT INTO people VALUES (1, 'somebody@example.org');",
    );
    let target = empty(&SERVERS.test, "copy");
    let project = project(&source, &target);
    let json = project.clone_to_test(&[]).exits(0).json();
    assert_eq!(json["skipped"].as_array().unwrap().len(), 0, "{json:#}");

    let copy = Session::open(&target);
    for query in [
        "SELECT id, name, secret FROM systems ORDER BY id",
        "SELECT id, of, note FROM layers ORDER BY id",
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'layers'::regclass AND NOT tgisinternal ORDER BY 1",
        "SELECT rulename, pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class IN ('systems'::regclass, 'columns'::regclass) ORDER BY 1",
        "SELECT polname, pg_get_expr(polqual, polrelid) FROM pg_policy ORDER BY 1",
    ] {
        let rows = production.rows(query);
        assert!(!rows.is_empty(), "{query}");
        assert_eq!(copy.rows(query), rows, "{query}");
    }
    assert_ne!(copy.value("SELECT email FROM people"), "somebody@example.org");

    let run = project.nova(&["schema", "compare", "--source", "production", "--target", "test"]);
    run.exits(0);
    copy.run("DROP RULE kept ON systems");
    let run = project.nova(&["schema", "compare", "--source", "production", "--target", "test"]);
    assert!(run.exits(5).stdout.contains("kept"));
    // Again over what is there, where all of it exists already.
    project.clone_to_test(&[]).exits(0);
}

#[test]
fn a_copy_has_no_scheduler() {
    let source = SERVERS.production.url("with_jobs");
    Session::open(&SERVERS.production.url("postgres")).run("CREATE DATABASE with_jobs");
    Session::open(&source).run(
        "CREATE EXTENSION pg_cron;
         SELECT cron.schedule('DELETE FROM people');
         GRANT USAGE ON SCHEMA cron TO PUBLIC;
         GRANT EXECUTE ON FUNCTION cron.schedule(text) TO PUBLIC;
         ALTER DEFAULT PRIVILEGES IN SCHEMA cron GRANT SELECT ON TABLES TO PUBLIC;
         CREATE POLICY mine ON cron.job USING (false);
         CREATE FUNCTION public.plan() RETURNS void LANGUAGE plpgsql AS 'BEGIN PERFORM cron.schedule(''x''); END';
         CREATE TABLE people (id int PRIMARY KEY, email text);
         INSERT INTO people VALUES (1, 'somebody@example.org');",
    );
    let target = empty(&SERVERS.test, "copy");
    let project = project(&source, &target);
    let json = project.clone_to_test(&[]).exits(0).json();
    assert!(json["skipped"].to_string().contains("extension pg_cron"), "{json:#}");
    let copy = Session::open(&target);
    assert_eq!(
        copy.number("SELECT count(*) FROM pg_namespace WHERE nspname = 'cron'"),
        0
    );
    assert_eq!(copy.number("SELECT count(*) FROM pg_proc WHERE proname = 'plan'"), 1);
}

#[test]
fn rows_that_are_no_settings_are_named() {
    let source = empty(&SERVERS.production, "shop");
    Session::open(&source).run("CREATE EXTENSION queue; INSERT INTO waiting VALUES ('somebody')");
    let target = empty(&SERVERS.test, "copy");
    let project = project(&source, &target);
    let run = project.clone_to_test(&[]).exits(3);
    run.error(1301);
    assert!(run.stdout.contains("public.waiting of queue"), "{run:#?}");
    let json = project.clone_to_test(&["--skip-unsupported"]).exits(0).json();
    assert!(
        json["skipped"].to_string().contains("public.waiting of queue"),
        "{json:#}"
    );
    assert_eq!(Session::open(&target).number("SELECT count(*) FROM waiting"), 0);
}
