//! The proof of the proof: every policy, every FORCE, every restrictive twin and every composite key is taken away in
//! turn, and each time the suite must go red. Each mutation lives in a transaction that is rolled back.

use crate::matrix::{prepared, sees_its_own, tenant_tables, trespasses};
use nova_practice_store::gate::violations;
use tokio_postgres::Client;

/// What the gate must say about a mutation: another finding would be noticed by luck.
fn expected(name: &str, sql: &str) -> &'static str {
    match name {
        _ if name.starts_with("policy tenant_wall") => "no restrictive twin",
        _ if name.starts_with("policy") => "no permissive policy",
        _ if name.starts_with("FORCE") => "row security is not forced",
        _ if name.starts_with("row security") => "row security is not enabled",
        _ if name.starts_with("a further policy") => "a policy of another shape",
        _ if name.starts_with("foreign key") => "an id that no foreign key covers",
        _ if sql.contains("FOREIGN KEY") => "a foreign key without the cabinet",
        _ => "a unique key without the cabinet",
    }
}

/// Every mutation of the catalogs as they are: what it is, and its statements.
async fn mutants(owner: &Client) -> Vec<(String, String)> {
    let rows = owner
        .query(
            "WITH t AS (SELECT c.oid, c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                WHERE n.nspname = 'practice' AND c.relkind = 'r' AND c.relname <> 'schema_history'), \
             f AS (SELECT x.*, x.conrelid::regclass::text AS here, x.confrelid::regclass::text AS there, \
                (SELECT h.attname FROM pg_attribute h WHERE h.attrelid = x.conrelid AND h.attnum = x.conkey[2]) AS column_, \
                (SELECT o.attname FROM pg_attribute o WHERE o.attrelid = x.confrelid AND o.attnum = x.confkey[2]) AS target \
                FROM pg_constraint x JOIN t ON t.oid = x.conrelid WHERE x.contype = 'f' AND cardinality(x.conkey) = 2) \
             SELECT 'policy ' || p.polname || ' of ' || t.name, format('DROP POLICY %I ON %s', p.polname, t.name) \
                FROM t JOIN pg_policy p ON p.polrelid = t.oid \
             UNION ALL SELECT 'FORCE of ' || name, format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', name) FROM t \
             UNION ALL SELECT 'row security of ' || name, format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', name) FROM t \
             UNION ALL SELECT 'a further policy on ' || name, format('CREATE POLICY careless ON %s USING (true)', name) FROM t \
             UNION ALL SELECT 'the cabinet in ' || conname, format( \
                'CREATE UNIQUE INDEX mutant ON %s (cabinet_id, %I); ALTER TABLE %s DROP CONSTRAINT %I; \
                 ALTER TABLE %s ADD CONSTRAINT alone UNIQUE (%I); ALTER TABLE %s ADD FOREIGN KEY (%I) REFERENCES %s (%I)', \
                there, target, here, conname, there, target, here, column_, there, target) FROM f \
             UNION ALL SELECT 'foreign key ' || conname, format('ALTER TABLE %s DROP CONSTRAINT %I', here, conname) FROM f \
             UNION ALL SELECT 'the cabinet in ' || i.indexrelid::regclass, format( \
                'DROP INDEX IF EXISTS practice.mutant; ALTER TABLE %s DROP CONSTRAINT %I CASCADE; CREATE UNIQUE INDEX mutant ON %s (%s) WHERE false', t.name, x.conname, t.name, \
                (SELECT string_agg(quote_ident(a.attname), ', ') FROM unnest(i.indkey::int2[]) k(n) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.n AND a.attname <> 'cabinet_id')) \
                FROM t JOIN pg_index i ON i.indrelid = t.oid AND i.indisunique JOIN pg_constraint x ON x.conindid = i.indexrelid AND x.conrelid = t.oid \
                WHERE EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'cabinet_id') AND i.indnkeyatts > 1 AND x.contype IN ('p', 'u') \
             UNION ALL SELECT 'the cabinet in occupations_apart', 'ALTER TABLE practice.occupations DROP CONSTRAINT occupations_apart, \
                ADD EXCLUDE USING gist (resource_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (NOT overbooked)' \
             ORDER BY 1",
            &[],
        )
        .await
        .unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn every_wall_that_is_taken_away_is_missed() {
    let (owner, demo) = prepared("mutants").await;
    let (own, other) = (demo.cabinets[0].id.to_string(), demo.cabinets[1].id.to_string());
    let tables = tenant_tables(&owner).await;
    let mutants = mutants(&owner).await;
    let (mut survivors, mut by_rows) = (Vec::new(), 0);
    for (name, sql) in &mutants {
        owner
            .batch_execute(&format!("BEGIN; {sql}"))
            .await
            .unwrap_or_else(|error| panic!("{name}: {error:?}\n{sql}"));
        let wanted = expected(name, sql);
        let noticed = violations(&owner, "nova_app")
            .await
            .unwrap()
            .iter()
            .any(|found| found.fault == wanted);
        // Walls of a table are also tried from outside: what the catalogs say and what rows do are two proofs.
        let table = tables.iter().find(|table| name.ends_with(&format!("practice.{table}")));
        let trespassed = match table {
            Some(table) if name.starts_with("row security") || name.starts_with("policy tenant of") => {
                owner.batch_execute("SET LOCAL ROLE nova_app").await.unwrap();
                let found = trespasses(&owner, table, &own, &other).await;
                !found.is_empty() || !sees_its_own(&owner, table, &own).await
            }
            _ => false,
        };
        by_rows += usize::from(trespassed);
        if !noticed {
            survivors.push(name);
        }
        owner.batch_execute("ROLLBACK").await.unwrap();
    }
    let killed = mutants.len() - survivors.len();
    eprintln!(
        "mutations: {killed} of {} killed by the gate, {by_rows} also by rows",
        mutants.len()
    );
    assert!(survivors.is_empty(), "survived: {survivors:?}");
    assert!(by_rows >= 2 * tables.len() - 2, "rows notice too little: {by_rows}");
}
