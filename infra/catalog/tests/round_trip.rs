//! The proof of the schema engine: what was captured, emitted into a new database and captured again, is the same.

mod support;

use nova_schema::compare;
use nova_schema::emit::Options;
use support::{apply, assert_same, assert_same_dump, captured, dump, new_database, rich, server, statements};

/// Copies the rich fixture within one server and compares both by capture and by `pg_dump`.
async fn round_trip(major: u32) {
    let Some(cluster) = server(major) else { return };
    let source = rich(&cluster, "source", major).await;
    let expected = captured(&source).await;
    assert_eq!(expected.unsupported, vec![], "the fixture holds only what is carried");
    let target = new_database(&cluster, "copy").await;
    apply(&target, &statements(&expected, &Options::for_target(major))).await;
    target
        .batch_execute("INSERT INTO app.users (email, name) OVERRIDING SYSTEM VALUE VALUES ('c@example.org', 'C')")
        .await
        .expect("the copy works");
    let actual = captured(&target).await;
    let options = compare::Options {
        owners: true,
        sequence_values: false,
    };
    assert_same(&expected, &actual, &options);
    if let (Some(before), Some(after)) = (dump(&cluster, "source", major), dump(&cluster, "copy", major)) {
        assert_same_dump(&before, &after);
    }
}

#[tokio::test]
async fn a_copy_on_15_equals_its_source() {
    round_trip(15).await;
}
