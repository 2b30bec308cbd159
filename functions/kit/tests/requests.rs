//! Requests over a project's own stores: what is recorded once, what is recorded not at all. No database is asked.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use nova_errors::{Code, Failure};
use nova_eventlog::{Head, StreamId};
use nova_events::{Event, OperationFailed, Reason, RequestKeyed, SnapshotOpened};
use nova_kit::{
    Ports, Recorder, Silent,
    requests::{self, CloneRequest, Requested, RulesText},
    wiring,
};
use nova_project::Project;
use std::{fs, sync::Arc};
use tempfile::TempDir;

fn ports() -> (TempDir, Ports) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["production", "test"] {
        let text = format!("DATABASE_URL=postgres://someone:secret@127.0.0.1:1/{name}\nNOVA_ENVIRONMENT_TYPE={name}\n");
        fs::write(folder.path().join(format!(".env.{name}")), text).unwrap();
    }
    let project = Project::open(folder.path());
    let sqlite = wiring::open_state(&project).unwrap();
    let ports = wiring::local(&project, sqlite.clone(), Arc::new(sqlite), Arc::new(Silent)).unwrap();
    (folder, ports)
}

fn clone() -> CloneRequest {
    CloneRequest {
        source: "production".to_owned(),
        target: "test".to_owned(),
        anonymize: true,
        ..CloneRequest::default()
    }
}

async fn ask(ports: &Ports, actor: &str, request: CloneRequest, key: &str) -> Result<Requested, Failure> {
    requests::request_clone(ports, actor, request, Some(key)).await
}

async fn streams(ports: &Ports, prefix: &str) -> Vec<StreamId> {
    nova_kit::streams(ports, prefix).await.unwrap()
}

#[tokio::test]
async fn a_key_names_one_operation_for_its_actor_and_its_request() {
    let (_folder, ports) = ports();
    let first = ask(&ports, "token:ci", clone(), "nightly").await.unwrap();
    assert!(!first.repeated);
    let again = ask(&ports, "token:ci", clone(), "nightly").await.unwrap();
    assert_eq!(
        (again.operation.as_str(), again.repeated),
        (first.operation.as_str(), true)
    );
    let theirs = ask(&ports, "token:qa", clone(), "nightly").await.unwrap();
    assert_ne!(theirs.operation, first.operation);
    let other = CloneRequest {
        dry_run: true,
        ..clone()
    };
    assert_eq!(
        ask(&ports, "token:ci", other, "nightly").await.unwrap_err().code,
        Code::KEY_REUSED
    );
    assert_eq!(streams(&ports, "operation/").await.len(), 2);
}

#[tokio::test]
async fn sixteen_at_once_with_one_key_start_one_operation() {
    let (_folder, ports) = ports();
    let ports = Arc::new(ports);
    let asking: Vec<_> = (0..16)
        .map(|_| {
            let ports = Arc::clone(&ports);
            tokio::spawn(async move { ask(&ports, "token:ci", clone(), "k").await.unwrap().operation })
        })
        .collect();
    let mut ids = Vec::new();
    for asked in asking {
        ids.push(asked.await.unwrap());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(streams(&ports, "operation/").await.len(), 1);
    let commits = ports
        .log
        .read(&streams(&ports, "operation/").await[0], 0)
        .await
        .unwrap();
    assert_eq!(commits.len(), 1, "requested once");
}

#[tokio::test]
async fn who_took_a_key_and_died_left_the_operation_to_the_next() {
    let (_folder, ports) = ports();
    ask(&ports, "token:ci", clone(), "died").await.unwrap();
    let key = streams(&ports, "request/").await.swap_remove(0);
    let Event::RequestKeyed(keyed) = ports.log.read(&key, 0).await.unwrap()[0].events[0].decode().unwrap() else {
        panic!("the key's stream holds something else")
    };

    // Other stores, where a process died right after it had taken the same key.
    let (_other_folder, other) = self::ports();
    let left = RequestKeyed {
        operation: "01jz0000000000000000000042".to_owned(),
        ..keyed
    };
    Recorder::by(&other, &left.operation, "token:ci")
        .append(key, Head::start(), "key/left", vec![left.clone().into()], Vec::new())
        .await
        .unwrap();
    let taken_up = ask(&other, "token:ci", clone(), "died").await.unwrap();
    assert_eq!((taken_up.operation, taken_up.repeated), (left.operation, false));
    assert!(ask(&other, "token:ci", clone(), "died").await.unwrap().repeated);
    assert_eq!(streams(&other, "operation/").await.len(), 1);
}

#[tokio::test]
async fn a_mistake_records_nothing_and_leaves_the_key_free() {
    let (_folder, ports) = ports();
    let mistakes = [
        (
            CloneRequest {
                target: "nowhere".to_owned(),
                ..clone()
            },
            Code::UNKNOWN_ENVIRONMENT,
        ),
        (
            CloneRequest {
                target: "a/b".to_owned(),
                ..clone()
            },
            Code::BAD_ARGUMENT,
        ),
        (
            CloneRequest {
                allow_personal_data: true,
                ..clone()
            },
            Code::BAD_ARGUMENT,
        ),
        (
            CloneRequest {
                batch_rows: Some(0),
                ..clone()
            },
            Code::BAD_ARGUMENT,
        ),
        (
            CloneRequest {
                rules: Some(rules("{")),
                ..clone()
            },
            Code::BAD_RULES,
        ),
        (
            CloneRequest {
                anonymize: false,
                rules: Some(rules("{}")),
                ..clone()
            },
            Code::BAD_ARGUMENT,
        ),
    ];
    for (request, code) in mistakes {
        let failure = ask(&ports, "token:ci", request.clone(), "k").await.unwrap_err();
        assert_eq!(failure.code, code, "{request:?}: {failure}");
    }
    for key in ["", &"x".repeat(201)] {
        assert_eq!(
            ask(&ports, "token:ci", clone(), key).await.unwrap_err().code,
            Code::BAD_ARGUMENT
        );
    }
    assert_eq!(streams(&ports, "").await, []);
    assert!(!ask(&ports, "token:ci", clone(), "k").await.unwrap().repeated);
}

fn rules(text: &str) -> RulesText {
    RulesText {
        name: "rules".to_owned(),
        text: text.to_owned(),
    }
}

#[tokio::test]
async fn an_operation_that_failed_half_way_gives_way_to_a_new_one_but_not_to_a_dry_run() {
    let (_folder, ports) = ports();
    let failed = requests::request_clone(&ports, "someone", clone(), None)
        .await
        .unwrap()
        .operation;
    let reason = Reason {
        code: "NOVA-1205".to_owned(),
        cause: "cut".to_owned(),
        remedy: "…".to_owned(),
        details: Vec::new(),
    };
    let events = vec![
        SnapshotOpened {
            epoch: 1,
            visibility: "1:1:".to_owned(),
        }
        .into(),
        OperationFailed {
            step: "export".to_owned(),
            reason,
        }
        .into(),
    ];
    let operation = nova_kit::operation(&ports, &failed).await.unwrap();
    Recorder::by(&ports, &failed, "nova")
        .operation(&operation, "failed", events, Vec::new())
        .await
        .unwrap();
    let asked = async || {
        ports
            .queue
            .receive(nova_events::Function::Rollback, 10, ports.clock.now_ms(), 1)
            .await
            .unwrap()
    };
    let dry = CloneRequest {
        dry_run: true,
        ..clone()
    };
    requests::request_clone(&ports, "someone", dry, None).await.unwrap();
    assert_eq!(asked().await, []);
    requests::request_clone(&ports, "someone", clone(), None).await.unwrap();
    let removals = asked().await;
    assert_eq!(removals.len(), 1);
    assert_eq!(removals[0].message.operation(), failed);
}

#[tokio::test]
async fn what_has_ended_for_good_is_neither_stopped_nor_resumed() {
    let (_folder, ports) = ports();
    let id = requests::request_clone(&ports, "someone", clone(), None)
        .await
        .unwrap()
        .operation;
    requests::stop(&ports, "token:ci", &id, false).await.unwrap();
    assert_eq!(
        requests::stop(&ports, "x", &id, false).await.unwrap_err().code,
        Code::OPERATION_ENDED
    );
    let resumed = requests::resume(&ports, "token:ci", &id).await.unwrap();
    assert!(!resumed.has_ended());
    requests::stop(&ports, "token:ci", &id, true).await.unwrap();
    for unknown in ["01jz0000000000000000000009", "../etc", ""] {
        assert_eq!(
            requests::stop(&ports, "x", unknown, false).await.unwrap_err().code,
            Code::UNKNOWN_OPERATION
        );
        assert_eq!(
            requests::resume(&ports, "x", unknown).await.unwrap_err().code,
            Code::UNKNOWN_OPERATION
        );
    }
}
