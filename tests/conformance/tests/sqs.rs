//! Queues on SQS pass the suite in real time; what SQS does beyond it.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod moto_stack;

use aws_sdk_sqs::types::Message as Received;
use moto_stack::Deployment;
use nova_aws::sqs::{Queues, delivery};
use nova_conformance::{Fixture, Time, Trouble, TroubledConnection, message, suite};
use nova_eventlog::{Error, Queue};
use nova_events::{Function, Outgoing};
use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const FUNCTIONS: &[Function] = &[Function::Export, Function::Import, Function::Notify];

const EXPORT: Function = Function::Export;

mod laws {
    use super::*;

    async fn fresh() -> Fixture<dyn Queue> {
        let queues = Deployment::with_queues(FUNCTIONS, false).await.queues();
        Fixture::new(Arc::new(queues), ())
    }

    suite!(queue, fresh, Time::Real);
}

async fn received_raw(deployment: &Deployment) -> Vec<Received> {
    let url = format!("{}export", deployment.settings.queue_url_prefix);
    let call = deployment.clients.sqs.receive_message().queue_url(url);
    let call = call.max_number_of_messages(10).message_attribute_names("All");
    call.send().await.unwrap().messages.unwrap_or_default()
}

#[tokio::test]
async fn a_message_is_plain_json_with_its_id_and_its_trace_beside_it() {
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let deployment = Deployment::with_queues(FUNCTIONS, false).await;
    let queues = deployment.queues();
    queues.send_traced(&[message("a")], Some(trace)).await.unwrap();
    queues.send(&[message("b")]).await.unwrap();
    let received = received_raw(&deployment).await;
    assert_eq!(received.len(), 2);
    for one in received {
        let attributes = one.message_attributes.unwrap();
        let text = |name: &str| attributes.get(name).and_then(|value| value.string_value.clone());
        let id = text("id").unwrap();
        assert_eq!(text("trace").as_deref(), (id == "a").then_some(trace));
        let body: nova_events::Message = serde_json::from_str(one.body.as_deref().unwrap()).unwrap();
        assert_eq!(body, message(&id).message);
    }
}

#[tokio::test]
async fn many_messages_of_several_functions_all_arrive_once() {
    let queues = Deployment::with_queues(FUNCTIONS, false).await.queues();
    let import = |number: u32| Outgoing {
        id: format!("import{number}"),
        message: nova_events::Message::Import {
            operation: "op1".to_owned(),
            epoch: 1,
            chunk: number,
        },
    };
    let mut messages: Vec<Outgoing> = (0..25).map(|number| message(&format!("export{number}"))).collect();
    messages.extend((0..13).map(import));
    messages.push(message("export0"));
    queues.send(&messages).await.unwrap();
    for (function, count) in [(EXPORT, 25), (Function::Import, 13)] {
        let mut received = Vec::new();
        loop {
            let some = queues.receive(function, 100, 0, 60_000).await.unwrap();
            if some.is_empty() {
                break;
            }
            received.extend(some.into_iter().map(|one| one.id));
        }
        assert_eq!(received.len(), count, "{function:?}");
        assert_eq!(received.iter().collect::<BTreeSet<_>>().len(), count, "{function:?}");
    }
}

#[tokio::test]
async fn what_sqs_itself_sets_aside_is_a_dead_letter_too() {
    let queues = Deployment::with_queues(FUNCTIONS, true).await.queues();
    queues.send(&[message("a")]).await.unwrap();
    for _ in 0..2 {
        let delivery = queues.receive(EXPORT, 1, 0, 60_000).await.unwrap().remove(0);
        queues.extend(EXPORT, &delivery.receipt, 0).await.unwrap();
    }
    assert_eq!(queues.receive(EXPORT, 1, 0, 60_000).await.unwrap(), []);
    for _ in 0..3 {
        let letters = queues.dead_letters(EXPORT, 10).await.unwrap();
        assert_eq!(letters.len(), 1, "looking takes nothing away");
        assert_eq!(
            (letters[0].id.as_str(), &letters[0].message),
            ("a", &message("a").message)
        );
        assert!(letters[0].received >= 2);
    }
}

#[tokio::test]
async fn what_a_lambda_was_handed_can_be_buried() {
    let deployment = Deployment::with_queues(FUNCTIONS, false).await;
    let queues = deployment.queues();
    queues.send(&[message("a")]).await.unwrap();
    let received = received_raw(&deployment).await.remove(0);
    let (handle, body) = (received.receipt_handle.unwrap(), received.body.unwrap());
    let handed = delivery(&handle, "a", &body, 4).unwrap();
    queues.bury(EXPORT, &handed.receipt).await.unwrap();
    let letters = queues.dead_letters(EXPORT, 10).await.unwrap();
    assert_eq!((letters[0].id.as_str(), letters[0].received), ("a", 4));
    assert_eq!(queues.receive(EXPORT, 1, 0, 60_000).await.unwrap(), []);
}

#[tokio::test]
async fn a_bare_handle_deletes_and_cannot_bury() {
    let deployment = Deployment::with_queues(FUNCTIONS, false).await;
    let queues = deployment.queues();
    queues.send(&[message("a")]).await.unwrap();
    let handle = received_raw(&deployment).await.remove(0).receipt_handle.unwrap();
    assert!(matches!(queues.bury(EXPORT, &handle).await, Err(Error::Invalid(_))));
    queues.extend(EXPORT, &handle, 0).await.unwrap();
    let again = received_raw(&deployment).await.remove(0).receipt_handle.unwrap();
    queues.delete(EXPORT, &again).await.unwrap();
    assert_eq!(received_raw(&deployment).await, []);
}

#[tokio::test]
async fn what_cannot_be_read_disturbs_nobody() {
    let deployment = Deployment::with_queues(FUNCTIONS, false).await;
    let queues = deployment.queues();
    let url = format!("{}export", deployment.settings.queue_url_prefix);
    for body in ["not JSON", "{}"] {
        let call = deployment.clients.sqs.send_message().queue_url(&url);
        call.message_body(body).send().await.unwrap();
    }
    queues.send(&[message("a")]).await.unwrap();
    let received = queues.receive(EXPORT, 10, 0, 60_000).await.unwrap();
    assert_eq!(received.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["a"]);
}

#[tokio::test]
async fn receiving_waits_for_a_first_message() {
    let deployment = Deployment::with_queues(FUNCTIONS, false).await;
    let begun = Instant::now();
    let queues = deployment.queues().waiting(1);
    assert_eq!(queues.receive(EXPORT, 1, 0, 60_000).await.unwrap(), []);
    assert!(begun.elapsed() >= Duration::from_millis(900), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_service_that_fails_now_and_then_loses_nothing() {
    let mut deployment = Deployment::with_queues(FUNCTIONS, false).await;
    let service = nova_conformance::moto();
    let connection = TroubledConnection::to(service, |number, _| match number % 4 {
        0 => Trouble::Throttled,
        1 => Trouble::Failed,
        2 => Trouble::Cut,
        _ => Trouble::None,
    })
    .await;
    deployment.clients = nova_aws::Clients::local(connection.url()).await;
    // A queue's URL names its host.
    let prefix = deployment.settings.queue_url_prefix.replace(service, connection.url());
    let queues = Queues::new(deployment.clients.sqs.clone(), prefix).waiting(0);
    queues.send(&[message("a"), message("b")]).await.unwrap();
    let received = queues.receive(EXPORT, 10, 0, 60_000).await.unwrap();
    assert_eq!(received.len(), 2);
    for one in received {
        queues.delete(EXPORT, &one.receipt).await.unwrap();
    }
    assert!(connection.calls() >= 16, "{}", connection.calls());
}

/// A service that takes no more than the first entry of a batch, and says of the others what it is told to.
async fn taking_one_at_a_time(sender_fault: bool) -> (String, tokio::task::JoinHandle<Vec<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let mut sizes = Vec::new();
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let entries = loop {
                client.read_buf(&mut request).await.unwrap();
                let text = String::from_utf8_lossy(&request);
                let body = text.split_once("\r\n\r\n").map(|(_, body)| body);
                let body = body.and_then(|body| serde_json::from_str::<serde_json::Value>(body).ok());
                if let Some(body) = body {
                    break body["Entries"].as_array().unwrap().clone();
                }
            };
            sizes.push(entries.len());
            let (first, others) = entries.split_first().unwrap();
            let taken = serde_json::json!({ "Id": first["Id"], "MessageId": "m", "MD5OfMessageBody": "x" });
            let refused: Vec<_> = others
                .iter()
                .map(|entry| serde_json::json!({ "Id": entry["Id"], "Code": "Busy", "SenderFault": sender_fault }))
                .collect();
            let body = serde_json::json!({ "Successful": [taken], "Failed": refused }).to_string();
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\nconnection: close";
            let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            client.write_all(answer.as_bytes()).await.unwrap();
            client.shutdown().await.unwrap();
            if others.is_empty() || sender_fault {
                return sizes;
            }
        }
    });
    (url, serving)
}

#[tokio::test]
async fn what_was_not_taken_of_a_batch_is_sent_again() {
    let (url, serving) = taking_one_at_a_time(false).await;
    let clients = nova_aws::Clients::local(&url).await;
    let queues = Queues::new(clients.sqs, format!("{url}/123456789012/nova-"));
    queues.send(&[message("a"), message("b"), message("c")]).await.unwrap();
    assert_eq!(serving.await.unwrap(), [3, 2, 1]);
}

#[tokio::test]
async fn a_message_that_sqs_will_never_take_is_an_error() {
    let (url, serving) = taking_one_at_a_time(true).await;
    let clients = nova_aws::Clients::local(&url).await;
    let queues = Queues::new(clients.sqs, format!("{url}/123456789012/nova-"));
    let refused = queues.send(&[message("a"), message("b")]).await;
    assert!(matches!(refused, Err(Error::Store(_))), "{refused:?}");
    assert_eq!(serving.await.unwrap(), [2]);
}
