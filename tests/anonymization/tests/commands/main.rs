//! `nova anonymize` as its user runs it, on real servers.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic fails the test")]

mod rows;
mod twenty;

use nova_e2e::servers::{self, PRODUCTION, TARGET};
use nova_e2e::{Project, Session};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

/// People whose names no list of replacements holds.
const PEOPLE: &str = "
    CREATE TABLE users (
        id int PRIMARY KEY, email text UNIQUE NOT NULL, first_name text, last_name text, phone text,
        full_name text GENERATED ALWAYS AS (first_name || ' ' || last_name) STORED,
        note text, meta jsonb, tags text[], search tsvector, attachment text, country_code text DEFAULT 'FR');
    INSERT INTO users (id, email, first_name, last_name, phone, note, meta, country_code) VALUES
        (1, 'zephyrine@quatrelivres.fr', 'Zéphyrine', 'Quatrelivres', '06 98 76 54 32', 'rien', '{\"email\": \"zephyrine@quatrelivres.fr\"}', 'FR'),
        (2, 'ursulin.bonnefoi@exemple.org', 'Ursulin', 'Bonnefoix', '+33 7 11 22 33 44', 'rappeler', '{\"theme\": \"dark\"}', 'BE');
    CREATE TABLE orders (id int PRIMARY KEY, user_email text NOT NULL REFERENCES users (email), amount numeric);
    INSERT INTO orders VALUES (10, 'zephyrine@quatrelivres.fr', 12.5), (11, 'ursulin.bonnefoi@exemple.org', 3);
    CREATE TABLE products (id int PRIMARY KEY, name text, description text);
    INSERT INTO products VALUES (1, 'Chaise', 'en bois');
    CREATE MATERIALIZED VIEW people AS SELECT id, first_name || ' ' || last_name AS who FROM users;";

/// A project whose production holds [`PEOPLE`].
fn project() -> (Project, String, String) {
    let production = servers::empty(&PRODUCTION, "people");
    Session::open(&production).run(PEOPLE);
    let target = servers::empty(&TARGET, "masked");
    let project = Project::new(&production, &target);
    project.write("nova.toml", "[clone]\nchunk_size_mb = 1\n");
    (project, production, target)
}

fn places(report: &Value) -> BTreeSet<String> {
    let survivors = report["report"]["survivors"].as_array().unwrap();
    survivors
        .iter()
        .map(|left| left["kind"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn personal_data_is_found_in_production_and_drafted_as_rules() {
    let (project, ..) = project();
    let draft = project.path().join("draft.toml");
    let draft = draft.to_str().unwrap();
    let scan = project
        .nova(&[
            "anonymize",
            "scan",
            "--environment",
            "production",
            "--rules-draft",
            draft,
            "--output",
            "json",
        ])
        .exits(0);
    let found = scan.json();
    let found = found.as_array().unwrap();
    let of = |column: &str| found.iter().find(|finding| finding["column"] == column);
    let email = of("email").unwrap();
    assert_eq!((&email["schema"], &email["table"]), (&json!("public"), &json!("users")));
    assert_eq!(
        (&email["category"], &email["transformer"]),
        (&json!("email"), &json!("email"))
    );
    assert!(email["score"].as_f64().unwrap() > 0.9 && email["reason"].as_str().unwrap().contains("email"));
    assert_eq!(of("meta").unwrap()["path"], "$.email");
    for column in ["user_email", "first_name", "last_name", "phone"] {
        assert!(of(column).is_some(), "{column}");
    }
    for column in ["id", "name", "description", "amount", "country_code", "full_name"] {
        assert!(of(column).is_none(), "{column}");
    }
    project
        .nova(&["anonymize", "rules", "--check", draft, "--environment", "production"])
        .exits(0);
}

#[test]
fn a_mistake_in_rules_is_told_by_line_and_column() {
    let (project, ..) = project();
    let file = |name: &str, text: &str| {
        project.write(name, text);
        project.path().join(name).to_str().unwrap().to_owned()
    };
    let wrong = file(
        "wrong.toml",
        "[[rules]]\ntable = \"users\"\ncolumn = \"email\"\ntransformer = \"emial\"\n",
    );
    let told = project
        .nova(&["anonymize", "rules", "--check", &wrong, "--output", "json"])
        .exits(2)
        .json();
    assert_eq!((&told["valid"], &told["errors"][0]["line"]), (&json!(false), &json!(4)));
    assert!(told["errors"][0]["message"].as_str().unwrap().contains("emial"));
    let right = file(
        "right.json",
        r#"{"rules": [{"tableName": "users", "columnName": "email", "anonymizationType": "email"}]}"#,
    );
    let told = project
        .nova(&["anonymize", "rules", "--check", "--file", &right, "--output", "json"])
        .exits(0)
        .json();
    assert_eq!((&told["valid"], &told["rules"]), (&json!(true), &json!(1)));
    let unknown = file(
        "unknown.json",
        r#"{"rules": [{"table": "users", "column": "emial", "transformer": "email"}]}"#,
    );
    project.nova(&["anonymize", "rules", "--check", &unknown]).exits(0);
    let told = project
        .nova(&["anonymize", "rules", "--check", &unknown, "--environment", "production"])
        .exits(2);
    assert!(told.stderr.contains("did you mean column `email`"), "{told:?}");
}

#[test]
fn a_strict_clone_stops_at_what_nobody_has_decided_about() {
    let (project, production, target) = project();
    let refused = project.clone_to_test(&["--policy", "strict"]).exits(3);
    let error = refused.error(1408);
    assert!(error.to_string().contains("public.users.email"), "{error}");
    assert_eq!(
        Session::open(&target).column("SELECT count(*)::text FROM pg_class WHERE relname = 'users'"),
        ["0"]
    );

    project.write(
        "rules.toml",
        "policy = \"strict\"\n[[exempt]]\ntable = \"*\"\ncolumn = \"*\"\nreason = \"an exercise\"\n",
    );
    let rules = project.path().join("rules.toml");
    let rules = rules.to_str().unwrap();
    project
        .nova(&[
            "anonymize",
            "rules",
            "--update",
            "--file",
            rules,
            "--environment",
            "test",
        ])
        .exits(0);
    project.clone_to_test(&["--dry-run"]).exits(0);

    Session::open(&production).run("ALTER TABLE products ADD COLUMN shelf text");
    let refused = project.clone_to_test(&["--dry-run"]).exits(3);
    let error = refused.error(1409);
    assert!(error.to_string().contains("public.products.shelf"), "{error}");
    let approved = project
        .nova(&[
            "anonymize",
            "rules",
            "--approve",
            "--environment",
            "test",
            "--yes",
            "--output",
            "json",
        ])
        .exits(0)
        .json();
    assert_eq!(approved["added"][0]["column"], "public.products.shelf");
    project.clone_to_test(&["--dry-run"]).exits(0);
}

#[test]
fn a_preview_shows_rows_before_and_after_and_writes_nothing() {
    let (project, production, _) = project();
    let shown = project
        .nova(&[
            "anonymize",
            "preview",
            "--source",
            "production",
            "--table",
            "users",
            "--rows",
            "1",
            "--output",
            "json",
        ])
        .exits(0)
        .json();
    let row = &shown["rows"][0];
    assert_eq!(row["email"]["before"], "zephyrine@quatrelivres.fr");
    assert_eq!(row["email"]["changed"], true);
    assert_ne!(row["email"]["after"], row["email"]["before"]);
    assert_eq!(row["country_code"]["changed"], false);
    let text = project
        .nova(&["anonymize", "preview", "--source", "production", "--table", "users"])
        .exits(0);
    assert!(
        text.stdout.contains("* email") && text.stdout.contains("nothing was written"),
        "{text:?}"
    );
    assert!(!text.stdout.contains('\u{1b}'), "colour is for terminals");
    assert_eq!(
        Session::open(&production).column("SELECT email FROM users WHERE id = 1"),
        ["zephyrine@quatrelivres.fr"]
    );
}

#[test]
fn what_is_left_is_found_wherever_it_is_and_a_clean_clone_gives_no_alarm() {
    let (project, _, target) = project();
    project.clone_to_test(&[]).exits(0);
    let clean = project
        .nova(&["anonymize", "verify", "--environment", "test", "--output", "json"])
        .exits(0)
        .json();
    assert_eq!(clean["report"]["basis"], "source_read", "{clean:#}");
    assert!(clean["report"]["originals"].as_u64().unwrap() >= 6, "{clean:#}");

    let session = Session::open(&target);
    session.run(
        "UPDATE users SET meta = '{\"deep\": [{\"er\": \"Mail: ZEPHYRINE@quatrelivres.fr!\"}]}', note = 'appeler le 0698765432 svp',
                tags = ARRAY['x', 'Ursulin Bonnefoix'], search = to_tsvector('simple', 'dossier de Zéphyrine Quatrelivres'),
                attachment = 'scans/Quatrelivres_Zéphyrine.pdf' WHERE id = 1;
         COMMENT ON TABLE products IS 'demandé par Zéphyrine Quatrelivres';
         ALTER TABLE products ALTER description SET DEFAULT 'ursulin.bonnefoi@exemple.org';
         CREATE TYPE contact AS ENUM ('ursulin.bonnefoi@exemple.org');
         CREATE TABLE made (who text, mail text GENERATED ALWAYS AS (who || '@quatrelivres.fr') STORED, doc xml);
         INSERT INTO made VALUES ('zephyrine', DEFAULT, '<p><q>Zephyrine Quatrelivres</q></p>');
         CREATE MATERIALIZED VIEW left_over AS SELECT 'ursulin.bonnefoi@exemple.org'::text AS mail;
         CREATE TABLE stored (content bytea, words tsvector);
         INSERT INTO stored VALUES ('\\x00ff'::bytea || convert_to('Mme Zéphyrine Quatrelivres', 'UTF8'),
                to_tsvector('french', 'le dossier de Zéphyrine Quatrelivres est clos'));
         SELECT lo_from_bytea(0, 'Ursulin Bonnefoix'::bytea);",
    );
    let report = project.path().join("proof.html");
    let found = project
        .nova(&[
            "anonymize",
            "verify",
            "--environment",
            "test",
            "--source",
            "production",
            "--output",
            "json",
            "--report",
            report.to_str().unwrap(),
        ])
        .exits(4)
        .json();
    let kinds = places(&found);
    for kind in [
        "json",
        "column",
        "array",
        "tsvector",
        "comment",
        "default",
        "enum label",
        "generated column",
        "materialized view",
        "large object",
        "xml",
        "bytes",
    ] {
        assert!(kinds.contains(kind), "{kind} is missing: {found:#}");
    }
    let survivors = found["report"]["survivors"].to_string();
    for place in [
        "public.users.attachment",
        "public.stored.content",
        "public.stored.words",
    ] {
        assert!(survivors.contains(place), "{place}: {survivors}");
    }
    assert!(
        !survivors.to_lowercase().contains("zephyrine"),
        "a report holds no value: {survivors}"
    );
    assert!(fs::read_to_string(&report).unwrap().contains("Personal data is left"));

    // Without originals, a column that nobody masked and that looks personal is what can be told.
    session.run(
        "CREATE TABLE contacts AS SELECT 'ursulin' || n || '@quatrelivres.fr' AS email FROM generate_series(1, 9) AS n",
    );
    let patterns = project
        .nova(&[
            "anonymize",
            "verify",
            "--environment",
            "test",
            "--patterns-only",
            "--output",
            "json",
        ])
        .exits(4)
        .json();
    assert_eq!(patterns["report"]["basis"], "patterns_only");
}

#[test]
fn the_sample_is_proved_from_kept_fingerprints_under_a_signature() {
    let project = Project::new(&servers::sample(300), &servers::empty(&TARGET, "kept"));
    project.clone_to_test(&["--keep-fingerprints"]).exits(0);
    let report = project.path().join("proof.json");
    let file = report.to_str().unwrap();
    let proof = project
        .nova(&[
            "anonymize",
            "verify",
            "--environment",
            "test",
            "--report",
            file,
            "--output",
            "json",
        ])
        .exits(0)
        .json();
    assert_eq!(
        (&proof["report"]["basis"], &proof["report"]["passed"]),
        (&json!("kept_fingerprints"), &json!(true))
    );
    project.nova(&["anonymize", "verify", "--check-report", file]).exits(0);
    let changed = fs::read_to_string(file)
        .unwrap()
        .replace("\"tables\": ", "\"tables\": 1");
    fs::write(file, changed).unwrap();
    let refused = project
        .nova(&["anonymize", "verify", "--check-report", file, "--output", "json"])
        .exits(4);
    refused.error(1410);
    // The originals themselves, read again, say the same.
    project
        .nova(&["anonymize", "verify", "--environment", "test", "--source", "production"])
        .exits(0);
}

#[test]
fn small_groups_of_quasi_identifiers_fail_the_proof() {
    let (project, ..) = project();
    project.clone_to_test(&[]).exits(0);
    project.write(
        "rules.toml",
        "[[quasi_identifiers]]\ntable = \"users\"\ncolumns = [\"country_code\"]\nk = 2\n",
    );
    let rules = project.path().join("rules.toml");
    let proof = project
        .nova(&[
            "anonymize",
            "verify",
            "--environment",
            "test",
            "--rules",
            rules.to_str().unwrap(),
            "--output",
            "json",
        ])
        .exits(4)
        .json();
    let group = &proof["report"]["quasi_identifiers"][0];
    assert_eq!(
        (&group["small_groups"], &group["smallest"]),
        (&json!(2), &json!(1)),
        "{proof:#}"
    );
}

#[test]
fn tables_are_masked_in_place_but_never_in_production() {
    let (project, production, _) = project();
    project
        .nova(&["anonymize", "--environment", "production", "--tables", "users", "--yes"])
        .exits(3);
    let disguised = servers::empty(&TARGET, "disguised");
    Session::open(&disguised).run(PEOPLE);
    project.environment("copy", &disguised, "test");
    project.environment("alias", &production, "test");
    project
        .nova(&["anonymize", "--environment", "alias", "--tables", "users", "--yes"])
        .exits(3);
    assert_eq!(
        Session::open(&production).column("SELECT email FROM users WHERE id = 1"),
        ["zephyrine@quatrelivres.fr"]
    );

    let done = project
        .nova(&[
            "anonymize",
            "--environment",
            "copy",
            "--tables",
            "users",
            "--yes",
            "--output",
            "json",
        ])
        .exits(0)
        .json();
    let tables: Vec<&str> = done["tables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|table| table["table"].as_str().unwrap())
        .collect();
    assert!(
        tables.iter().any(|table| table.contains("orders")),
        "a foreign key joins it: {done:#}"
    );
    let session = Session::open(&disguised);
    let left = "SELECT count(*)::text FROM users WHERE email LIKE '%quatrelivres%' OR last_name = 'Quatrelivres'
                OR full_name LIKE '%Quatrelivres%' OR meta::text LIKE '%quatrelivres%'";
    assert_eq!(session.column(left), ["0"]);
    assert_eq!(
        session.column("SELECT count(*)::text FROM orders o JOIN users u ON u.email = o.user_email"),
        ["2"]
    );
    assert_eq!(
        session.column("SELECT count(*)::text FROM people WHERE who LIKE '%Quatrelivres%'"),
        ["0"]
    );
    assert_eq!(session.column("SELECT name FROM products"), ["Chaise"]);
}

/// The tables of Supabase's own schemas that hold people, tokens and secrets, as far as the rules are about them.
const SUPABASE: &str = "
    CREATE SCHEMA auth; CREATE SCHEMA storage; CREATE SCHEMA vault; CREATE SCHEMA realtime;
    CREATE TABLE auth.users (
        instance_id uuid, id uuid PRIMARY KEY, aud varchar(255), role varchar(255), email varchar(255),
        encrypted_password varchar(255), email_confirmed_at timestamptz, confirmation_token varchar(255),
        recovery_token varchar(255), email_change_token_new varchar(255), email_change varchar(255),
        raw_app_meta_data jsonb, raw_user_meta_data jsonb, is_super_admin boolean, created_at timestamptz,
        phone text UNIQUE, phone_change text DEFAULT '', phone_change_token varchar(255) DEFAULT '',
        email_change_token_current varchar(255) DEFAULT '', reauthentication_token varchar(255) DEFAULT '');
    CREATE UNIQUE INDEX users_email_partial_key ON auth.users (email);
    CREATE TABLE auth.identities (
        provider_id text NOT NULL, user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE, identity_data jsonb NOT NULL,
        provider text NOT NULL, email text GENERATED ALWAYS AS (lower(identity_data ->> 'email')) STORED, id uuid PRIMARY KEY);
    CREATE TABLE auth.sessions (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE, ip inet, user_agent text);
    CREATE TABLE auth.refresh_tokens (id bigserial PRIMARY KEY, token varchar(255), user_id varchar(255),
        session_id uuid REFERENCES auth.sessions ON DELETE CASCADE);
    CREATE TABLE storage.objects (id uuid PRIMARY KEY, bucket_id text, name text, metadata jsonb);
    CREATE TABLE vault.secrets (id uuid PRIMARY KEY, name text, secret text);
    CREATE TABLE realtime.messages (id uuid PRIMARY KEY, payload jsonb, topic text);
    INSERT INTO auth.users (id, email, encrypted_password, confirmation_token, recovery_token, email_change, email_change_token_new,
        raw_user_meta_data, phone, aud, role)
    VALUES ('00000000-0000-4000-8000-000000000001', 'zephyrine@quatrelivres.fr', '$2a$10$abcdefghijklmnopqrstuv', 'tok1', 'tok2',
        'autre@quatrelivres.fr', 'tok3', '{\"full_name\": \"Zéphyrine Quatrelivres\"}', '33698765432', 'authenticated', 'authenticated');
    INSERT INTO auth.identities (provider_id, user_id, identity_data, provider, id) VALUES ('p1', '00000000-0000-4000-8000-000000000001',
        '{\"email\": \"zephyrine@quatrelivres.fr\", \"sub\": \"00000000-0000-4000-8000-000000000001\"}', 'email',
        '00000000-0000-4000-8000-000000000002');
    INSERT INTO auth.sessions VALUES ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000001', '1.2.3.4', 'x');
    INSERT INTO auth.refresh_tokens (token, session_id) VALUES ('secret-token', '00000000-0000-4000-8000-000000000003');
    INSERT INTO storage.objects VALUES ('00000000-0000-4000-8000-000000000004', 'docs', 'zephyrine/Quatrelivres.pdf', '{}');
    INSERT INTO vault.secrets VALUES ('00000000-0000-4000-8000-000000000005', 'stripe', 'sk_live_1');
    INSERT INTO realtime.messages VALUES ('00000000-0000-4000-8000-000000000006', '{\"who\": \"x\"}', 't');";

#[test]
fn a_supabase_database_loses_tokens_sessions_and_secrets() {
    let production = servers::empty(&PRODUCTION, "supabase");
    Session::open(&production).run(SUPABASE);
    let target = servers::empty(&TARGET, "supabase_copy");
    let project = Project::new(&production, &target);
    project.write("nova.toml", "[clone]\nchunk_size_mb = 1\n");
    project.clone_to_test(&["--include-all"]).exits(0);
    let session = Session::open(&target);
    for table in [
        "auth.sessions",
        "auth.refresh_tokens",
        "vault.secrets",
        "realtime.messages",
    ] {
        assert_eq!(
            session.column(&format!("SELECT count(*)::text FROM {table}")),
            ["0"],
            "{table}"
        );
    }
    let tokens =
        "SELECT concat(confirmation_token, recovery_token, email_change, email_change_token_new) FROM auth.users";
    assert_eq!(session.column(tokens), [""]);
    let kept = "SELECT concat_ws(' ', email LIKE '%quatrelivres%', raw_user_meta_data::text ILIKE '%quatrelivres%', phone = '33698765432',
                encrypted_password LIKE '%abcdefghij%', role) FROM auth.users";
    assert_eq!(session.column(kept), ["f f f f authenticated"]);
    let joined = "SELECT count(*)::text FROM auth.identities i JOIN auth.users u ON u.id = i.user_id AND lower(u.email) = i.email";
    assert_eq!(session.column(joined), ["1"], "an identity's e-mail is its user's");
    assert_eq!(
        session.column("SELECT count(*)::text FROM storage.objects WHERE name ILIKE '%quatrelivres%'"),
        ["0"]
    );
    project.nova(&["anonymize", "verify", "--environment", "test"]).exits(0);
}

#[test]
fn rows_that_the_rules_drop_stay_behind() {
    let (project, _, target) = project();
    project.write("rules.toml", "[[tables]]\ntable = \"orders\"\nrows = \"drop\"\n");
    let rules = project.path().join("rules.toml");
    project.clone_to_test(&["--rules", rules.to_str().unwrap()]).exits(0);
    let session = Session::open(&target);
    assert_eq!(session.column("SELECT count(*)::text FROM orders"), ["0"]);
    assert_eq!(session.column("SELECT count(*)::text FROM users"), ["2"]);
}

#[test]
fn sensitive_columns_are_never_copied_in_silence() {
    let production = servers::empty(&PRODUCTION, "sensitive");
    Session::open(&production).run(
        "CREATE EXTENSION hstore;
         CREATE TYPE belief AS ENUM ('none', 'one', 'two');
         CREATE TABLE patients (id int PRIMARY KEY, religion belief NOT NULL, blood_type text CHECK (blood_type IN ('A', 'B', 'O')),
            photo bytea, medical_history jsonb, contact hstore);
         INSERT INTO patients SELECT n, (ARRAY['none', 'one', 'two']::belief[])[1 + n % 3], (ARRAY['A', 'B', 'O'])[1 + n % 3],
            convert_to('face ' || n, 'UTF8'), '{\"state\": \"x\"}', hstore('email', 'zephyrine' || n || '@quatrelivres.fr')
         FROM generate_series(1, 60) n;",
    );
    let target = servers::empty(&TARGET, "sensitive_copy");
    let project = Project::new(&production, &target);
    project.write("nova.toml", "[clone]\nchunk_size_mb = 1\n");
    let done = project.clone_to_test(&[]).exits(0).json();
    let warned = done["warnings"].to_string();
    assert!(warned.contains("public.patients.medical_history"), "{done:#}");
    let session = Session::open(&target);
    for (what, none) in [
        ("every picture is another", "photo = convert_to('face ' || id, 'UTF8')"),
        ("addresses in an hstore", "contact -> 'email' LIKE '%quatrelivres%'"),
    ] {
        assert_eq!(
            session.column(&format!("SELECT count(*)::text FROM patients WHERE {none}")),
            ["0"],
            "{what}"
        );
    }
    for moved in [
        "religion = (ARRAY['none', 'one', 'two']::belief[])[1 + id % 3]",
        "blood_type = (ARRAY['A', 'B', 'O'])[1 + id % 3]",
    ] {
        let stayed: u32 = session.column(&format!("SELECT count(*)::text FROM patients WHERE {moved}"))[0]
            .parse()
            .unwrap();
        assert!(stayed < 50, "{moved}: {stayed}");
    }
    let off = project.clone_to_test(&["--policy", "off"]).exits(0).json();
    let warned = off["warnings"].to_string();
    assert!(warned.contains("religion") && warned.contains("photo"), "{off:#}");
}

#[test]
fn a_rotated_key_makes_other_replacements_and_who_approved_rules_is_recorded() {
    let (project, _, target) = project();
    project.write(
        "rules.json",
        r#"{"rules": [{"table": "users", "column": "note", "transformer": "text"}]}"#,
    );
    let rules = project.path().join("rules.json");
    project
        .nova(&[
            "anonymize",
            "rules",
            "--update",
            "--file",
            rules.to_str().unwrap(),
            "--environment",
            "test",
        ])
        .exits(0);
    let email = || Session::open(&target).column("SELECT email FROM users ORDER BY id");
    project.clone_to_test(&[]).exits(0);
    let before = email();
    let told = project
        .nova(&[
            "anonymize",
            "rotate-key",
            "--environment",
            "test",
            "--yes",
            "--output",
            "json",
        ])
        .exits(0)
        .json();
    assert_eq!((&told["status"], &told["version"]), (&json!("rotated"), &json!(1)));
    assert_eq!(email(), before, "what is there stays until the next clone");
    project.clone_to_test(&[]).exits(0);
    assert_ne!(email(), before);
    project.nova(&["anonymize", "verify", "--environment", "test"]).exits(0);
    let recorded = project
        .history()
        .texts("SELECT body FROM commits WHERE stream = 'environment/test'");
    for kind in ["RulesApproved", "MaskingKeyRotated"] {
        assert_eq!(
            recorded.iter().filter(|recorded| recorded.contains(kind)).count(),
            1,
            "{recorded:?}"
        );
    }
    project
        .nova(&["anonymize", "rotate-key", "--environment", "nowhere", "--yes"])
        .exits(2);
}

#[test]
fn the_published_schema_is_the_formats() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.schema.json");
    let schema = format!("{:#}\n", nova_anonymization::rules::schema());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(path, &schema).unwrap();
    }
    assert_eq!(
        fs::read_to_string(path).unwrap(),
        schema,
        "UPDATE_SCHEMA=1 writes it anew"
    );
}
