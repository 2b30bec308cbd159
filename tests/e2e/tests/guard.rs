//! What is refused, and that a refusal writes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use nova_e2e::servers::{self, PRODUCTION, TARGET, databases_of};
use nova_e2e::{Contents, Project, Session, waiting};
use nova_pgserver::{Cluster, Options};
use std::fs;
use std::net::TcpListener;

const ROWS: u64 = 200;

/// Signs of statements that change something. Statements are compared without their string literals.
const WRITING: [&str; 20] = [
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "CREATE",
    "ALTER",
    "DROP",
    "GRANT",
    "REVOKE",
    "COMMENT ON",
    "VACUUM",
    "ANALYZE",
    "REINDEX",
    "CLUSTER",
    "REFRESH",
    "NEXTVAL",
    "SETVAL",
    "PG_TERMINATE",
    "PG_CANCEL",
    "READ WRITE",
];

/// Statements of `nova` in the server's log behind its first `skip` bytes.
fn statements(server: &Cluster, skip: usize) -> Vec<String> {
    let log = fs::read(server.log()).unwrap();
    let log = String::from_utf8_lossy(&log[skip..]).into_owned();
    let mut found: Vec<String> = Vec::new();
    let mut ours = false;
    for line in log.lines() {
        match line.strip_prefix("app=") {
            Some(entry) => {
                ours = entry.starts_with("nova ");
                if ours {
                    found.push(entry.to_owned());
                }
            }
            // Continuation lines begin with a tab.
            None if ours && line.starts_with('\t') => found.last_mut().unwrap().push_str(line),
            None => ours = false,
        }
    }
    found.retain(|entry| entry.contains("statement:") || entry.contains("execute "));
    found
}

/// A statement without what stands in quotes, in capitals.
fn bare(statement: &str) -> String {
    let code = statement.split_once(": ").map_or(statement, |(_, code)| code);
    let outside: Vec<&str> = code.split('\'').step_by(2).collect();
    outside.join(" ").to_uppercase()
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect()
}

/// True when the phrase occurs as whole words; function names by their beginning.
fn has(text: &str, phrase: &str) -> bool {
    let phrase = words(phrase);
    words(text).windows(phrase.len()).any(|window| {
        window
            .iter()
            .zip(&phrase)
            .all(|(word, wanted)| word == wanted || (wanted.starts_with("PG_") && word.starts_with(wanted)))
    })
}

/// Fails when one of the statements could write.
fn assert_only_reads(statements: &[String]) {
    assert!(
        !statements.is_empty(),
        "the log shows nothing of nova: the test would prove nothing"
    );
    for statement in statements {
        let code = bare(statement);
        let writes = WRITING.iter().find(|sign| has(&code, sign));
        assert_eq!(writes, None, "production was sent: {statement}");
    }
}

/// A production server that logs every statement and assigns no transaction ids of its own accord.
fn watched_server() -> Cluster {
    let host = if TcpListener::bind("[::1]:0").is_ok() {
        "127.0.0.1, ::1"
    } else {
        "127.0.0.1"
    };
    let options = Options::default()
        .set("log_statement", "all")
        .set("log_line_prefix", "app=%a ")
        .set("autovacuum", "off")
        .set("listen_addresses", host);
    servers::start_with(None, options)
}

const NEXT_TRANSACTION: &str = "SELECT pg_snapshot_xmax(pg_current_snapshot())";

#[test]
fn a_target_that_is_production_under_any_other_name_is_refused_and_production_is_sent_no_writing_statement() {
    let server = watched_server();
    let production = servers::empty(&server, "shop");
    servers::fill(&production, ROWS);
    let look = Session::open(&production);
    look.run("CREATE ROLE somebody LOGIN SUPERUSER PASSWORD 'another'");
    let name = servers::name_of(&production).to_owned();
    let before = (Contents::of(&production), look.number(NEXT_TRANSACTION));

    let (password, port) = (server.password(), server.port());
    let mut disguises = vec![
        format!("postgres://postgres:{password}@127.0.0.1:{port}/{name}"),
        format!("postgres://postgres:{password}@localhost:{port}/{name}"),
        format!("postgres://somebody:another@127.0.0.1:{port}/{name}?application_name=nova"),
        server.socket_url(&name),
    ];
    if TcpListener::bind("[::1]:0").is_ok() {
        disguises.push(format!("postgres://postgres:{password}@[::1]:{port}/{name}"));
    }
    let skip = fs::metadata(server.log()).unwrap().len().try_into().unwrap();
    for disguise in &disguises {
        let project = Project::new(&production, disguise);
        let run = project.clone_to_test(&[]).exits(3);
        assert_eq!(run.json()["status"], "refused", "{disguise}");
        let codes = run.stdout.contains("NOVA-1101") || run.stdout.contains("NOVA-1102");
        assert!(codes, "{disguise}: {run:#?}");
        // Without the source's help: production was seen once, from then on it is known by its identity.
        project.environment("elsewhere", &servers::old_target(&TARGET), "test");
        let from_elsewhere = [
            "clone",
            "--source",
            "elsewhere",
            "--target",
            "test",
            "--anonymize",
            "--yes",
            "--output",
            "json",
        ];
        project.nova(&from_elsewhere).exits(3).error(1101);
        project
            .nova(&["rollback", "--environment", "test", "--yes", "--output", "json"])
            .exits(2);
    }
    assert_only_reads(&statements(&server, skip));
    assert_eq!(
        look.number(NEXT_TRANSACTION),
        before.1,
        "a transaction id was assigned on production"
    );
    Contents::of(&production).assert_same(&before.0, "production");
}

#[test]
fn a_whole_clone_sends_production_no_writing_statement_and_assigns_no_transaction_id() {
    let server = watched_server();
    let production = servers::empty(&server, "shop");
    servers::fill(&production, ROWS);
    let look = Session::open(&production);
    let next = look.number(NEXT_TRANSACTION);
    let skip = fs::metadata(server.log()).unwrap().len().try_into().unwrap();
    let project = Project::new(&production, &servers::old_target(&TARGET));
    project.clone_to_test(&[]).exits(0);
    assert_only_reads(&statements(&server, skip));
    assert_eq!(
        look.number(NEXT_TRANSACTION),
        next,
        "a transaction id was assigned on production"
    );
}

#[test]
fn a_target_whose_type_or_name_says_production_is_refused() {
    let production = servers::sample(ROWS);
    let test = servers::old_target(&TARGET);
    let before = Contents::of(&test);
    let project = Project::new(&production, &test);
    project.environment("live", &test, "test");
    project.environment("spare", &test, "production");
    for target in ["live", "spare", "production"] {
        let arguments = [
            "clone",
            "--source",
            "production",
            "--target",
            target,
            "--anonymize",
            "--yes",
            "--output",
            "json",
        ];
        let run = project.nova(&arguments).exits(3);
        assert!(
            run.stdout.contains("NOVA-1101") || run.stdout.contains("NOVA-1109"),
            "{target}: {run:#?}"
        );
    }
    Contents::of(&test).assert_same(&before, "the target of refused clones");
}

#[test]
fn a_target_declared_as_test_whose_host_says_production_is_refused() {
    let project = Project::new(&servers::sample(ROWS), &servers::old_target(&TARGET));
    // The driver connects to `hostaddr`; the host is only a name here.
    let address = format!(
        "postgres://postgres:{}@db-prod-1.example.org:{}/{}?hostaddr=127.0.0.1",
        TARGET.password(),
        TARGET.port(),
        servers::database(&TARGET, "copy")
    );
    project.environment("test", &address, "test");
    let run = project.clone_to_test(&[]).exits(3);
    assert!(
        run.stdout.contains("NOVA-1109") || run.stdout.contains("NOVA-1101"),
        "{run:#?}"
    );
}

#[test]
fn a_reading_role_that_row_level_security_filters_is_refused() {
    let production = servers::sample(ROWS);
    let admin = Session::open(&production);
    let role = format!("reader_of_{}", servers::name_of(&production));
    admin.run(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'pass';
         GRANT USAGE ON SCHEMA auth, audit, extensions TO {role};
         GRANT SELECT ON ALL TABLES IN SCHEMA public, auth, audit TO {role};
         GRANT SELECT ON ALL SEQUENCES IN SCHEMA public, auth, audit TO {role}"
    ));
    let reading = production.replace(
        &format!("postgres:{}@", PRODUCTION.password()),
        &format!("{role}:pass@"),
    );
    let project = Project::new(&reading, &servers::old_target(&TARGET));
    let error = project.clone_to_test(&[]).exits(3).error(1103);
    let details = error["details"].to_string();
    for table in ["reservations", "patients", "messages"] {
        assert!(details.contains(table), "{error:#}");
    }
    admin.run(&format!("REVOKE SELECT ON categories FROM {role}"));
    let error = project.clone_to_test(&[]).exits(3).error(1104);
    assert!(error["details"].to_string().contains("categories"), "{error:#}");

    admin.run(&format!(
        "GRANT SELECT ON categories TO {role}; ALTER ROLE {role} BYPASSRLS"
    ));
    project.clone_to_test(&[]).exits(0);
}

#[test]
fn a_target_role_that_may_not_create_databases_is_refused() {
    let test = servers::old_target(&TARGET);
    let role = format!("writer_of_{}", servers::name_of(&test));
    Session::open(&test).run(&format!("CREATE ROLE {role} LOGIN PASSWORD 'pass'"));
    let writing = test.replace(&format!("postgres:{}@", TARGET.password()), &format!("{role}:pass@"));
    let project = Project::new(&servers::sample(ROWS), &writing);
    let error = project.clone_to_test(&[]).exits(3).error(1105);
    assert!(error["remedy"].as_str().unwrap().contains(&role), "{error:#}");
}

#[test]
fn a_target_that_could_not_be_dropped_later_is_refused() {
    let test = servers::old_target(&TARGET);
    let before = Contents::of(&test);
    let target = Session::open(&test);
    let name = format!("sub of {}", servers::name_of(&test));
    target.run(&format!(
        "CREATE SUBSCRIPTION \"{name}\" CONNECTION 'host=nova.invalid' PUBLICATION p WITH (connect = false, slot_name = NONE)"
    ));
    let project = Project::new(&servers::sample(ROWS), &test);
    let error = project.clone_to_test(&[]).exits(3).error(1105);
    let remedy = error["remedy"].as_str().unwrap();
    assert!(remedy.contains(&format!("DROP SUBSCRIPTION \"{name}\"")), "{error:#}");
    Contents::of(&test).assert_same(&before, "the target");
    target.run(&format!("DROP SUBSCRIPTION \"{name}\""));
    project.clone_to_test(&[]).exits(0);
}

#[test]
fn a_target_role_that_owns_the_target_and_may_create_databases_and_roles_is_enough() {
    let test = servers::old_target(&TARGET);
    let name = servers::name_of(&test);
    let role = format!("owner_of_{name}");
    Session::open(&test).run(&format!(
        "CREATE ROLE {role} LOGIN CREATEDB CREATEROLE PASSWORD 'pass'; ALTER DATABASE {name} OWNER TO {role}"
    ));
    let writing = test.replace(&format!("postgres:{}@", TARGET.password()), &format!("{role}:pass@"));
    let production = servers::sample(ROWS);
    let project = Project::new(&production, &writing);
    // Only where a policy binds owners, too, they could not count what they have loaded.
    let error = project.clone_to_test(&[]).exits(3).error(1105);
    assert!(error["cause"].as_str().unwrap().contains("public.bills"), "{error:#}");
    assert!(error["remedy"].as_str().unwrap().contains("BYPASSRLS"), "{error:#}");
    Session::open(&production).run("ALTER TABLE bills NO FORCE ROW LEVEL SECURITY");
    // Nor may they set default privileges of a role that they are not.
    let error = project.clone_to_test(&[]).exits(3).error(1307);
    assert!(error["cause"].as_str().unwrap().contains("postgres"), "{error:#}");
    Session::open(&production)
        .run("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM service_role");
    project.clone_to_test(&[]).exits(0);
    project.roll_back(&[]).exits(0);
}

#[test]
fn an_object_that_cannot_be_carried_is_named_and_left_out_only_when_asked() {
    let production = servers::sample(ROWS);
    let admin = Session::open(&production);
    admin.run("SELECT lo_from_bytea(0, 'a large object')");
    admin.run(
        "CREATE SUBSCRIPTION incoming CONNECTION 'host=127.0.0.1 dbname=nowhere' PUBLICATION anything
         WITH (connect = false, enabled = false, slot_name = NONE)",
    );
    let project = Project::new(&production, &servers::old_target(&TARGET));
    let run = project.clone_to_test(&[]).exits(3);
    let error = run.error(1301).to_string();
    assert!(
        error.contains("large objects") && !error.contains("incoming"),
        "a subscription always stays behind: {error}"
    );

    let result = project.clone_to_test(&["--skip-unsupported"]).exits(0).json();
    let skipped = result["skipped"].to_string();
    assert!(
        skipped.contains("large objects") && skipped.contains("incoming"),
        "{result:#}"
    );
    // Nothing may keep the template from being copied or the server from being stopped.
    admin.run("DROP SUBSCRIPTION incoming");
}

#[test]
fn what_an_older_target_cannot_hold_is_refused_by_name() {
    let (newest, older) = (servers::start(Some(18)), servers::start(Some(15)));
    let production = servers::empty(&newest, "shop");
    let admin = Session::open(&production);
    admin.run("CREATE TABLE prices (net numeric, gross numeric GENERATED ALWAYS AS (net * 1.2) VIRTUAL)");
    let project = Project::new(&production, &servers::old_target(&older));
    project.write("rules.json", "{\"rules\": []}");
    let error = project.clone_to_test(&[]).exits(3).error(1302).to_string();
    assert!(error.contains("prices") && error.contains("gross"), "{error}");
    admin.run("DROP TABLE prices; CREATE TABLE labels (name text UNIQUE NULLS NOT DISTINCT)");
    project.clone_to_test(&[]).exits(0);

    let oldest = servers::start(Some(13));
    project.environment("test", &servers::old_target(&oldest), "test");
    let error = project.clone_to_test(&[]).exits(3).error(1302).to_string();
    assert!(error.contains("labels"), "{error}");
}

#[test]
fn two_clones_into_one_target_do_not_meet() {
    let (production, test) = (servers::sample(ROWS), servers::old_target(&TARGET));
    let project = Project::new(&production, &test);
    let first = project.start_clone(&[]);
    waiting::until("the first clone has a staging database", || {
        project
            .history()
            .operations()
            .first()
            .is_some_and(|id| !databases_of(&TARGET, id).is_empty())
    });
    project.pause(&first);
    let holder = project.history().operations().swap_remove(0);
    let error = project.clone_to_test(&[]).exits(3).error(1107);
    assert!(error.to_string().contains(&holder), "{error:#}");
    first.signal("CONT");
    let first = first.wait().exits(0);
    assert_eq!(first.json()["status"], "completed");
    project.clone_to_test(&[]).exits(0);
}

#[test]
fn a_target_that_became_another_database_meanwhile_is_not_replaced() {
    let (production, test) = (servers::sample(ROWS), servers::old_target(&TARGET));
    let project = Project::new(&production, &test);
    let before = Contents::of(&test);
    let clone = project.start_clone(&[]);
    waiting::until("there is a staging database", || {
        project
            .history()
            .operations()
            .first()
            .is_some_and(|id| !databases_of(&TARGET, id).is_empty())
    });
    project.pause(&clone);
    let operation = project.history().operations().swap_remove(0);
    let name = servers::name_of(&test);
    let admin = Session::open(&TARGET.url("postgres"));
    admin.run(&format!("ALTER DATABASE {name} RENAME TO {name}_aside"));
    admin.run(&format!("CREATE DATABASE {name}"));
    let newcomer = Session::open(&test);
    newcomer.run("CREATE TABLE newcomer (note text); INSERT INTO newcomer VALUES ('not to be replaced')");
    let new_contents = Contents::of(&test);
    clone.signal("CONT");
    clone.wait().exits(3).error(1108);
    Contents::of(&test).assert_same(&new_contents, "the database that took the name");
    Contents::of(&TARGET.url(&format!("{name}_aside"))).assert_same(&before, "the database that was the target");
    assert!(!servers::databases(&TARGET).contains(&format!("nova_prev_{operation}")));
}
