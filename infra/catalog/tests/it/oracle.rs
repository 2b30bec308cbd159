//! The oracle finds what was lost or changed, whatever kind of object it is on; and says nothing where nothing was.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use crate::support::{apply, captured, new_database, rich, run, server, statements, walked};
use nova_catalog::oracle::{Digest, digest};
use nova_pgserver::Cluster;
use nova_schema::emit::Options;
use std::collections::BTreeSet;

/// A change, and the finding it must cause.
const CHANGES: &[(&str, &str)] = &[
    (
        "ALTER TABLE app.tasks ALTER COLUMN title SET STORAGE EXTERNAL",
        "pg_attribute app.tasks · title: attstorage",
    ),
    (
        "ALTER TABLE app.tasks ALTER COLUMN title SET STATISTICS 7",
        "pg_attribute app.tasks · title: attstattarget",
    ),
    (
        "ALTER TABLE app.tasks SET (fillfactor = 50)",
        "pg_class app.tasks: reloptions",
    ),
    (
        "ALTER TABLE app.tasks SET (toast.autovacuum_enabled = false)",
        "pg_class app.tasks: reltoastrelid",
    ),
    (
        "ALTER TABLE app.tasks REPLICA IDENTITY DEFAULT",
        "pg_class app.tasks: relreplident",
    ),
    (
        "ALTER TABLE app.tasks NO FORCE ROW LEVEL SECURITY",
        "pg_class app.tasks: relforcerowsecurity",
    ),
    (
        "ALTER TABLE app.tasks ALTER COLUMN title SET DEFAULT 'x'",
        "pg_attrdef for app.tasks.title was not expected",
    ),
    (
        "ALTER TABLE app.tasks DROP CONSTRAINT no_overlap",
        "pg_constraint no_overlap on app.tasks is missing",
    ),
    (
        "ALTER TABLE app.tasks VALIDATE CONSTRAINT tasks_parent",
        "pg_constraint tasks_parent on app.tasks: convalidated",
    ),
    (
        "ALTER TABLE app.tasks DISABLE TRIGGER always",
        "pg_trigger always on app.tasks: tgenabled",
    ),
    ("DROP INDEX app.users_lower", "pg_index app.users_lower is missing"),
    (
        "ALTER INDEX app.users_expr ALTER COLUMN 2 SET STATISTICS 9",
        "attstattarget: expected 300, found 9",
    ),
    (
        "ALTER TABLE app.users SET WITHOUT CLUSTER",
        "pg_index app.users_expr: indisclustered",
    ),
    (
        "ALTER TYPE app.status ADD VALUE 'first' BEFORE 'new'",
        "pg_enum app.status · new: enumsortorder",
    ),
    ("ALTER DOMAIN app.email DROP NOT NULL", "pg_type app.email: typnotnull"),
    (
        "ALTER FUNCTION app.slug(text) COST 3",
        "pg_proc app.slug(pg_catalog.text): procost",
    ),
    (
        "ALTER FUNCTION app.slug(text) LEAKPROOF",
        "pg_proc app.slug(pg_catalog.text): proleakproof",
    ),
    (
        "GRANT EXECUTE ON FUNCTION app.slug(text) TO PUBLIC",
        "pg_proc app.slug(pg_catalog.text): proacl",
    ),
    ("ALTER SEQUENCE app.codes CACHE 9", "pg_sequence app.codes: seqcache"),
    (
        "ALTER VIEW app.active_users RESET (security_barrier)",
        "pg_class app.active_users: reloptions",
    ),
    (
        "CREATE OR REPLACE VIEW app.counted AS SELECT 1 AS n",
        "_RETURN\" on app.counted: ev_action",
    ),
    (
        "ALTER POLICY own_tasks ON app.tasks USING (true)",
        "pg_policy own_tasks on app.tasks: polqual",
    ),
    (
        "ALTER POLICY readers ON app.tasks TO PUBLIC",
        "pg_policy readers on app.tasks: polroles",
    ),
    (
        "ALTER STATISTICS app.users_stats SET STATISTICS 3",
        "pg_statistic_ext app.users_stats: stxstattarget",
    ),
    (
        "DROP CAST (app.status AS integer)",
        "pg_cast (app.status AS integer) is missing",
    ),
    (
        "ALTER TEXT SEARCH CONFIGURATION app.search DROP MAPPING FOR word",
        "pg_ts_config_map app.search",
    ),
    ("ALTER EVENT TRIGGER watch ENABLE", "pg_event_trigger watch: evtenabled"),
    (
        "ALTER PUBLICATION changes DROP TABLE app.users",
        "pg_publication_rel app.users in publication changes is missing",
    ),
    (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT DELETE ON TABLES TO nova_reader",
        "pg_default_acl",
    ),
    (
        "COMMENT ON COLUMN app.users.email IS NULL",
        "pg_description pg_class app.users.email is missing",
    ),
    (
        "COMMENT ON POLICY own_tasks ON app.tasks IS 'x'",
        "pg_description pg_policy own_tasks on app.tasks",
    ),
    (
        "ALTER TABLE app.derived NO INHERIT app.base",
        "pg_inherits app.derived · app.base is missing",
    ),
    (
        "ALTER TABLE app.events DETACH PARTITION app.events_2025",
        "pg_inherits app.events_2025 · app.events is missing",
    ),
    (
        "ALTER INDEX app.my_own_name RENAME TO other",
        "pg_class app.my_own_name is missing",
    ),
    (
        "GRANT SELECT (title) ON app.tasks TO nova_reader",
        "pg_attribute app.tasks · title: attacl",
    ),
    ("SELECT lo_create(77)", "pg_largeobject_metadata"),
    (
        "GRANT EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) TO nova_reader",
        "pg_proc pg_catalog.pg_sleep(double precision) was not expected",
    ),
    (
        "REVOKE EXECUTE ON FUNCTION app.citext_hash(app.citext) FROM PUBLIC",
        "pg_proc app.citext_hash(app.citext): proacl",
    ),
    (
        "ALTER FUNCTION app.touch() DEPENDS ON EXTENSION citext",
        "pg_depend pg_proc app.touch() · x · citext was not expected",
    ),
    (
        "ALTER TABLE app.teams OWNER TO nova_reader",
        "pg_class app.teams: relowner",
    ),
    (
        "ALTER TABLE app.teams SET UNLOGGED",
        "pg_class app.teams: relpersistence",
    ),
];

#[tokio::test]
async fn the_oracle_finds_every_change() {
    let Some(cluster) = server(15) else { return };
    let client = rich(&cluster, "walked", 15).await;
    run(&client, "ALTER TABLE app.members DROP CONSTRAINT members_team_fkey, ALTER COLUMN team TYPE bigint; ALTER TABLE app.teams DROP CONSTRAINT teams_lead").await;
    let before = walked(&client).await;
    let before_in_short = summed(&client).await;
    assert!(before.len() > 500, "{} rows", before.len());
    let mut missed = Vec::new();
    for (change, finding) in CHANGES {
        run(&client, &format!("BEGIN; {change}")).await;
        let after = nova_catalog::oracle::walk(&client).await.unwrap();
        let changed = digest(&client, true).await.unwrap();
        run(&client, "ROLLBACK").await;
        let catalogs = before_in_short.differing(&changed);
        for unseen in before
            .differences(&after)
            .iter()
            .filter(|finding| !catalogs.contains(&finding.catalog))
        {
            missed.push(format!("{change}: the digest misses {unseen}"));
        }
        let found: Vec<String> = before.differences(&after).iter().map(ToString::to_string).collect();
        if !found.iter().any(|line| line.contains(finding)) {
            missed.push(format!("{change}: expected {finding:?} in {found:#?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert_eq!(before.differences(&walked(&client).await), vec![]);
    assert_eq!(before_in_short.differing(&summed(&client).await), BTreeSet::new());
}

#[tokio::test]
async fn a_copy_has_the_digest_of_its_source_although_columns_were_dropped() {
    for major in [13, 15, 18] {
        let Some(cluster) = server(major) else { continue };
        let client = rich(&cluster, "summed", major).await;
        run(
            &client,
            "ALTER TABLE app.teams ADD gone int, ADD kept_after int UNIQUE; ALTER TABLE app.teams DROP gone",
        )
        .await;
        let copy = new_database(&cluster, "summed_copy").await;
        let options = Options::for_target(major).with_owners();
        apply(&copy, &statements(&captured(&client).await, &options)).await;
        let source = summed(&client).await;
        let catalogs = source.differing(&summed(&copy).await);
        assert_eq!(catalogs, BTreeSet::new(), "{major}");
        run(&copy, "ALTER TABLE app.teams OWNER TO nova_reader").await;
        assert!(source.differing(&summed(&copy).await).contains("pg_class"));
    }
}

/// The digest, read in a transaction.
async fn summed(client: &tokio_postgres::Client) -> Digest {
    run(client, "BEGIN READ ONLY").await;
    let digest = digest(client, true).await.unwrap();
    run(client, "COMMIT").await;
    digest
}

/// How many queries the server's log holds so far.
fn queries(cluster: &Cluster) -> usize {
    let log = std::fs::read_to_string(cluster.log()).unwrap();
    log.matches("LOG:  execute").count()
}

#[tokio::test]
async fn what_is_larger_takes_no_more_queries() {
    let Some(cluster) = server(15) else { return };
    let mut counts = Vec::new();
    for tables in [4, 40] {
        let client = new_database(&cluster, &format!("of_{tables}")).await;
        run(
            &client,
            &format!(
                "DO $$ BEGIN FOR i IN 1..{tables} LOOP
                   EXECUTE format('CREATE TABLE t%s (id bigint PRIMARY KEY, a text DEFAULT 0, b int CHECK (b > 0),
                     c bigint GENERATED BY DEFAULT AS IDENTITY REFERENCES t%s)', i, i);
                   EXECUTE format('CREATE INDEX ON t%s (a); CREATE VIEW v%s AS SELECT a FROM t%s', i, i, i);
                 END LOOP; END $$; SET log_statement = 'all'"
            ),
        )
        .await;
        let start = queries(&cluster);
        captured(&client).await;
        let after_capture = queries(&cluster);
        walked(&client).await;
        let after_walk = queries(&cluster);
        summed(&client).await;
        counts.push([
            after_capture - start,
            after_walk - after_capture,
            queries(&cluster) - after_walk,
        ]);
    }
    assert_eq!(counts[0], counts[1]);
    let [capture, walk, summed] = counts[0];
    assert!(capture < 60 && walk < 80 && summed < 10, "{counts:?}");
}

#[tokio::test]
async fn walking_writes_nothing_and_reads_no_secret() {
    let Some(cluster) = server(15) else { return };
    let client = new_database(&cluster, "secrets").await;
    run(
        &client,
        "CREATE FOREIGN DATA WRAPPER w;
         CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h', api_token 'hidden one');
         CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (\"user\" 'u', password 'hidden two')",
    )
    .await;
    run(&client, "BEGIN READ ONLY").await;
    let walk = nova_catalog::oracle::walk(&client).await.unwrap();
    let row = client
        .query_one("SELECT pg_current_xact_id_if_assigned() IS NULL", &[])
        .await
        .unwrap();
    assert!(row.get::<_, bool>(0), "the walk took a transaction id");
    run(&client, "COMMIT").await;
    let text = serde_json::to_string(&walk).unwrap();
    assert!(text.contains("api_token") && !text.contains("hidden"), "{text}");
    let database = crate::support::captured(&client).await;
    let text = serde_json::to_string(&database).unwrap();
    assert!(text.contains("CREATE SERVER s") && !text.contains("hidden"), "{text}");
    let listed: Vec<&str> = database.unsupported.iter().map(|item| item.kind.as_str()).collect();
    assert_eq!(listed, ["foreign server", "user mapping"]);
}

#[tokio::test]
async fn a_role_that_may_only_read_walks_the_same() {
    let Some(cluster) = server(15) else { return };
    let client = rich(&cluster, "read", 15).await;
    let expected = walked(&client).await;
    run(
        &client,
        "CREATE ROLE walker; GRANT pg_read_all_data TO walker; SET SESSION AUTHORIZATION walker",
    )
    .await;
    assert_eq!(expected.differences(&walked(&client).await), vec![]);
}
