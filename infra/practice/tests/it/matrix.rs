//! The row matrix: every tenant table × verb × context, on a fresh connection and on one that served another cabinet.

use crate::world::{client, furnished, scope, world};
use nova_practice_store::Store;
use nova_practice_store::booking::{self, Filter};
use nova_practice_store::demo::Demo;
use nova_practice_store::patients::{self, Search};
use tokio_postgres::Client;

/// Tables with a column `cabinet_id`.
pub(crate) async fn tenant_tables(client: &Client) -> Vec<String> {
    client
        .query(
            "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'cabinet_id' \
             WHERE n.nspname = 'practice' AND c.relkind IN ('r', 'p') ORDER BY 1",
            &[],
        )
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect()
}

/// Everything that one cabinet, nobody, or the group can do to the rows of `other` in `table`. Empty: nothing.
pub(crate) async fn trespasses(app: &Client, table: &str, own: &str, other: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (context, cabinet, group) in [("own", own, ""), ("none", "", ""), ("group", "", "on")] {
        let begin = format!(
            "SAVEPOINT m; SELECT set_config('app.cabinet', '{cabinet}', true), set_config('app.group', '{group}', true)"
        );
        let verbs = [
            (
                "select",
                format!("SELECT count(*) FROM practice.{table} WHERE cabinet_id = '{other}'"),
            ),
            (
                "update",
                format!(
                    "WITH u AS (UPDATE practice.{table} SET cabinet_id = cabinet_id WHERE cabinet_id = '{other}' RETURNING 1) SELECT count(*) FROM u"
                ),
            ),
            (
                "delete",
                format!(
                    "WITH d AS (DELETE FROM practice.{table} WHERE cabinet_id = '{other}' RETURNING 1) SELECT count(*) FROM d"
                ),
            ),
            ("truncate", format!("TRUNCATE practice.{table} CASCADE")),
            (
                "insert",
                format!(
                    "INSERT INTO practice.{table} SELECT (jsonb_populate_record(NULL::practice.{table}, to_jsonb(x) || '{{\"cabinet_id\": \"{other}\"}}')).* FROM practice.{table} x LIMIT 1"
                ),
            ),
            (
                "give away",
                format!("UPDATE practice.{table} SET cabinet_id = '{other}'"),
            ),
        ];
        for (verb, sql) in verbs {
            app.batch_execute(&begin).await.unwrap();
            // Without rows of its own a context has nothing to insert or give away.
            let idle = context != "own" && matches!(verb, "insert" | "give away");
            match app.simple_query(&sql).await {
                Ok(_) if idle => {}
                Ok(messages) => {
                    let counted = messages.iter().find_map(|message| match message {
                        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                        _ => None,
                    });
                    if counted.as_deref() != Some("0") {
                        found.push(format!("{table}: {context} may {verb}"));
                    }
                }
                Err(error) if error.code().is_some_and(|state| state.code() == "42501") => {}
                Err(error) => found.push(format!("{table}: {verb} as {context} failed otherwise: {error:?}")),
            }
            app.batch_execute("ROLLBACK TO m; RELEASE m").await.unwrap();
        }
    }
    found
}

/// Whether the cabinet sees its own rows: a wall that hides everything is no wall.
pub(crate) async fn sees_its_own(app: &Client, table: &str, own: &str) -> bool {
    app.batch_execute(&format!(
        "SELECT set_config('app.cabinet', '{own}', true), set_config('app.group', '', true)"
    ))
    .await
    .unwrap();
    let sql = format!("SELECT count(*) FILTER (WHERE cabinet_id = '{own}'), count(*) FROM practice.{table}");
    let row = app.query_one(&sql, &[]).await.unwrap();
    row.get::<_, i64>(0) > 0 && row.get::<_, i64>(0) == row.get::<_, i64>(1)
}

pub(crate) async fn prepared(name: &str) -> (Client, Demo) {
    let world = world().await;
    world.database(name).await;
    let store = Store::connect(&world.app(name)).await.unwrap();
    let demo = furnished(&store, 3).await;
    // Somebody looks at a list of patients, and one of them is reminded.
    for cabinet in &demo.cabinets {
        let within = scope(cabinet);
        let work = store.with_cabinet(&within, async |tx| {
            patients::search(
                tx,
                &Search {
                    limit: 10,
                    ..Search::default()
                },
            )
            .await?;
            let appointments = booking::list(
                tx,
                &Filter {
                    limit: 10,
                    ..Filter::default()
                },
            )
            .await?;
            let last = appointments.last().unwrap();
            booking::remind(tx, last.slot.start - jiff::SignedDuration::from_hours(1)).await
        });
        assert!(work.await.unwrap() > 0);
    }
    (client(&world.owner(name)).await, demo)
}

#[tokio::test]
async fn nobody_reaches_another_cabinets_rows() {
    let (owner, demo) = prepared("matrix").await;
    let (own, other) = (demo.cabinets[0].id.to_string(), demo.cabinets[1].id.to_string());
    let tables = tenant_tables(&owner).await;
    for table in &tables {
        for cabinet in [&own, &other] {
            let sql = format!("SELECT count(*) FROM practice.{table} WHERE cabinet_id = '{cabinet}'");
            let rows: i64 = owner.query_one(&sql, &[]).await.unwrap().get(0);
            assert!(
                rows > 0,
                "the demo has no rows in {table}: the matrix would prove nothing there"
            );
        }
    }
    let (mut found, mut cells) = (Vec::new(), 0);
    let app_url = world().await.app("matrix");
    for reused in [false, true] {
        let app = client(&app_url).await;
        if reused {
            // A transaction for the other cabinet came before, on this connection.
            app.batch_execute(&format!("BEGIN; SELECT set_config('app.cabinet', '{other}', true); SELECT count(*) FROM practice.patients; COMMIT"))
                .await
                .unwrap();
            let left: i64 = app
                .query_one("SELECT count(*) FROM practice.patients", &[])
                .await
                .unwrap()
                .get(0);
            assert_eq!(left, 0, "the connection remembers the other cabinet");
        }
        for table in &tables {
            app.batch_execute("BEGIN").await.unwrap();
            found.extend(trespasses(&app, table, &own, &other).await);
            if !sees_its_own(&app, table, &own).await {
                found.push(format!("{table}: a cabinet does not see exactly its own rows"));
            }
            app.batch_execute("ROLLBACK").await.unwrap();
            cells += 19;
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    eprintln!("row matrix: {cells} cells over {} tables", tables.len());
}

#[tokio::test]
async fn a_row_never_refers_to_another_cabinets() {
    let (owner, demo) = prepared("referring").await;
    let (own, other) = (demo.cabinets[0].id.to_string(), demo.cabinets[1].id.to_string());
    let keys = owner
        .query(
            "SELECT x.conrelid::regclass::text, x.confrelid::regclass::text, h.attname::text, o.attname::text \
             FROM pg_constraint x JOIN pg_namespace n ON n.oid = x.connamespace, unnest(x.conkey, x.confkey) k(here, there) \
             JOIN pg_attribute h ON h.attnum = k.here JOIN pg_attribute o ON o.attnum = k.there \
             WHERE n.nspname = 'practice' AND x.contype = 'f' AND cardinality(x.conkey) = 2 \
               AND h.attrelid = x.conrelid AND o.attrelid = x.confrelid AND h.attname <> 'cabinet_id' ORDER BY 1, 3",
            &[],
        )
        .await
        .unwrap();
    assert!(keys.len() >= 20, "{}", keys.len());
    for key in &keys {
        let [table, target, column, there]: [String; 4] = std::array::from_fn(|place| key.get(place));
        // Even the owner of the rows, past every policy, cannot write such a row.
        let sql = format!(
            "UPDATE {table} SET {column} = (SELECT t.{there} FROM {target} t WHERE t.cabinet_id = '{other}' LIMIT 1) WHERE ctid = (SELECT ctid FROM {table} WHERE cabinet_id = '{own}' LIMIT 1)"
        );
        owner.batch_execute("BEGIN").await.unwrap();
        let refused = owner.batch_execute(&sql).await.unwrap_err();
        let state = refused.code().unwrap().code().to_owned();
        assert!(
            ["23503", "23514"].contains(&state.as_str()),
            "{table}.{column}: {state}"
        );
        owner.batch_execute("ROLLBACK").await.unwrap();
    }
}
