//! Environments are refreshed and checked by the clock.
#![expect(clippy::unwrap_used, reason = "tests")]

use nova_automation::Automation;
use nova_automation_tests::{World, session};
use nova_clone::{Outcome, Status};
use nova_events::OperationKind;
use nova_fn_schedule::Tick;
use nova_kit::requests::{RollbackRequest, request_rollback};
use std::collections::BTreeSet;

fn automation(schedules: &str) -> Automation {
    Automation::from_json(Some(schedules), None).unwrap()
}

/// How many operations ticks have started. Two that come at the same moment may both say so of the same one: whoever
/// finds it named but not recorded yet records it, too, and that is one record.
fn distinct(ticks: [Tick; 3]) -> usize {
    let started: BTreeSet<String> = ticks.into_iter().flat_map(|tick| tick.started).collect();
    started.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_occurrence_is_requested_once_however_often_time_is_told() {
    let world = World::new().await;
    let nightly = automation(r#"{"preview": {"refresh": "0 3 * * *"}}"#);
    assert_eq!(
        world.tick(&nightly).await.started.len(),
        0,
        "nothing from before the schedule was known"
    );
    world.wait_hours(24);
    let (first, second) = tokio::join!(world.tick(&nightly), world.tick(&nightly));
    let third = world.tick(&nightly).await;
    assert_eq!(distinct([first, second, third]), 1);
    world.settle().await;
    let operations = world.operations().await;
    assert_eq!(operations.len(), 1);
    assert_eq!(operations[0].status(), Status::Completed, "{:?}", operations[0].outcome);
    assert!(operations[0].options().unwrap().anonymize);
    assert_eq!(operations[0].actor, "schedule");

    // Four nights without a tick: the newest one counts.
    world.wait_hours(96);
    assert_eq!(world.tick(&nightly).await.started.len(), 1);
    assert_eq!(world.tick(&nightly).await.started.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_taken_once_however_often_time_is_told_and_can_be_brought_back() {
    let world = World::new().await;
    let url = world
        .ports
        .environments
        .environment(&"preview".parse().unwrap())
        .await
        .unwrap()
        .url;
    let count = "SELECT count(*) FROM note";
    let template = session(url.reveal()).await;
    template
        .batch_execute("CREATE TABLE note (text text); INSERT INTO note VALUES ('kept'), ('kept, too')")
        .await
        .unwrap();
    drop(template);
    let nightly = automation(r#"{"preview": {"backup": "0 1 * * *"}, "production": {"health": "0 1 * * *"}}"#);
    assert_eq!(world.tick(&nightly).await.started.len(), 0);
    world.wait_hours(24);
    let (first, second) = tokio::join!(world.tick(&nightly), world.tick(&nightly));
    let third = world.tick(&nightly).await;
    assert_eq!(distinct([first, second, third]), 2);
    world.settle().await;
    let operations = world.operations().await;
    let taken: Vec<_> = operations
        .iter()
        .filter(|one| one.requested.kind == OperationKind::Backup)
        .collect();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].status(), Status::Completed, "{:?}", taken[0].outcome);
    assert_eq!(taken[0].actor, "schedule");

    let template = session(url.reveal()).await;
    template.batch_execute("DELETE FROM note").await.unwrap();
    drop(template);
    let back = RollbackRequest {
        environment: "preview".to_owned(),
        to_backup: Some(taken[0].id.clone()),
        ..RollbackRequest::default()
    };
    request_rollback(&world.ports, "somebody", back, None).await.unwrap();
    world.settle().await;
    let rows: i64 = session(url.reveal()).await.query_one(count, &[]).await.unwrap().get(0);
    assert_eq!(rows, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_says_whether_the_database_is_there() {
    let world = World::new().await;
    world.add_environment("away", &world.preview_url("nowhere"), "test");
    let hourly = automation(r#"{"preview": {"health": "0 * * * *"}, "away": {"health": "0 * * * *"}}"#);
    world.tick(&hourly).await;
    world.wait_hours(1);
    assert_eq!(world.tick(&hourly).await.started.len(), 2);
    world.settle().await;
    for operation in world.operations().await {
        assert_eq!(operation.requested.kind, OperationKind::Check);
        match (operation.requested.target.as_str(), &operation.outcome) {
            ("preview", Some(Outcome::Completed(_))) => {}
            ("away", Some(Outcome::Failed { reason, .. })) => assert!(reason.code.starts_with("NOVA-12"), "{reason:?}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_schedule_that_cannot_be_followed_does_not_stop_the_others() {
    let world = World::new().await;
    let both = automation(r#"{"missing": {"refresh": "0 * * * *"}, "preview": {"health": "0 * * * *"}}"#);
    world.tick(&both).await;
    world.wait_hours(1);
    let tick = world.tick(&both).await;
    assert_eq!((tick.started.len(), tick.failed.len()), (1, 1));
    assert_eq!(tick.failed[0].code.number, 1002);
}
