//! The functions that no queue invokes: the pump behind the log's stream, and the reconciler every minute.

#![expect(clippy::unwrap_used, reason = "what tests share may panic like tests")]

use async_trait::async_trait;
use nova_eventlog::{DeadLetter, Delivery, Error, Queue};
use nova_events::{
    ChunkExported, ChunkImported, Event, Function, OperationFailed, OperationStopped, Outgoing, Reason, RolledBack,
};
use nova_fn_reconcile::{Wake, reconcile_all};
use nova_kit::{
    Ports, Recorder,
    requests::{CloneRequest, request_clone},
    trace::Traced,
};
use nova_lambda_tests::{project::Folder, samples};
use std::sync::{Arc, Mutex};

/// A queue that takes no messages for one function, and notes the traces of the others.
struct Watched {
    inner: Arc<dyn Queue>,
    refuses: Option<Function>,
    traces: Mutex<Vec<Option<String>>>,
}

impl Watched {
    fn over(folder: &Folder, refuses: Option<Function>) -> Arc<Self> {
        Arc::new(Self {
            inner: Arc::new(folder.sqlite.clone()),
            refuses,
            traces: Mutex::default(),
        })
    }
}

#[async_trait]
impl Queue for Watched {
    async fn send(&self, messages: &[Outgoing]) -> Result<(), Error> {
        self.send_traced(messages, None).await
    }

    async fn send_traced(&self, messages: &[Outgoing], trace: Option<&str>) -> Result<(), Error> {
        if messages
            .iter()
            .any(|outgoing| Some(outgoing.message.to()) == self.refuses)
        {
            return Err(Error::Transient("throttled".to_owned()));
        }
        self.traces.lock().unwrap().push(trace.map(str::to_owned));
        self.inner.send(messages).await
    }

    async fn receive(&self, function: Function, limit: usize, now: u64, ms: u64) -> Result<Vec<Delivery>, Error> {
        self.inner.receive(function, limit, now, ms).await
    }

    async fn delete(&self, function: Function, receipt: &str) -> Result<(), Error> {
        self.inner.delete(function, receipt).await
    }

    async fn extend(&self, function: Function, receipt: &str, until_ms: u64) -> Result<(), Error> {
        self.inner.extend(function, receipt, until_ms).await
    }

    async fn bury(&self, function: Function, receipt: &str) -> Result<(), Error> {
        self.inner.bury(function, receipt).await
    }

    async fn dead_letters(&self, function: Function, limit: usize) -> Result<Vec<DeadLetter>, Error> {
        self.inner.dead_letters(function, limit).await
    }
}

async fn sent(ports: &Ports, function: Function) -> usize {
    let now = ports.clock.now_ms();
    ports.queue.receive(function, 10, now, 1000).await.unwrap().len()
}

#[tokio::test]
async fn the_pump_sends_the_messages_of_a_batch_of_commits() {
    let folder = Folder::without_servers();
    let ports = folder.ports();
    for (name, event) in samples::of("pump") {
        let answer = nova_fn_pump::consume(&ports, serde_json::from_value(event).unwrap()).await;
        assert!(answer.batch_item_failures.is_empty(), "{name}");
    }
    assert_eq!(sent(&ports, Function::Snapshot).await, 1);
    assert_eq!(sent(&ports, Function::Anonymize).await, 1);
}

#[tokio::test]
async fn messages_belong_to_the_trace_of_their_commit() {
    let folder = Folder::without_servers();
    let queue = Watched::over(&folder, None);
    let ports = folder.ports_with(Arc::new(Traced(queue.clone())));
    let (_, event) = samples::of("pump").remove(0);
    let commit = event["Records"][0]["dynamodb"]["NewImage"]["b"]["S"].as_str().unwrap();
    let commit: nova_eventlog::Commit = serde_json::from_str(commit).unwrap();
    assert!(commit.metadata.trace.is_some());
    assert_eq!(
        commit.computed_hash().unwrap(),
        commit.hash,
        "the sample is a commit as it is stored"
    );
    nova_fn_pump::consume(&ports, serde_json::from_value(event).unwrap()).await;
    assert_eq!(
        *queue.traces.lock().unwrap(),
        [commit.metadata.trace.clone(), commit.metadata.trace]
    );
}

#[tokio::test]
async fn a_commit_that_cannot_be_handed_over_is_where_the_stream_goes_on() {
    let folder = Folder::without_servers();
    let ports = folder.ports_with(Watched::over(&folder, Some(Function::Anonymize)));
    let (_, event) = samples::of("pump").remove(0);
    let second = event["Records"][1]["dynamodb"]["SequenceNumber"].clone();
    let answer = nova_fn_pump::consume(&ports, serde_json::from_value(event.clone()).unwrap()).await;
    let failures: Vec<_> = answer
        .batch_item_failures
        .iter()
        .map(|failure| &failure.item_identifier)
        .collect();
    assert_eq!(failures, [&second.as_str().map(str::to_owned)]);

    // The stream delivers from there, and perhaps more than that.
    let ports = folder.ports();
    let answer = nova_fn_pump::consume(&ports, serde_json::from_value(event).unwrap()).await;
    assert!(answer.batch_item_failures.is_empty());
    assert_eq!(sent(&ports, Function::Anonymize).await, 1);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_does_not_hold_up_the_others() {
    let folder = Folder::without_servers();
    let ports = folder.ports();
    let (_, mut event) = samples::of("pump").remove(0);
    event["Records"][0]["dynamodb"]["NewImage"]["b"]["S"] = "{}".into();
    let answer = nova_fn_pump::consume(&ports, serde_json::from_value(event).unwrap()).await;
    assert!(answer.batch_item_failures.is_empty());
    assert_eq!(sent(&ports, Function::Anonymize).await, 1);
}

async fn requested(ports: &Ports) -> String {
    let request = CloneRequest {
        source: "production".to_owned(),
        target: "test".to_owned(),
        anonymize: true,
        ..CloneRequest::default()
    };
    request_clone(ports, "somebody", request, None).await.unwrap().operation
}

#[tokio::test]
async fn an_operation_that_has_gone_quiet_is_helped_and_one_that_moves_is_left_alone() {
    let folder = Folder::without_servers();
    let ports = folder.ports();
    requested(&ports).await;
    assert_eq!(reconcile_all(&ports, 3_600_000).await.unwrap().sent, 0);
    assert_eq!(reconcile_all(&ports, 0).await.unwrap().sent, 1);
    assert_eq!(sent(&ports, Function::Guard).await, 1);
}

#[tokio::test]
async fn what_was_sent_is_not_sent_again_at_once() {
    let folder = Folder::without_servers();
    let ports = folder.ports();
    requested(&ports).await;
    tokio::time::sleep(std::time::Duration::from_millis(60)).await;
    assert_eq!(reconcile_all(&ports, 50).await.unwrap().sent, 1);
    assert_eq!(
        reconcile_all(&ports, 50).await.unwrap().sent,
        0,
        "a minute later it may still be on its way"
    );
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    assert_eq!(reconcile_all(&ports, 50).await.unwrap().sent, 1);
}

#[tokio::test]
async fn an_operation_that_was_stopped_can_be_resumed_and_is_not_forgotten() {
    let folder = Folder::without_servers();
    let ports = folder.ports();
    let id = requested(&ports).await;
    let operation = nova_kit::operation(&ports, &id).await.unwrap();
    let recorder = Recorder::new(&ports, &id, "test");
    recorder
        .operation(&operation, "stop", vec![OperationStopped::default().into()], Vec::new())
        .await
        .unwrap();
    assert_eq!(reconcile_all(&ports, 0).await.unwrap().sent, 0);
    nova_kit::requests::resume(&ports, "somebody", &id).await.unwrap();
    assert_eq!(reconcile_all(&ports, 0).await.unwrap().sent, 1);
}

/// Appends to an operation, without the messages that belong to the event: they were lost.
async fn append(ports: &Ports, id: &str, what: &str, event: impl Into<Event>) {
    let operation = nova_kit::operation(ports, id).await.unwrap();
    let recorder = Recorder::new(ports, id, "test");
    recorder
        .operation(&operation, what, vec![event.into()], Vec::new())
        .await
        .unwrap();
}

#[tokio::test]
async fn what_an_operation_had_built_is_removed_although_the_message_was_lost() {
    let folder = Folder::without_servers();
    let ports = folder.ports();
    let id = requested(&ports).await;
    append(&ports, &id, "stop", OperationStopped { discard: true }).await;
    assert_eq!(
        reconcile_all(&ports, 3_600_000).await.unwrap().sent,
        0,
        "it may be on its way"
    );
    assert_eq!(reconcile_all(&ports, 0).await.unwrap().sent, 1);
    assert_eq!(sent(&ports, Function::Rollback).await, 1);
    let removed = RolledBack {
        undone: None,
        dropped: Vec::new(),
    };
    append(&ports, &id, "rollback", removed).await;
    assert_eq!(reconcile_all(&ports, 0).await.unwrap().sent, 0);
}

#[tokio::test]
async fn people_are_told_of_a_failure_although_the_message_was_lost() {
    let folder = Folder::without_servers();
    let ports = folder.ports();
    let id = requested(&ports).await;
    let reason = Reason {
        code: "NOVA-1205".to_owned(),
        cause: "the connection was cut".to_owned(),
        remedy: String::new(),
        details: Vec::new(),
    };
    let step = "export".to_owned();
    append(&ports, &id, "failed0", OperationFailed { step, reason }).await;
    assert_eq!(reconcile_all(&ports, 0).await.unwrap().sent, 1);
    let now = ports.clock.now_ms();
    let delivery = ports
        .queue
        .receive(Function::Notify, 10, now, 1000)
        .await
        .unwrap()
        .remove(0);
    nova_kit::deliver(&ports, &nova_fn_notify::Notify, &delivery)
        .await
        .unwrap();
    assert_eq!(reconcile_all(&ports, 0).await.unwrap().sent, 0, "they were told");
}

#[tokio::test]
async fn a_chunk_that_has_come_further_is_not_shown_further_back_by_a_late_delivery() {
    let folder = Folder::without_servers();
    let ports = folder.ports();
    let stream = nova_clone::names::chunk_stream("op", 1, 0).unwrap();
    let events: [Event; 2] = [
        ChunkExported {
            attempt: 0,
            rows: 7,
            bytes: 1,
            table_rows: None,
            blob: "raw".to_owned(),
        }
        .into(),
        ChunkImported { rows: 7, bytes: 1 }.into(),
    ];
    for (what, event) in ["export", "import"].into_iter().zip(events) {
        let head = nova_eventlog::Head::of(&ports.log.read(&stream, 0).await.unwrap());
        Recorder::new(&ports, "op", "test")
            .append(stream.clone(), head, what, vec![event], Vec::new())
            .await
            .unwrap();
    }
    let commits = ports.log.read(&stream, 0).await.unwrap();
    for commit in [&commits[1], &commits[0]] {
        nova_fn_pump::hand_over(&ports, commit).await.unwrap();
    }
    let shown = ports.views.get(nova_fn_pump::CHUNKS, "op/1/0").await.unwrap().unwrap();
    assert_eq!(
        (shown["phase"].as_str(), shown["rows"].as_u64()),
        (Some("imported"), Some(7))
    );
}

#[test]
fn a_schedule_may_say_how_long_quiet_is() {
    let quiet: Vec<(String, u64)> = samples::of("reconcile")
        .into_iter()
        .map(|(name, event)| (name, serde_json::from_value::<Wake>(event).unwrap().quiet_ms()))
        .collect();
    let expected = [("at-once.json", 0), ("every-minute.json", 60_000)];
    assert_eq!(quiet, expected.map(|(name, ms)| (name.to_owned(), ms)));
    assert_eq!(serde_json::from_str::<Wake>("{}").unwrap().quiet_ms(), 60_000);
}
