//! What a capture says, and what it leaves alone.

use crate::support::{apply, assert_same, captured, connect, new_database, rich, server, statements};
use nova_catalog::{CaptureOptions, capture};
use nova_schema::compare::{self, DifferenceKind};
use nova_schema::emit::{self, Options};
use nova_schema::{Database, QualifiedName, TypeKind, compatibility};

fn app(name: &str) -> QualifiedName {
    QualifiedName::new("app", name)
}

#[tokio::test]
async fn a_capture_writes_nothing_and_puts_settings_back() {
    let Some(cluster) = server(15) else { return };
    let client = rich(&cluster, "quiet", 15).await;
    client
        .batch_execute("BEGIN READ ONLY; SET LOCAL search_path = app, public; SET LOCAL datestyle = 'German'")
        .await
        .unwrap();
    capture(&client, &CaptureOptions::default()).await.unwrap();
    let row = client
        .query_one(
            "SELECT pg_current_xact_id_if_assigned() IS NULL, current_setting('search_path'), current_setting('datestyle')",
            &[],
        )
        .await
        .unwrap();
    assert!(row.get::<_, bool>(0), "the capture took a transaction id");
    assert_eq!(row.get::<_, &str>(1), "app, public");
    assert!(row.get::<_, &str>(2).starts_with("German"));
}

#[tokio::test]
async fn columns_say_what_the_anonymizer_and_the_copier_need() {
    let Some(cluster) = server(15) else { return };
    let client = rich(&cluster, "columns", 15).await;
    let database = captured(&client).await;
    let users = database.table(&app("users")).unwrap();
    let column = |name: &str| users.column(name).unwrap();

    assert_eq!(column("email").type_kind, TypeKind::Domain);
    assert_eq!(
        (column("email").base_type.as_str(), column("email").type_builtin),
        ("text", false)
    );
    assert_eq!(
        (column("name").max_length, column("name").type_builtin),
        (Some(80), true)
    );
    assert_eq!(column("history").type_kind, TypeKind::Array(Box::new(TypeKind::Enum)));
    assert_eq!(
        (column("home").type_kind.clone(), column("home").base_type.as_str()),
        (TypeKind::Composite, "app.address")
    );
    assert_eq!(column("zips").type_kind, TypeKind::Array(Box::new(TypeKind::Domain)));
    assert_eq!(
        column("seen").default.as_deref(),
        Some("'2020-06-01 10:00:00+00'::timestamp with time zone")
    );
    assert!(column("slug").generated.is_some() && column("id").identity.is_some());
    let sequence = database.sequence(&app("users_id_seq")).unwrap();
    assert_eq!((sequence.last_value, sequence.is_called), (Some(1238), true));
    let codes = database.sequence(&app("untouched")).unwrap();
    assert_eq!((codes.last_value, codes.is_called), (Some(7), false));
}

#[tokio::test]
async fn tables_say_what_must_stay_unique_and_what_refers_to_what() {
    let Some(cluster) = server(15) else { return };
    let client = rich(&cluster, "keys", 15).await;
    let database = captured(&client).await;
    assert_eq!(
        database.unique_column_sets(&app("users")),
        vec![vec!["email"], vec!["id"], vec!["nick"]]
    );
    assert_eq!(
        database.unique_column_sets(&app("events_2024_eu")),
        vec![vec!["id", "at", "region"]]
    );
    assert_eq!(database.primary_key(&app("tasks")).unwrap().columns, vec!["id"]);

    let notes: Vec<_> = database
        .foreign_keys()
        .filter(|key| *key.table == app("event_notes"))
        .collect();
    assert_eq!(
        notes.len(),
        1,
        "clones of a foreign key to a partitioned table are not keys of their own"
    );
    assert_eq!(notes[0].columns, ["event_id", "at", "region"]);
    assert_eq!(
        (notes[0].referenced_table, notes[0].referenced_columns),
        (&app("events"), &["id".into(), "at".into(), "region".into()][..])
    );

    let rows: Vec<String> = database.row_tables().map(|table| table.name.name.clone()).collect();
    assert!(rows.contains(&"events_2024_eu".to_owned()) && !rows.contains(&"events_2024".to_owned()));
}

#[tokio::test]
async fn a_model_survives_json() {
    let Some(cluster) = server(15) else { return };
    let database = captured(&rich(&cluster, "json", 15).await).await;
    let text = serde_json::to_string(&database).unwrap();
    assert_eq!(serde_json::from_str::<Database>(&text).unwrap(), database);
}

#[tokio::test]
async fn every_change_is_found_and_named() {
    let Some(cluster) = server(15) else { return };
    let client = rich(&cluster, "changed", 15).await;
    let before = captured(&client).await;
    let changes = [
        (
            "ALTER TABLE app.tasks DROP CONSTRAINT no_overlap",
            "constraint no_overlap on app.tasks is missing",
        ),
        (
            "ALTER TABLE app.base ALTER COLUMN id TYPE bigint",
            "table app.base differs: columns.id.base_type: expected int4, found int8",
        ),
        (
            "ALTER TABLE app.teams ADD COLUMN extra text",
            "columns.extra was not expected",
        ),
        ("DROP INDEX app.only_here", "index app.only_here is missing"),
        (
            "ALTER TABLE app.tasks NO FORCE ROW LEVEL SECURITY",
            "force_row_security: expected true, found false",
        ),
        (
            "DROP POLICY readers ON app.tasks",
            "policy readers on app.tasks is missing",
        ),
        (
            "ALTER TABLE app.tasks DISABLE TRIGGER always",
            "trigger always on app.tasks differs: state",
        ),
        (
            "GRANT DELETE ON app.tasks TO nova_reader",
            "acl: DELETE to nova_reader was not expected",
        ),
        (
            "ALTER VIEW app.invoker RESET (security_invoker)",
            "view app.invoker differs: options",
        ),
        (
            "SELECT setval('app.used', 43)",
            "sequence app.used differs: last_value: expected 42, found 43",
        ),
        ("COMMENT ON TABLE app.users IS NULL", "table app.users differs: comment"),
        (
            "ALTER TYPE app.status ADD VALUE 'later'",
            "type app.status differs: definition.enum.labels",
        ),
    ];
    for (change, finding) in changes {
        client.batch_execute("BEGIN").await.unwrap();
        client.batch_execute(change).await.unwrap();
        let after = capture(&client, &CaptureOptions::default()).await.unwrap();
        client.batch_execute("ROLLBACK").await.unwrap();
        let found: Vec<String> = compare::compare(&before, &after, &compare::Options::default())
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(
            found.iter().any(|line| line.contains(finding)),
            "{change}: expected {finding:?} in {found:#?}"
        );
        client.batch_execute("SELECT setval('app.used', 42)").await.unwrap();
    }
}

#[tokio::test]
async fn what_is_not_carried_is_listed() {
    let Some(cluster) = server(15) else { return };
    let client = new_database(&cluster, "listed").await;
    client
        .batch_execute(
            "CREATE EXTENSION postgres_fdw;
             CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h');
             CREATE USER MAPPING FOR PUBLIC SERVER elsewhere OPTIONS (user 'u', password 'p');
             CREATE FOREIGN TABLE remote (id integer) SERVER elsewhere;
             CREATE TABLE near (id integer);
             CREATE VIEW on_remote AS SELECT id FROM remote;
             CREATE MATERIALIZED VIEW kept AS SELECT id FROM near;
             CREATE MATERIALIZED VIEW far AS SELECT id FROM on_remote WITH NO DATA;
             UPDATE pg_class SET relispopulated = true WHERE oid = 'far'::regclass;
             SELECT lo_create(0);",
        )
        .await
        .unwrap();
    let database = captured(&client).await;
    let listed: Vec<String> = database
        .unsupported
        .iter()
        .map(|item| format!("{} {}", item.kind, item.name))
        .collect();
    assert_eq!(
        listed,
        [
            "large objects 1 of them",
            "rows of a materialized view public.far",
            "user mapping for PUBLIC on elsewhere",
        ]
    );
    assert_eq!(database.unsupported_failure().unwrap().details.len(), 3);
    let target = new_database(&cluster, "listed_copy").await;
    apply(&target, &statements(&database, &Options::for_target(15))).await;
    let copy = captured(&target).await;
    assert_same(&database, &copy, &compare::Options::default());
    assert_eq!(copy.large_objects, database.large_objects);
}

#[tokio::test]
async fn a_role_that_is_no_superuser_can_build_a_copy() {
    let Some(cluster) = server(15) else { return };
    let source = new_database(&cluster, "plain").await;
    source
        .batch_execute(
            "CREATE EXTENSION citext;
             CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email citext UNIQUE);
             ALTER TABLE users ENABLE ROW LEVEL SECURITY;
             CREATE POLICY readers ON users TO nova_reader USING (true);
             GRANT SELECT ON users TO nova_reader;
             GRANT ALL ON SCHEMA public TO PUBLIC;
             CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
             REVOKE ALL ON FUNCTION one() FROM PUBLIC;
             CREATE MATERIALIZED VIEW emails AS SELECT email FROM users;",
        )
        .await
        .unwrap();
    let expected = captured(&source).await;
    let admin = connect(&cluster, "postgres").await;
    for sql in [
        "CREATE ROLE builder LOGIN CREATEDB PASSWORD 'b'",
        "CREATE DATABASE built OWNER builder TEMPLATE template0",
    ] {
        admin.batch_execute(sql).await.unwrap();
    }
    let target = connect(&cluster, "built").await;
    target.batch_execute("SET SESSION AUTHORIZATION builder").await.unwrap();
    apply(&target, &statements(&expected, &Options::for_target(15))).await;
    assert_same(&expected, &captured(&target).await, &compare::Options::default());
}

#[tokio::test]
async fn owners_are_kept_when_asked_for() {
    let Some(cluster) = server(15) else { return };
    let source = new_database(&cluster, "owned").await;
    source
        .batch_execute(
            "CREATE SCHEMA a AUTHORIZATION nova_reader;
             CREATE TABLE a.t (id serial PRIMARY KEY); ALTER TABLE a.t OWNER TO nova_reader;
             CREATE VIEW a.v AS SELECT id FROM a.t; ALTER VIEW a.v OWNER TO \"Nova Writer\";
             REVOKE ALL ON a.v FROM \"Nova Writer\"; GRANT SELECT ON a.v TO \"Nova Writer\";
             CREATE TYPE a.e AS ENUM ('x'); ALTER TYPE a.e OWNER TO nova_reader;",
        )
        .await
        .unwrap();
    let expected = captured(&source).await;
    let roles: Vec<String> = emit::mentioned_roles(&expected, &Options::for_target(15).with_owners())
        .into_iter()
        .filter(|role| role.starts_with(['n', 'N']))
        .collect();
    assert_eq!(roles, ["Nova Writer", "nova_reader"]);
    let target = new_database(&cluster, "owned_copy").await;
    apply(&target, &statements(&expected, &Options::for_target(15).with_owners())).await;
    let options = compare::Options {
        owners: true,
        sequence_values: true,
    };
    assert_same(&expected, &captured(&target).await, &options);
    let before = crate::support::dump(&cluster, "owned", 15);
    let after = crate::support::dump(&cluster, "owned_copy", 15);
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_database_without_a_public_schema_stays_without() {
    let Some(cluster) = server(15) else { return };
    let source = new_database(&cluster, "bare").await;
    source
        .batch_execute("DROP SCHEMA public; CREATE SCHEMA other")
        .await
        .unwrap();
    let expected = captured(&source).await;
    let target = new_database(&cluster, "bare_copy").await;
    apply(&target, &statements(&expected, &Options::for_target(15))).await;
    let differences = compare::compare(&expected, &captured(&target).await, &compare::Options::default());
    assert_eq!(differences, vec![]);
    let unexpected = compare::compare(&Database::default(), &expected, &compare::Options::default());
    assert!(
        unexpected
            .iter()
            .all(|difference| difference.kind == DifferenceKind::Unexpected)
    );
}

#[tokio::test]
async fn an_older_target_is_refused_by_object() {
    let Some(cluster) = server(18) else { return };
    let database = captured(&rich(&cluster, "newest", 18).await).await;
    let found = compatibility::check(&database, 14);
    let objects: Vec<&str> = found.iter().map(|item| item.object.as_str()).collect();
    for object in [
        "table app.eighteen",
        "constraint stays_pkey on app.stays",
        "index app.fifteen_c",
        "view app.invoker",
    ] {
        assert!(objects.contains(&object), "{object} is not in {objects:#?}");
    }
    assert_eq!(compatibility::check(&database, 18), vec![]);
    let failure = compatibility::failure(&found, 14).unwrap();
    assert!(failure.cause.starts_with("PostgreSQL 14 cannot hold "), "{failure}");
}

#[tokio::test]
async fn a_role_that_may_only_read_captures_the_same() {
    let Some(cluster) = server(15) else { return };
    let client = rich(&cluster, "read", 15).await;
    let expected = captured(&client).await;
    client
        .batch_execute(
            "CREATE ROLE only_reads; GRANT pg_read_all_data TO only_reads; SET SESSION AUTHORIZATION only_reads",
        )
        .await
        .unwrap();
    assert_eq!(captured(&client).await, expected);
    client
        .batch_execute("RESET SESSION AUTHORIZATION; CREATE ROLE blind; SET SESSION AUTHORIZATION blind")
        .await
        .unwrap();
    let listed = captured(&client).await.unsupported;
    assert!(
        listed
            .iter()
            .any(|item| item.kind == "sequence value" && item.name == "app.codes"),
        "a value that may not be read is listed: {listed:?}"
    );
}

#[tokio::test]
async fn chosen_schemas_are_captured_alone() {
    let Some(cluster) = server(15) else { return };
    let client = rich(&cluster, "chosen", 15).await;
    let options = CaptureOptions {
        schemas: vec!["we\"ird.Schema".to_owned()],
    };
    let database = capture(&client, &options).await.unwrap();
    let tables: Vec<&str> = database.tables.iter().map(|table| table.name.schema.as_str()).collect();
    assert_eq!(tables, ["we\"ird.Schema"]);
    let target = new_database(&cluster, "chosen_copy").await;
    apply(&target, &statements(&database, &Options::for_target(15))).await;
    assert_same(
        &database,
        &capture(&target, &options).await.unwrap(),
        &compare::Options::default(),
    );
}

#[tokio::test]
async fn partitions_of_a_table_with_identity_are_copied_on_every_version() {
    for major in [15, 18] {
        let Some(cluster) = server(major) else { continue };
        let source = new_database(&cluster, "identity").await;
        source
            .batch_execute(
                "CREATE TABLE p (id bigint GENERATED BY DEFAULT AS IDENTITY, part integer) PARTITION BY LIST (part);
                 CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
                 INSERT INTO p (part) VALUES (1), (1)",
            )
            .await
            .unwrap();
        let expected = captured(&source).await;
        assert_eq!(compatibility::check(&expected, major), vec![]);
        let target = new_database(&cluster, "identity_copy").await;
        apply(&target, &statements(&expected, &Options::for_target(major))).await;
        assert_same(&expected, &captured(&target).await, &compare::Options::default());
    }
}
