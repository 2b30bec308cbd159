//! Schemas of real applications: out of an empty database, and back to it.

use nova_migration::{Migration, compare};
use nova_schema_tests::pair::{Pack, Pair};
use nova_schema_tests::real::pairs;
use nova_schema_tests::run::{How, all, apply, planned};
use nova_schema_tests::server::{can_dump, captured, connect, database, roles, server, server_with_locks};
use std::sync::Arc;

/// Runs them one by one; `online` with online statements.
async fn run(major: u32, pairs: Vec<Pair>, online: bool) {
    let Some(cluster) = server(major) else { return };
    roles(&cluster).await;
    let how = How {
        dumps: can_dump(major),
        oracle: true,
        online,
    };
    let count = pairs.len();
    let failures = all(&Arc::new(cluster), pairs.into_iter().map(Pack::single).collect(), how).await;
    assert!(
        failures.is_empty(),
        "{} of {count} schemas fail on PostgreSQL {major}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_schemas_come_out_of_nothing_and_go_again() {
    let few = ["graphile_worker", "indico", "jbpm", "pg_boss", "prefect"];
    let chosen: Vec<Pair> = pairs(true)
        .into_iter()
        .filter(|pair| few.contains(&pair.name.as_str()))
        .collect();
    assert_eq!(chosen.len(), few.len());
    run(15, chosen, false).await;
}

/// `NOVA_REAL_MAJOR` chooses a version, `NOVA_REAL_ONLY` a schema by a part of its name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "2,631 tables four times, and online once more: some minutes"]
async fn every_real_schema_comes_out_of_nothing_and_goes_again() {
    let major = std::env::var("NOVA_REAL_MAJOR").map_or(15, |major| major.parse().unwrap());
    let only = std::env::var("NOVA_REAL_ONLY").unwrap_or_default();
    for online in [false, true] {
        let chosen = pairs(true).into_iter();
        let chosen = chosen.filter(|pair| pair.name.contains(&only) && pair.fits(major));
        run(major, chosen.collect(), online).await;
    }
}

#[tokio::test]
async fn more_tables_than_one_transaction_can_lock_come_and_go() {
    let Some(cluster) = server_with_locks(15, 30) else {
        return;
    };
    let admin = connect(&cluster, "postgres").await;
    let source = database(&admin, &cluster, "source").await;
    for hundred in 0..9 {
        let tables = (0..100).map(|table| {
            let name = format!("t{hundred}_{table}");
            format!(
                "CREATE TABLE {name} (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text UNIQUE, b text UNIQUE);"
            )
        });
        source.batch_execute(&tables.collect::<String>()).await.unwrap();
    }
    let target = database(&admin, &cluster, "target").await;
    let (start, goal) = (captured(&target).await, captured(&source).await);
    let up = planned(&start, &goal, false, false);
    let whole = Migration {
        divisible: false,
        ..up.clone()
    };
    let refused = apply(&target, &whole).await.unwrap_err();
    assert!(refused.contains("53200"), "{refused}");
    apply(&target, &up).await.unwrap();
    assert!(compare(&goal, &captured(&target).await, true).equal);
    apply(&target, &planned(&goal, &start, false, true)).await.unwrap();
    assert!(compare(&start, &captured(&target).await, true).equal);
}
