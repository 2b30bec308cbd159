//! Production becomes a test environment: what is copied, what is replaced, what can be taken back.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use nova_cli::demo::sample;
use nova_e2e::servers::{self, PRODUCTION, TARGET, databases_of};
use nova_e2e::{Contents, Project, Session};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Reservations in the sample of these tests.
const ROWS: u64 = 600;

/// A project with the sample as production and something older in test.
fn project() -> (Project, String, String) {
    let (production, test) = (servers::sample(ROWS), servers::old_target(&TARGET));
    (Project::new(&production, &test), production, test)
}

/// Columns of the sample with personal data that no rule names: what detection must find.
const DETECTED: [(&str, &str); 19] = [
    ("auth.users", "phone"),
    ("public.bill_notifications", "recipient_email"),
    ("public.bills", "iban"),
    ("public.cabinets", "city"),
    ("public.cabinets", "email"),
    ("public.cabinets", "phone"),
    ("public.cabinets", "postal_code"),
    ("public.newsletter_subscriptions", "email"),
    ("public.patients", "allergies"),
    ("public.patients", "birth_date"),
    ("public.patients", "city"),
    ("public.patients", "email"),
    ("public.patients", "phone"),
    ("public.profiles", "city"),
    ("public.properties", "city"),
    ("public.properties", "postal_code"),
    ("public.reservations", "guest_email"),
    ("public.reservations", "guest_phone"),
    ("public.transactions", "counterparty_iban"),
];

/// The columns that are replaced, whole or in part: `schema.table` to column names.
fn masked_columns() -> BTreeMap<String, BTreeSet<String>> {
    let rules: Value = serde_json::from_str(sample::RULES).unwrap();
    let named = rules["rules"].as_array().unwrap().iter();
    let named = named.map(|rule| {
        (
            rule["tableName"].as_str().unwrap(),
            rule["columnName"].as_str().unwrap(),
        )
    });
    let mut masked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (table, column) in named.chain(DETECTED) {
        masked.entry(table.to_owned()).or_default().insert(column.to_owned());
    }
    masked
}

/// The rows of a table, only some columns, sorted.
fn part(session: &Session, table: &str, columns: &[String]) -> Vec<String> {
    let list: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let mut rows = session.lines(&format!("SELECT {} FROM ONLY {table}", list.join(", ")));
    rows.sort_unstable();
    rows
}

/// The columns of a table, without those that the server computes.
fn columns(session: &Session, table: &str) -> Vec<String> {
    session.column(&format!(
        "SELECT attname FROM pg_attribute
         WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
    ))
}

#[test]
fn the_result_says_what_was_copied_replaced_and_checked() {
    let (project, production, test) = project();
    let run = project.clone_to_test(&[]).exits(0);
    let result = run.json();
    assert_eq!(result["status"], "completed", "{result:#}");
    assert_eq!(
        (&result["source"], &result["target"]),
        (&"production".into(), &"test".into())
    );
    assert!(result["duration_ms"].as_u64().unwrap() > 0);
    assert!(result["bytes"].as_u64().unwrap() > 100_000, "{result:#}");
    assert_eq!(result["rollback_id"], result["operation_id"]);

    let (source, copy) = (Session::open(&production), Session::open(&test));
    let tables = result["tables"].as_array().unwrap();
    let mut rows = 0;
    for table in tables {
        let name = format!(
            "{}.{}",
            table["schema"].as_str().unwrap(),
            table["name"].as_str().unwrap()
        );
        let count = format!("SELECT count(*) FROM ONLY {name}");
        // Whoever is signed in at production stays there.
        let expected = if name == "auth.sessions" {
            0
        } else {
            source.number(&count)
        };
        assert_eq!(table["rows"].as_i64(), Some(expected), "{name}");
        assert_eq!(table["rows"].as_i64(), Some(copy.number(&count)), "{name}");
        rows += table["rows"].as_i64().unwrap();
    }
    assert_eq!(result["rows"].as_i64(), Some(rows));
    let all = source.number("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('auth', 'public', 'audit')");
    assert_eq!(i64::try_from(tables.len()).unwrap(), all);

    assert!(result["anonymized"]["columns"].as_u64().unwrap() > 40, "{result:#}");
    assert!(
        result["anonymized"]["values"].as_u64().unwrap() > 10 * ROWS,
        "{result:#}"
    );
    assert_eq!(result["validation"]["passed"], true);
    for check in result["validation"]["checks"].as_array().unwrap() {
        assert_eq!(check["passed"], true, "{check:#}");
        assert!(check["name"].is_string() && check["detail"].is_string(), "{check:#}");
    }
}

#[test]
fn columns_without_personal_data_are_equal_row_for_row_and_the_others_are_replaced() {
    let (project, production, test) = project();
    project.clone_to_test(&[]).exits(0);
    let (source, copy) = (Session::open(&production), Session::open(&test));
    let masked = masked_columns();
    let tables = source.rows(
        "SELECT format('%I.%I', n.nspname, c.relname), format('%I.%I', pn.nspname, coalesce(p.relname, c.relname))
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
         JOIN pg_namespace pn ON pn.oid = coalesce(p.relnamespace, c.relnamespace)
         WHERE c.relkind = 'r' AND n.nspname IN ('auth', 'audit', 'public') ORDER BY 1",
    );
    let (mut replaced, mut wrong) = (0, Vec::new());
    for names in tables {
        let [Some(table), Some(rules_of)] = &names[..] else {
            panic!("{names:?}")
        };
        if table == "auth.sessions" {
            assert_eq!(
                copy.number("SELECT count(*) FROM auth.sessions"),
                0,
                "sign-ins at production"
            );
            continue;
        }
        for column in columns(&source, table) {
            let place = format!("{table}.{column}");
            let only = [column.clone()];
            let (left, right) = (part(&source, table, &only), part(&copy, table, &only));
            assert_eq!(left.len(), right.len(), "{table}");
            let has_values = left.iter().any(|row| row != "\\N");
            match masked.get(rules_of).is_some_and(|columns| columns.contains(&column)) {
                true if left == right && has_values => wrong.push(format!("{place} is as it was")),
                true => replaced += usize::from(has_values),
                false if left != right => wrong.push(format!("{place} has changed")),
                false => {}
            }
        }
        let of_table = masked.get(rules_of);
        let mut untouched = columns(&source, table);
        untouched.retain(|column| !of_table.is_some_and(|masked| masked.contains(column)));
        let (left, right) = (part(&source, table, &untouched), part(&copy, table, &untouched));
        if let Some(difference) = left.iter().zip(&right).find(|(left, right)| left != right) {
            wrong.push(format!("{table} ({untouched:?}): {difference:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(replaced > 40, "{replaced} columns replaced");
    // Where the whole value is personal data, not one of them is left at its place.
    for (table, key, column) in [
        ("auth.users", "id", "email"),
        ("auth.users", "id", "phone"),
        ("profiles", "id", "first_name"),
        ("profiles", "id", "last_name"),
        ("patients", "id", "nir"),
        ("reservations", "id", "guest_email"),
        ("messages", "id", "body"),
        ("bills", "id", "iban"),
    ] {
        let pairs = format!("SELECT {key}::text, {column} FROM {table} WHERE {column} <> ''");
        let originals: BTreeMap<_, _> = source
            .rows(&pairs)
            .into_iter()
            .map(|row| (row[0].clone(), row[1].clone()))
            .collect();
        let kept = copy
            .rows(&pairs)
            .into_iter()
            .filter(|row| originals.get(&row[0]) == Some(&row[1]))
            .count();
        assert!(!originals.is_empty());
        assert_eq!(kept, 0, "{table}.{column} keeps originals");
    }
}

#[test]
fn the_same_key_gives_the_same_copy_and_another_key_another() {
    let (project, production, test) = project();
    project.clone_to_test(&[]).exits(0);
    let first = Contents::of(&test);
    project.clone_to_test(&[]).exits(0);
    Contents::of(&test).assert_same(&first, "a second clone under the same key");

    let elsewhere = servers::old_target(&TARGET);
    let stranger = Project::new(&production, &elsewhere);
    stranger.clone_to_test(&[]).exits(0);
    assert!(
        Contents::of(&elsewhere).difference(&first).is_some(),
        "two keys gave the same replacements"
    );
}

#[test]
fn natural_keys_still_join_unique_columns_stay_unique_and_foreign_keys_hold() {
    let (project, production, test) = project();
    project.clone_to_test(&[]).exits(0);
    let (source, copy) = (Session::open(&production), Session::open(&test));
    for join in [
        "SELECT count(*) FROM reservations JOIN auth.users ON users.email = guest_email",
        "SELECT count(*) FROM newsletter_subscriptions JOIN auth.users USING (email)",
        "SELECT count(*) FROM bill_notifications JOIN auth.users ON users.email = recipient_email",
        "SELECT count(DISTINCT email) FROM auth.users",
        "SELECT count(DISTINCT phone) FROM auth.users",
        "SELECT count(DISTINCT siret) FROM cabinets",
        "SELECT count(DISTINCT (cabinet_id, nir)) FROM patients WHERE nir IS NOT NULL",
        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated",
        "SELECT count(*) FROM pg_constraint WHERE contype IN ('u', 'p', 'x')",
        "SELECT count(*) FROM pg_index WHERE indisunique AND indisvalid AND indexrelid > 16383",
        "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT count(*) FROM pg_policies",
        "SELECT sum(stays) FROM property_revenue",
    ] {
        let expected = source.number(join);
        assert!(expected > 0, "{join}");
        assert_eq!(copy.number(join), expected, "{join}");
    }
    // What the server computes is computed from the replacements.
    let wrong = "SELECT count(*) FROM profiles WHERE initials IS DISTINCT FROM upper(left(first_name, 1) || left(last_name, 1))";
    assert_eq!(copy.number(wrong), 0);
    // The copy can be worked with: keys go on where they were.
    copy.run("INSERT INTO categories (name, direction) VALUES ('new', 1)");
}

#[test]
fn production_is_as_it_was() {
    let (project, production, _) = project();
    let before = Contents::of(&production);
    project.clone_to_test(&[]).exits(0);
    Contents::of(&production).assert_same(&before, "production after a clone");
}

#[test]
fn a_rollback_brings_back_what_was_there_and_a_second_one_finds_nothing() {
    let (project, _, test) = project();
    let before = Contents::of(&test);
    let operation = project.clone_to_test(&[]).exits(0).operation();
    assert!(Contents::of(&test).difference(&before).is_some());
    let rolled_back = project.roll_back(&[]).exits(0);
    assert_eq!(rolled_back.json()["status"], "completed", "{rolled_back:#?}");
    Contents::of(&test).assert_same(&before, "what the rollback brought back");
    assert_eq!(databases_of(&TARGET, &operation), Vec::<String>::new());
    assert_eq!(databases_of(&TARGET, &rolled_back.operation()), Vec::<String>::new());
    project.roll_back(&[]).exits(2).error(1702);
    Contents::of(&test).assert_same(&before, "after the refused second rollback");
}

#[test]
fn as_many_previous_databases_stay_as_the_setting_says() {
    let (project, _, test) = project();
    let oldest = Contents::of(&test);
    project.set("clone.keep_previous", "2");
    let ids: Vec<String> = (0..3)
        .map(|_| project.clone_to_test(&["--tables", "categories"]).exits(0).operation())
        .collect();
    let kept: Vec<usize> = ids.iter().map(|id| databases_of(&TARGET, id).len()).collect();
    assert_eq!(kept, [0, 1, 1], "previous databases of three clones");

    project.roll_back(&["--to-backup", &ids[0]]).exits(2).error(1702);
    project.roll_back(&["--to-backup", &ids[1]]).exits(0);
    assert_eq!(Session::open(&test).number("SELECT count(*) FROM bills"), 0);

    project.set("clone.keep_previous", "0");
    let id = project.clone_to_test(&["--tables", "categories"]).exits(0).operation();
    assert_eq!(databases_of(&TARGET, &id), Vec::<String>::new());
    assert!(Contents::of(&test).difference(&oldest).is_some());
}

#[test]
fn with_tables_only_those_and_what_they_reference_have_rows() {
    let (project, production, test) = project();
    let result = project.clone_to_test(&["--tables", "bills"]).exits(0).json();
    assert_eq!(result["validation"]["passed"], true);
    let (source, copy) = (Session::open(&production), Session::open(&test));
    for table in [
        "bills",
        "reservations",
        "properties",
        "profiles",
        "auth.users",
        "cabinets",
    ] {
        let count = format!("SELECT count(*) FROM {table}");
        assert_eq!(copy.number(&count), source.number(&count), "{table}");
    }
    for table in [
        "messages",
        "tasks",
        "audit.log",
        "transactions",
        "newsletter_subscriptions",
    ] {
        assert_eq!(copy.number(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

#[test]
fn a_dry_run_plans_and_leaves_the_targets_server_untouched() {
    let (project, production, _) = project();
    // A server of its own: the comparison looks at the whole server.
    let server = servers::start(None);
    let test = servers::old_target(&server);
    project.environment("test", &test, "test");
    let look = |server: &nova_pgserver::Cluster| {
        let session = Session::open(&server.url("postgres"));
        let transactions = session.value("SELECT pg_snapshot_xmax(pg_current_snapshot())");
        (servers::databases(server), transactions, Contents::of(&test))
    };
    Session::open(&test).run("VACUUM");
    let before = look(&server);
    let result = project.clone_to_test(&["--dry-run"]).exits(0).json();
    let after = look(&server);
    assert_eq!(before.0, after.0, "databases");
    assert_eq!(before.1, after.1, "the next transaction id of the target's server");
    after.2.assert_same(&before.2, "the target after a dry run");
    assert!(result["anonymized"]["columns"].as_u64().unwrap() > 40, "{result:#}");
    assert!(!result["tables"].as_array().unwrap().is_empty());
    assert_eq!(result["rollback_id"], Value::Null);
    drop(production);
}

#[test]
fn production_is_not_cloned_with_personal_data_unless_someone_has_decided_so() {
    let (project, production, test) = project();
    let before = Contents::of(&test);
    let plain = [
        "clone",
        "--source",
        "production",
        "--target",
        "test",
        "--yes",
        "--output",
        "json",
    ];
    project.nova(&plain).exits(3).error(1106);
    Contents::of(&test).assert_same(&before, "the target of a refused clone");

    let decided: Vec<&str> = plain.iter().copied().chain(["--allow-personal-data"]).collect();
    let operation = project.nova(&decided).exits(0).operation();
    Contents::of(&test).assert_same(&Contents::of(&production), "a clone without anonymization");
    let events = format!("SELECT body FROM commits WHERE stream = 'operation/{operation}'");
    let recorded = project.history().texts(&events);
    assert!(
        recorded.iter().any(|commit| commit.contains("PersonalDataAllowed")),
        "the decision is not in the history"
    );
}

#[test]
fn an_environment_can_be_validated_later_and_tells_of_damage() {
    let (project, _, test) = project();
    project.clone_to_test(&[]).exits(0);
    let validate = ["validate", "--environment", "test", "--output", "json"];
    let result = project.nova(&validate).exits(0).json();
    assert_eq!(result["validation"]["passed"], true, "{result:#}");
    Session::open(&test).run("ALTER TABLE bills DROP CONSTRAINT bills_number_key");
    let result = project.nova(&validate).exits(4).json();
    assert_eq!(result["validation"]["passed"], false, "{result:#}");
    assert!(result.to_string().contains("bills_number_key"), "{result:#}");
}

#[test]
fn the_history_proves_itself_and_tampering_shows() {
    let (project, ..) = project();
    project.clone_to_test(&["--tables", "categories"]).exits(0);
    let verify = ["audit", "verify", "--output", "json"];
    project.nova(&verify).exits(0);
    let file = rusqlite::Connection::open(project.history_file()).unwrap();
    assert!(
        file.execute("UPDATE commits SET body = replace(body, 'test', 'tent')", [])
            .is_err(),
        "commits can be changed"
    );
    assert!(
        file.execute("DELETE FROM commits", []).is_err(),
        "commits can be removed"
    );

    file.execute_batch("DROP TRIGGER commits_never_change").unwrap();
    let changed = file
        .execute("UPDATE commits SET body = replace(body, '\"test\"', '\"tent\"') WHERE stream LIKE 'operation/%' AND body LIKE '%\"test\"%'", [])
        .unwrap();
    assert!(changed > 0);
    drop(file);
    project.nova(&verify).exits(1).error(1806);
}

#[test]
fn a_removed_commit_shows() {
    let (project, ..) = project();
    project.clone_to_test(&["--tables", "categories"]).exits(0);
    let file = rusqlite::Connection::open(project.history_file()).unwrap();
    file.execute_batch(
        "DROP TRIGGER commits_never_go; PRAGMA foreign_keys = off;
         DELETE FROM commits WHERE seq = (SELECT seq FROM commits WHERE stream LIKE 'operation/%' AND number = 2)",
    )
    .unwrap();
    drop(file);
    project
        .nova(&["audit", "verify", "--output", "json"])
        .exits(1)
        .error(1806);
}

#[test]
fn an_original_that_is_left_anywhere_fails_validation_and_the_target_stays_as_it_was() {
    let (project, production, test) = project();
    let before = Contents::of(&test);
    // One address in one of many lists of labels: no rule names it, and no sample shows it.
    Session::open(&production).run(
        "UPDATE profiles SET tags = tags || (SELECT email FROM auth.users ORDER BY id LIMIT 1)
         WHERE id = (SELECT max(id::text)::uuid FROM profiles)",
    );
    let run = project.clone_to_test(&[]).exits(4);
    let result = run.json();
    assert_eq!(result["status"], "invalid", "{result:#}");
    assert_eq!(result["validation"]["passed"], false);
    let checks = result["validation"]["checks"].as_array().unwrap();
    let failed: Vec<&Value> = checks.iter().filter(|check| check["passed"] == false).collect();
    assert_eq!(failed.len(), 1, "{failed:#?}");
    assert_eq!(failed[0]["name"], "personal_data");
    assert!(failed[0]["detail"].as_str().unwrap().contains("tags"), "{failed:#?}");
    let original = Session::open(&production).value("SELECT email FROM auth.users ORDER BY id LIMIT 1");
    assert!(
        !run.stdout.contains(&original) && !run.stderr.contains(&original),
        "the report shows personal data"
    );
    Contents::of(&test).assert_same(&before, "the target after a failed validation");
    assert_eq!(databases_of(&TARGET, &run.operation()), Vec::<String>::new());
    assert_eq!(project.history().leftovers(), Vec::<String>::new());
}

#[test]
fn rows_that_the_settings_exclude_stay_behind_unless_all_are_wanted() {
    let (project, production, test) = project();
    project.set("clone.exclude_rows", "audit.*");
    project.clone_to_test(&[]).exits(0);
    assert_eq!(Session::open(&test).number("SELECT count(*) FROM audit.log"), 0);
    project.clone_to_test(&["--include-all"]).exits(0);
    let expected = Session::open(&production).number("SELECT count(*) FROM audit.log");
    assert_eq!(Session::open(&test).number("SELECT count(*) FROM audit.log"), expected);
}

#[test]
fn a_clone_asks_unless_told_not_to_and_takes_no_silence_for_a_yes() {
    let (project, _, test) = project();
    let before = Contents::of(&test);
    let run = project.nova(&[
        "clone",
        "--source",
        "production",
        "--target",
        "test",
        "--anonymize",
        "--output",
        "json",
    ]);
    run.exits(2).error(1006);
    Contents::of(&test).assert_same(&before, "the target of a clone nobody confirmed");
    let guides_way = [
        "clone",
        "--source",
        "production",
        "--target",
        "test",
        "--anonymize",
        "--confirm",
        "--yes",
        "--output",
        "json",
    ];
    project.nova(&guides_way).exits(0);
}

#[test]
fn the_sample_rules_are_the_projects_rules() {
    // The suites rely on it: otherwise they would test detection only.
    let (project, ..) = project();
    assert_eq!(
        std::fs::read_to_string(project.path().join("rules.json")).unwrap(),
        sample::RULES
    );
    assert!(PRODUCTION.pid().is_some());
}

#[test]
fn routines_find_names_where_the_databases_own_sessions_find_them() {
    let production = servers::empty(&PRODUCTION, "paths");
    Session::open(&production).run(
        "CREATE SCHEMA helpers;
         DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, helpers', current_database()); END $$;
         SET search_path = public, helpers;
         CREATE FUNCTION helpers.plain(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
         CREATE FUNCTION sortable(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT plain($1)';
         CREATE FUNCTION is_long(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
             'BEGIN RETURN length(plain($1)) > 2; END';
         CREATE TABLE people (id int PRIMARY KEY, email text CHECK (is_long(email)),
             shown text GENERATED ALWAYS AS (sortable(email)) STORED);
         CREATE INDEX ON people (sortable(email)) WHERE is_long(email);
         INSERT INTO people SELECT i, 'Person' || i || '@shop.example' FROM generate_series(1, 500) AS i;
         CREATE FUNCTION counted() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM people';
         CREATE MATERIALIZED VIEW totals AS SELECT counted() AS people;",
    );
    let test = servers::old_target(&TARGET);
    let project = Project::new(&production, &test);
    project.write("rules.json", "{\"rules\": []}");
    let json = project.clone_to_test(&[]).exits(0).json();
    assert_eq!(json["anonymized"]["columns"], 1, "{json:#}");
    let copy = Session::open(&test);
    assert_eq!(copy.value("SELECT people FROM totals"), "500");
    assert_eq!(
        copy.value("SELECT count(*) FROM people WHERE shown = lower(email) AND email NOT LIKE 'Person%'"),
        "500"
    );
    project
        .nova(&["schema", "dependencies", "--environment", "test"])
        .exits(0);
}

#[test]
fn what_may_not_be_replaced_unasked_does_not_travel_unnoticed() {
    let source = servers::empty(&PRODUCTION, "shop");
    Session::open(&source).run(
        "CREATE DOMAIN address AS text CHECK (VALUE ~ '@');
         CREATE TYPE contact AS (name text, mail address, more address[]);
         CREATE TABLE people (id int PRIMARY KEY, mail address, others address[], contact contact, contacts contact[]);
         INSERT INTO people SELECT i, 'one' || i || '@example.org', ARRAY['two' || i || '@example.org', NULL]::address[],
           ROW('x', 'three' || i || '@example.org', ARRAY['four' || i || '@example.org']::address[])::contact,
           ARRAY[ROW('y', 'five' || i || '@example.org', NULL)::contact]
         FROM generate_series(1, 40) i;
         CREATE TABLE mailing (email text NOT NULL, sent int) PARTITION BY HASH (email);
         CREATE TABLE mailing_0 PARTITION OF mailing FOR VALUES WITH (MODULUS 2, REMAINDER 0);
         CREATE TABLE mailing_1 PARTITION OF mailing FOR VALUES WITH (MODULUS 2, REMAINDER 1);
         INSERT INTO mailing SELECT 'six' || i || '@example.org', i FROM generate_series(1, 40) i;",
    );
    let target = servers::old_target(&TARGET);
    let before = Contents::of(&target);
    let project = Project::new(&source, &target);
    project.write("nova.toml", "");
    let error = project.clone_to_test(&[]).exits(3).error(1408);
    assert!(error.to_string().contains("public.mailing_0.email"), "{error}");
    Contents::of(&target).assert_same(&before, "the target");

    // Said of the table, it holds for its partitions.
    let rules = "[[exempt]]\ntable = \"mailing\"\ncolumn = \"email\"\nreason = \"shared mailboxes\"\n";
    project.write("rules.toml", rules);
    let rules = project.path().join("rules.toml").display().to_string();
    project.clone_to_test(&["--rules", &rules]).exits(0);
    let copy = Session::open(&target);
    assert_eq!(
        copy.number("SELECT count(*) FROM mailing WHERE email LIKE 'six%@example.org'"),
        40
    );
    let held = copy.column("SELECT p::text FROM people p");
    assert_eq!(held.len(), 40);
    for original in ["one", "two", "three", "four", "five"] {
        let of_it = |row: &String| (1..=40).any(|i| row.contains(&format!("{original}{i}@example.org")));
        assert!(!held.iter().any(of_it), "{original}: {held:#?}");
    }
    assert_eq!(
        copy.number("SELECT count(*) FROM people WHERE others[2] IS NULL AND others[1] ~ '@'"),
        40
    );
}

#[test]
fn an_event_trigger_that_refuses_every_change_is_made_last() {
    let source = servers::empty(&PRODUCTION, "shop");
    Session::open(&source).run(
        "CREATE TABLE people (id int PRIMARY KEY, email text UNIQUE);
         INSERT INTO people VALUES (1, 'somebody@example.org');
         CREATE TABLE orders (id int PRIMARY KEY, person int REFERENCES people);
         COMMENT ON TABLE orders IS 'of people';
         CREATE MATERIALIZED VIEW mails AS SELECT email FROM people;
         CREATE PUBLICATION orders FOR TABLE orders;
         CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''not here''; END';
         CREATE EVENT TRIGGER nothing_goes ON sql_drop EXECUTE FUNCTION refuse();
         COMMENT ON EVENT TRIGGER nothing_goes IS 'whoever wants to drop something asks first';
         CREATE EVENT TRIGGER nothing_comes ON ddl_command_start EXECUTE FUNCTION refuse();",
    );
    let target = servers::old_target(&TARGET);
    let project = Project::new(&source, &target);
    project.write("nova.toml", "");
    for _ in 0..2 {
        let json = project.clone_to_test(&[]).exits(0).json();
        assert_eq!(json["validation"]["passed"], true, "{json:#}");
    }
    let copy = Session::open(&target);
    assert!(copy.try_run("CREATE TABLE other ()").is_err());
    let comment =
        "SELECT obj_description(oid, 'pg_event_trigger') FROM pg_event_trigger WHERE evtname = 'nothing_goes'";
    assert!(copy.value(comment).contains("asks first"));
}
