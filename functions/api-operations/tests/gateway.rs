//! Invocations as API Gateway makes them, answered by the router that also answers `nova serve`.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use lambda_http::{Body, Service, request::from_str};
use nova_access::{Scope, Secret};
use nova_fn_api_operations::{
    Api, router,
    tokens::{self, NewToken},
};
use nova_kit::{Silent, wiring};
use nova_project::Project;
use serde_json::Value;
use std::{fs, path::Path, sync::Arc};
use tempfile::TempDir;

/// A sample invocation, with the token of [`token`] in it.
fn sample(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/lambda/api-operations");
    let text = fs::read_to_string(folder.join(name)).unwrap();
    text.replace("nova_sample", Secret::of(&[7; 32]).reveal())
}

/// An API over a project whose environments lead nowhere.
fn api() -> (TempDir, Api) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["production", "test"] {
        let text = format!("DATABASE_URL=postgres://someone:secret@127.0.0.1:1/{name}\nNOVA_ENVIRONMENT_TYPE={name}\n");
        fs::write(folder.path().join(format!(".env.{name}")), text).unwrap();
    }
    let project = Project::open(folder.path());
    let sqlite = wiring::open_state(&project).unwrap();
    let ports = wiring::local(&project, sqlite.clone(), Arc::new(sqlite), Arc::new(Silent)).unwrap();
    (folder, Api::new(Arc::new(ports)))
}

/// Makes the token that the samples show.
async fn token(api: &Api) {
    let new = NewToken {
        name: "gateway".to_owned(),
        scope: Scope::Cloner,
        lifetime_ms: None,
    };
    tokens::create(&api.ports, "someone", &new, &[7; 32]).await.unwrap();
}

async fn answer(api: &Api, event: &str) -> (u16, Value) {
    let request: lambda_http::http::Request<Body> = from_str(event).unwrap();
    let response = router(api).call(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn health_is_told_to_everyone() {
    let (_folder, api) = api();
    let (status, body) = answer(&api, &sample("health.json")).await;
    assert_eq!((status, body["status"].as_str()), (200, Some("ok")));
}

#[tokio::test]
async fn the_sample_starts_a_clone_once_however_often_it_is_invoked() {
    let (_folder, api) = api();
    let (status, body) = answer(&api, &sample("create.json")).await;
    assert_eq!((status, body["code"].as_str()), (401, Some("NOVA-2101")));
    token(&api).await;
    let (status, first) = answer(&api, &sample("create.json")).await;
    assert_eq!(status, 201, "{first:#}");
    assert_eq!(first["requested_by"], "token:gateway");
    let (status, again) = answer(&api, &sample("create.json")).await;
    assert_eq!((status, &again["operation_id"]), (200, &first["operation_id"]));
    let (status, listed) = answer(&api, &sample("list.json")).await;
    assert_eq!(status, 200, "{listed:#}");
    assert_eq!(
        listed["operations"][0]["operation_id"], first["operation_id"],
        "{listed:#}"
    );
}

#[tokio::test]
async fn the_trace_of_a_request_goes_on_in_its_commit() {
    let (_folder, api) = api();
    token(&api).await;
    let mut event: Value = serde_json::from_str(&sample("create.json")).unwrap();
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    event["headers"]["traceparent"] = trace.into();
    let (status, created) = answer(&api, &event.to_string()).await;
    assert_eq!(status, 201, "{created:#}");
    let stream = nova_clone::names::operation_stream(created["operation_id"].as_str().unwrap()).unwrap();
    let commits = api.ports.log.read(&stream, 0).await.unwrap();
    let kept = commits[0].metadata.trace.as_deref().unwrap();
    assert_eq!(kept.split('-').nth(1), trace.split('-').nth(1), "{kept}");
    assert_ne!(kept, trace, "a span of its own");
}
