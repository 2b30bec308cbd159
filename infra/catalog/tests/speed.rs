//! A capture and a walk cost a fixed number of queries: five thousand objects take about a second each, however slow the
//! test machine.

mod support;

use nova_schema::emit::Options;
use std::time::{Duration, Instant};
use support::{captured, new_database, server, statements, walked};

/// 1,000 tables with a sequence, two indexes and a foreign key each, and 1,000 views: 5,000 objects beside 9,000 columns.
const MANY: &str = "
  CREATE SCHEMA many;
  DO $$ BEGIN
    FOR i IN 1..1000 LOOP
      EXECUTE format('CREATE TABLE many.t%s (id bigserial PRIMARY KEY, a text NOT NULL DEFAULT ''x'', b integer CHECK (b > 0),
        c timestamptz DEFAULT now(), d jsonb, parent bigint REFERENCES many.t%s)', i, i);
      EXECUTE format('CREATE INDEX ON many.t%s (a, c)', i);
      EXECUTE format('CREATE VIEW many.v%s AS SELECT id, a, b FROM many.t%s WHERE b > 1', i, i);
    END LOOP;
  END $$;";

#[tokio::test]
async fn five_thousand_objects_are_captured_in_about_a_second() {
    let Some(cluster) = server(15) else { return };
    let client = new_database(&cluster, "many").await;
    client.batch_execute(MANY).await.expect("many objects");
    client.batch_execute("ANALYZE").await.expect("analyze");
    captured(&client).await;

    let start = Instant::now();
    let database = captured(&client).await;
    let captured_in = start.elapsed();
    let start = Instant::now();
    let count = statements(&database, &Options::for_target(15)).len();
    let emitted_in = start.elapsed();
    let start = Instant::now();
    let walk = walked(&client).await;
    let walked_in = start.elapsed();
    println!(
        "captured in {captured_in:?}; {count} statements emitted in {emitted_in:?}; {} rows walked in {walked_in:?}",
        walk.len()
    );
    assert_eq!(
        (database.tables.len(), database.views.len(), database.indexes.len()),
        (1000, 1000, 2000)
    );
    assert!(captured_in < Duration::from_secs(5), "the capture took {captured_in:?}");
    assert!(walked_in < Duration::from_secs(15), "the walk took {walked_in:?}");
    assert!(emitted_in < Duration::from_secs(5), "the emission took {emitted_in:?}");
}
