//! The sample invocations of the functions that answer HTTP are what API Gateway sends, and are answered.
#![expect(clippy::unwrap_used, reason = "tests")]

use lambda_http::tower::ServiceExt;
use nova_automation_tests::World;
use nova_fn_api_operations::{Api, router};
use std::{fs, path::Path, sync::Arc};

fn sample(function: &str, name: &str) -> lambda_http::Request {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../events/lambda")
        .join(function);
    let text = fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
    lambda_http::request::from_str(&text).unwrap()
}

/// How many samples a function has: each is named in a test below.
fn samples(function: &str) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../events/lambda")
        .join(function);
    fs::read_dir(folder).unwrap().count()
}

#[tokio::test(flavor = "multi_thread")]
async fn sample_deliveries_are_heard_when_they_are_signed() {
    let world = World::with_secret(b"sample secret of webhooks").await;
    let answers = [("not-signed", 401), ("closed", 202), ("opened", 202)];
    for (name, status) in answers {
        let answer = world.hooks.clone().oneshot(sample("webhook", name)).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{name}");
    }
    assert_eq!(
        world.operations().await.len(),
        1,
        "the pull request that was opened gets its environment"
    );
    assert_eq!(samples("webhook"), answers.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn sample_requests_reach_the_api() {
    let world = World::new().await;
    let api = router(&Api::new(Arc::clone(&world.ports)));
    // The samples' token was never made.
    let answers = [("health", 200), ("list", 401), ("create", 401)];
    for (name, status) in answers {
        let answer = api.clone().oneshot(sample("api-operations", name)).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{name}");
    }
    assert_eq!(samples("api-operations"), answers.len());
}

#[test]
fn the_sample_of_the_schedule_is_an_event_of_the_scheduler() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/lambda/schedule/every-minute.json");
    let event: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(event["source"], "aws.scheduler");
}
