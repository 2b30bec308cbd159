//! Invocations as API Gateway makes them, answered by the router that also answers `nova serve`.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use lambda_http::{Body, Service, request::from_str};
use nova_access::{Scope, Secret};
use nova_events::{Identity, OperationCompleted, Promoted};
use nova_fn_api_operations::{
    Api, router,
    tokens::{self, NewToken},
};
use nova_kit::{
    Recorder, Silent,
    requests::{CloneRequest, request_clone},
    wiring,
};
use nova_project::Project;
use serde_json::{Value, json};
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

/// What the API answers to a body that is sent with a token of this scope.
async fn created(api: &Api, scope: Scope, body: &Value) -> (u16, Value) {
    let byte = match scope {
        Scope::Viewer => 1,
        Scope::Cloner => 2,
        Scope::Admin => 3,
    };
    let new = NewToken {
        name: scope.to_string(),
        scope,
        lifetime_ms: None,
    };
    // It may have been made by an earlier request of the same test.
    let _ = tokens::create(&api.ports, "someone", &new, &[byte; 32]).await;
    let mut event: Value = serde_json::from_str(&sample("create.json")).unwrap();
    event["headers"]["authorization"] = format!("Bearer {}", Secret::of(&[byte; 32]).reveal()).into();
    event["headers"].as_object_mut().unwrap().remove("idempotency-key");
    event["headers"]["content-length"] = body.to_string().len().to_string().into();
    event["body"] = body.to_string().into();
    answer(api, &event.to_string()).await
}

fn identity() -> Identity {
    Identity {
        system: "7".to_owned(),
        database_oid: 5,
        database: "d".to_owned(),
        version: 15,
    }
}

/// A clone that was promoted, as the history holds it.
async fn clone_into_test(api: &Api, anonymize: bool) -> String {
    let request = CloneRequest {
        source: "production".to_owned(),
        target: "test".to_owned(),
        anonymize,
        allow_personal_data: !anonymize,
        ..CloneRequest::default()
    };
    let id = request_clone(&api.ports, "someone", request, None)
        .await
        .unwrap()
        .operation;
    let operation = nova_kit::operation(&api.ports, &id).await.unwrap();
    let promoted = Promoted {
        database: "d".to_owned(),
        previous: format!("nova_prev_{id}"),
        identity: identity(),
    };
    let events = vec![promoted.into(), OperationCompleted::default().into()];
    Recorder::new(&api.ports, &id, "test")
        .operation(&operation, "promote", events, Vec::new())
        .await
        .unwrap();
    id
}

#[tokio::test]
async fn contents_with_personal_data_come_back_for_an_admin_only() {
    let (_folder, api) = api();
    let first = clone_into_test(&api, false).await;
    let second = clone_into_test(&api, true).await;
    let latest = json!({ "kind": "rollback", "environment": "test" });
    let named = |id: &str| json!({ "kind": "rollback", "environment": "test", "to_backup": id });
    for body in [&latest, &named(&second)] {
        let (status, problem) = created(&api, Scope::Cloner, body).await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (403, Some("NOVA-2102")),
            "{problem:#}"
        );
    }
    // What was there before the first clone is nobody's personal data, as far as Nova knows.
    let (status, allowed) = created(&api, Scope::Cloner, &named(&first)).await;
    assert_eq!(status, 201, "{allowed:#}");
    let (status, allowed) = created(&api, Scope::Admin, &latest).await;
    assert_eq!(status, 201, "{allowed:#}");
    // The operation holds to what was judged.
    let recorded = nova_kit::operation(&api.ports, allowed["operation_id"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(recorded.requested.to_backup, Some(second));
}

#[tokio::test]
async fn rules_of_ones_own_are_an_admins_except_in_a_dry_run() {
    let (_folder, api) = api();
    let clone = |dry_run: bool| {
        json!({
            "kind": "clone", "source": "production", "target": "test", "anonymize": true, "dry_run": dry_run,
            "rules": { "rules": [] },
        })
    };
    let (status, problem) = created(&api, Scope::Cloner, &clone(false)).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (403, Some("NOVA-2102")),
        "{problem:#}"
    );
    assert_eq!(created(&api, Scope::Cloner, &clone(true)).await.0, 201);
    assert_eq!(created(&api, Scope::Admin, &clone(false)).await.0, 201);
}

#[tokio::test]
async fn a_backup_is_an_operation_like_any_other() {
    let (_folder, api) = api();
    let body = json!({ "kind": "backup", "environment": "test" });
    let (status, requested) = created(&api, Scope::Cloner, &body).await;
    assert_eq!(status, 201, "{requested:#}");
    assert_eq!(
        (requested["kind"].as_str(), requested["target"].as_str()),
        (Some("backup"), Some("test"))
    );
    assert_eq!(created(&api, Scope::Viewer, &body).await.0, 403);
    let unknown = json!({ "kind": "backup", "environment": "nowhere" });
    assert_eq!(created(&api, Scope::Cloner, &unknown).await.0, 422);
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
