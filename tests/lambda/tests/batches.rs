//! What becomes of the messages of a batch.

#![expect(clippy::unwrap_used, reason = "what tests share may panic like tests")]

use async_trait::async_trait;
use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::Context;
use nova_clone::{Operation, Outcome};
use nova_errors::Failure;
use nova_events::{Function, Message};
use nova_kit::{
    Cut, Handler, Ports, Recorder,
    lambda::{self, Receipts},
    metrics::Tally,
    requests::{CloneRequest, request_clone},
    trace,
};
use nova_lambda_tests::{project::Folder, samples};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// A guard that does what a test says.
#[derive(Clone, Copy)]
enum Staged {
    Works,
    Panics,
    TakesTooLong(Cut),
}

#[async_trait]
impl Handler for Staged {
    fn function(&self) -> Function {
        Function::Guard
    }

    fn cut(&self) -> Cut {
        match self {
            Self::TakesTooLong(cut) => *cut,
            _ => Cut::StartsOver,
        }
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, _: &Message) -> Result<(), Failure> {
        match self {
            Self::Works => {
                let events = vec![nova_events::OperationStopped::default().into()];
                Recorder::new(ports, &operation.id, "guard")
                    .operation(operation, "done", events, Vec::new())
                    .await
            }
            Self::Panics => panic!("on purpose"),
            Self::TakesTooLong(_) => {
                tokio::time::sleep(Duration::from_mins(1)).await;
                Ok(())
            }
        }
    }
}

/// A function over a project with one operation whose guard was asked for.
struct Stage {
    folder: Folder,
    function: lambda::Function,
    operation: String,
}

impl Stage {
    async fn new(handler: impl Handler + 'static) -> Self {
        let folder = Folder::without_servers();
        let ports = folder.ports();
        let request = CloneRequest {
            source: "production".to_owned(),
            target: "test".to_owned(),
            anonymize: true,
            ..CloneRequest::default()
        };
        let requested = trace::within(Some(TRACE.to_owned()), request_clone(&ports, "somebody", request, None));
        let operation = requested.await.unwrap().operation;
        nova_fn_pump::drain(&ports, &folder.sqlite).await.unwrap();
        let function = lambda::Function::new(
            Arc::new(ports),
            Box::new(handler),
            Arc::new(Tally::default()),
            Receipts::Own,
        );
        Self {
            folder,
            function,
            operation,
        }
    }

    /// The guard's message, as SQS would hand it over; its delivery is `attempt`.
    async fn record(&self, attempt: u32) -> Value {
        let ports = self.function.ports();
        let now = ports.clock.now_ms();
        let received = ports.queue.receive(Function::Guard, 1, now, 1000).await.unwrap();
        let delivery = received.first().unwrap();
        json!({
            "messageId": "m1",
            "receiptHandle": delivery.receipt,
            "body": serde_json::to_string(&delivery.message).unwrap(),
            "attributes": { "ApproximateReceiveCount": attempt.to_string() },
            "messageAttributes": { "trace": { "stringValue": TRACE, "dataType": "String" } },
        })
    }

    /// Hands a batch over, to be handled within `limit`; the identifiers that are reported.
    async fn invoke(&self, records: Vec<Value>, limit: Duration) -> Vec<String> {
        let event: SqsEvent = serde_json::from_value(json!({ "Records": records })).unwrap();
        let mut context = Context::default();
        context.deadline = self.function.ports().clock.now_ms() + u64::try_from(limit.as_millis()).unwrap();
        let response = self.function.batch(event, &context).await;
        let failures = response.batch_item_failures.into_iter();
        failures.map(|failure| failure.item_identifier).collect()
    }

    async fn now(&self) -> Operation {
        nova_kit::operation(self.function.ports(), &self.operation)
            .await
            .unwrap()
    }

    /// Messages for the guard that nobody has in hand.
    async fn waiting(&self) -> u64 {
        self.folder.sqlite.waiting(&self.operation).await.unwrap().visible
    }
}

const AMPLE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_message_that_cannot_be_read_is_reported_and_the_others_are_done() {
    let stage = Stage::new(Staged::Works).await;
    let unreadable = json!({ "messageId": "m0", "receiptHandle": "r0", "body": "{\"to\":\"dentist\"}" });
    let good = stage.record(1).await;
    assert_eq!(stage.invoke(vec![unreadable, good], AMPLE).await, ["m0"]);
    assert_eq!(stage.now().await.outcome, Some(Outcome::Stopped));
}

#[tokio::test]
async fn what_a_message_leads_to_belongs_to_its_trace() {
    let stage = Stage::new(Staged::Works).await;
    let record = stage.record(1).await;
    assert!(stage.invoke(vec![record], AMPLE).await.is_empty());
    let stream = nova_clone::names::operation_stream(&stage.operation).unwrap();
    let commits = stage.function.ports().log.read(&stream, 0).await.unwrap();
    let traces: Vec<&str> = commits
        .iter()
        .filter_map(|commit| commit.metadata.trace.as_deref())
        .collect();
    let [request, step] = traces[..] else {
        panic!("{traces:?}")
    };
    assert_eq!(request, TRACE);
    assert_eq!(step[..36], TRACE[..36], "the same trace");
    assert_ne!(step, TRACE, "and a span of its own");
}

#[tokio::test]
async fn a_panic_is_one_failed_operation_and_no_failed_batch() {
    let stage = Stage::new(Staged::Panics).await;
    let record = stage.record(1).await;
    assert!(stage.invoke(vec![record], AMPLE).await.is_empty());
    let Some(Outcome::Failed { reason, step }) = stage.now().await.outcome else {
        panic!("the operation goes on")
    };
    assert_eq!((reason.code.as_str(), step.as_str()), ("NOVA-1999", "guard"));
    let dead = stage
        .function
        .ports()
        .queue
        .dead_letters(Function::Guard, 10)
        .await
        .unwrap();
    assert_eq!(dead.len(), 1);
}

#[tokio::test]
async fn a_message_that_cannot_be_begun_in_time_comes_again_and_that_is_no_attempt() {
    let stage = Stage::new(Staged::Works).await;
    let record = stage.record(6).await;
    let reported = stage.invoke(vec![record], Duration::from_millis(800)).await;
    assert!(reported.is_empty(), "a reported message would be counted");
    assert_eq!(stage.now().await.outcome, None);
    assert_eq!(stage.waiting().await, 1);
}

#[tokio::test]
async fn work_that_is_kept_goes_on_in_a_next_message_however_often_that_takes() {
    let stage = Stage::new(Staged::TakesTooLong(Cut::GoesOn)).await;
    let record = stage.record(6).await;
    let reported = stage.invoke(vec![record], Duration::from_secs(2)).await;
    assert!(reported.is_empty());
    assert_eq!(stage.now().await.outcome, None);
    assert_eq!(stage.waiting().await, 1);
}

#[tokio::test]
async fn work_that_starts_over_is_tried_a_few_times_and_then_fails_with_a_code() {
    let stage = Stage::new(Staged::TakesTooLong(Cut::StartsOver)).await;
    let record = stage.record(1).await;
    assert_eq!(stage.invoke(vec![record.clone()], Duration::from_secs(2)).await, ["m1"]);
    assert_eq!(stage.now().await.outcome, None);
    let mut last = record;
    last["attributes"]["ApproximateReceiveCount"] = "6".into();
    assert!(stage.invoke(vec![last], Duration::from_secs(2)).await.is_empty());
    let Some(Outcome::Failed { reason, .. }) = stage.now().await.outcome else {
        panic!("the operation goes on")
    };
    assert_eq!(reason.code, "NOVA-1907");
}

#[tokio::test]
async fn every_sample_of_a_function_with_a_queue_is_handled() {
    let handlers: [Box<dyn Handler>; 12] = [
        Box::new(nova_fn_guard::Guard),
        Box::new(nova_fn_snapshot::Snapshot),
        Box::new(nova_fn_keeper::Keep),
        Box::new(nova_fn_prepare::Prepare),
        Box::new(nova_fn_export::Export),
        Box::new(nova_fn_anonymize::Anonymize),
        Box::new(nova_fn_import::Import),
        Box::new(nova_fn_finalize::Finalize),
        Box::new(nova_fn_validate::Validate),
        Box::new(nova_fn_promote::Promote),
        Box::new(nova_fn_rollback::Rollback),
        Box::new(nova_fn_notify::Notify),
    ];
    assert_eq!(handlers.len(), Function::ALL.len());
    let folder = Folder::without_servers();
    for handler in handlers {
        let step = handler.function();
        let tally = Arc::new(Tally::default());
        let function = lambda::Function::new(Arc::new(folder.ports()), handler, tally, Receipts::Sqs);
        for (name, event) in samples::of(step.name()) {
            let event: SqsEvent = serde_json::from_value(event).unwrap();
            for record in &event.records {
                let message: Message = serde_json::from_str(record.body.as_deref().unwrap()).unwrap();
                assert_eq!(message.to(), step, "{name} is for another function");
            }
            let mut context = Context::default();
            context.deadline = function.ports().clock.now_ms() + 10_000;
            let response = function.batch(event, &context).await;
            assert!(response.batch_item_failures.is_empty(), "{}/{name}", step.name());
        }
    }
}
