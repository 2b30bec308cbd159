//! The proof of the schema engine: what was captured, emitted into a new database and captured again, is the same.

use crate::support::{
    apply, assert_same, assert_same_dump, assert_silent, captured, dump, new_database, rich, server, statements, walked,
};
use nova_schema::emit::Options;
use nova_schema::{compare, compatibility};

/// Copies the rich fixture within one server and compares both by capture and by `pg_dump`.
async fn round_trip(major: u32) {
    let Some(cluster) = server(major) else { return };
    let source = rich(&cluster, "source", major).await;
    let expected = captured(&source).await;
    assert_eq!(expected.unsupported, vec![], "the fixture holds only what is carried");
    let target = new_database(&cluster, "copy").await;
    apply(
        &target,
        &statements(&expected, &Options::for_target(major).with_owners()),
    )
    .await;
    assert_silent(&walked(&source).await.differences(&walked(&target).await));
    let actual = captured(&target).await;
    let options = compare::Options {
        owners: true,
        sequence_values: true,
    };
    assert_same(&expected, &actual, &options);
    if let (Some(before), Some(after)) = (dump(&cluster, "source", major), dump(&cluster, "copy", major)) {
        assert_same_dump(&before, &after);
    }
}

/// Copies the fixture of the older server to the newer one.
async fn upgrade(from: u32, to: u32) {
    let (Some(old), Some(new)) = (server(from), server(to)) else {
        return;
    };
    let source = rich(&old, "source", from).await;
    let expected = captured(&source).await;
    assert_eq!(compatibility::check(&expected, to), vec![]);
    let target = new_database(&new, "copy").await;
    apply(&target, &statements(&expected, &Options::for_target(to))).await;
    assert_same(&expected, &captured(&target).await, &compare::Options::default());
}

#[tokio::test]
async fn a_copy_on_13_equals_its_source() {
    round_trip(13).await;
}

#[tokio::test]
async fn a_copy_on_14_equals_its_source() {
    round_trip(14).await;
}

#[tokio::test]
async fn a_copy_on_15_equals_its_source() {
    round_trip(15).await;
}

#[tokio::test]
async fn a_copy_on_16_equals_its_source() {
    round_trip(16).await;
}

#[tokio::test]
async fn a_copy_on_17_equals_its_source() {
    round_trip(17).await;
}

#[tokio::test]
async fn a_copy_on_18_equals_its_source() {
    round_trip(18).await;
}

#[tokio::test]
async fn a_copy_from_13_to_18_equals_its_source() {
    upgrade(13, 18).await;
}

#[tokio::test]
async fn a_copy_from_15_to_17_equals_its_source() {
    upgrade(15, 17).await;
}
