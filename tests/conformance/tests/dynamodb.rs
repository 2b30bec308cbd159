//! The DynamoDB adapter passes every suite, through the real client over HTTP, and what holds for it alone.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod stack;

use nova_aws::dynamodb::DynamoDb;
use nova_conformance::{Fixture, commit, commit_of, event_of_size, laws, stream, suite};
use nova_eventlog::{
    Appended, Commit, Counters, Error, EventLog, Gates, Head, Leases, NewCommit, StreamId, Views, prove,
};
use stack::Stack;
use std::{slice, sync::Arc};

async fn fresh<P: ?Sized>(as_port: fn(Arc<DynamoDb>) -> Arc<P>) -> Fixture<P> {
    let stack = Stack::start().await;
    Fixture::new(as_port(Arc::new(stack.adapter())), stack)
}

mod event_log {
    use super::*;
    suite!(event_log, || fresh(|dynamodb| dynamodb as Arc<dyn EventLog>));
}

mod gates {
    use super::*;
    suite!(gates, || fresh(|dynamodb| dynamodb as Arc<dyn Gates>));
}

mod leases {
    use super::*;
    suite!(leases, || fresh(|dynamodb| dynamodb as Arc<dyn Leases>));
}

mod counters {
    use super::*;
    suite!(counters, || fresh(|dynamodb| dynamodb as Arc<dyn Counters>));
}

mod views {
    use super::*;
    suite!(views, || fresh(|dynamodb| dynamodb as Arc<dyn Views>));
}

/// Every call is made by a process that remembers nothing.
struct Forgetful {
    stack: Stack,
}

#[async_trait::async_trait]
impl EventLog for Forgetful {
    async fn append(&self, commit: NewCommit) -> Result<Appended, Error> {
        self.stack.adapter().append(commit).await
    }

    async fn read(&self, stream: &StreamId, from: u64) -> Result<Vec<Commit>, Error> {
        self.stack.adapter().read(stream, from).await
    }

    async fn streams(&self, prefix: &str, after: Option<&StreamId>, limit: usize) -> Result<Vec<StreamId>, Error> {
        self.stack.adapter().streams(prefix, after, limit).await
    }
}

mod event_log_without_a_memory {
    use super::*;

    async fn forgetful() -> Fixture<dyn EventLog> {
        let stack = Stack::start().await;
        Fixture::new(Arc::new(Forgetful { stack }), ())
    }

    laws!(
        event_log,
        forgetful,
        [
            commits_come_back_whole_and_in_order_and_prove,
            doing_the_same_thing_twice_is_replayed,
            a_stale_head_conflicts_with_what_stands_there,
            a_head_beyond_the_end_conflicts,
            a_head_that_names_another_hash_conflicts,
            an_id_that_stands_elsewhere_in_the_stream_is_not_used_again,
            of_many_writers_exactly_one_wins_each_number,
            of_many_who_do_the_same_thing_one_does_it,
            a_stream_of_many_megabytes_is_read_whole,
        ]
    );
}

/// Appends that must be stored.
async fn fill(log: &DynamoDb, name: &StreamId, mut head: Head, ids: &[&str]) -> Vec<Commit> {
    let mut commits = Vec::new();
    for id in ids {
        let Appended::Stored(stored) = log.append(commit(name, head, id)).await.unwrap() else {
            panic!("{id} was never done before");
        };
        head = Head::after(&stored);
        commits.push(stored);
    }
    commits
}

#[tokio::test]
async fn what_another_process_appended_meanwhile_is_seen() {
    let stack = Stack::start().await;
    let (one, other, name) = (stack.adapter(), stack.adapter(), stream("operation/1"));
    let mut commits = fill(&one, &name, Head::start(), &["a", "b"]).await;
    assert_eq!(other.read(&name, 0).await.unwrap(), commits);
    commits.extend(fill(&other, &name, Head::of(&commits), &["c", "d"]).await);
    let stale = one
        .append(commit(&name, Head::of(&commits[..2]), "late"))
        .await
        .unwrap();
    let expected = Appended::Conflict {
        head: Head::of(&commits),
        occupant: Some(commits[2].clone()),
    };
    assert_eq!(stale, expected);
    commits.extend(fill(&one, &name, Head::of(&commits), &["e"]).await);
    commits.extend(fill(&other, &name, Head::of(&commits), &["f"]).await);
    let read = one.read(&name, 0).await.unwrap();
    assert_eq!(read, commits);
    prove(&name, &read).unwrap();
}

#[tokio::test]
async fn more_streams_than_are_remembered_are_appended_to_all_the_same() {
    let stack = Stack::start().await;
    let log = stack.adapter();
    let names: Vec<StreamId> = (0..600)
        .map(|number| stream(&format!("chunk/1/1/{number:03}")))
        .collect();
    let mut heads = Vec::new();
    for name in &names {
        heads.push(Head::of(&fill(&log, name, Head::start(), &["exported"]).await));
    }
    for (name, head) in names.iter().zip(heads) {
        fill(&log, name, head, &["anonymized"]).await;
    }
    assert_eq!(log.streams("chunk/1/1/", None, 1_000).await.unwrap(), names);
    assert_eq!(
        log.streams("chunk/1/1/", Some(&names[500]), 1_000).await.unwrap(),
        names[501..]
    );
}

#[tokio::test]
async fn the_tables_stream_carries_whole_commits() {
    let stack = Stack::start().await;
    let (log, name) = (stack.adapter(), stream("operation/1"));
    let large = commit_of(&name, Head::start(), "large", vec![event_of_size(370_000)], Vec::new());
    let Appended::Stored(first) = log.append(large).await.unwrap() else {
        panic!("it was never done before");
    };
    let mut commits = vec![first];
    commits.extend(fill(&log, &name, Head::of(&commits), &["a", "b", "c"]).await);
    let images = stack.streamed_images().await;
    let streamed: Vec<Commit> = images
        .iter()
        .map(|image| nova_aws::dynamodb::commit_of_image(image).unwrap())
        .collect();
    assert!(streamed == commits);
    let mut foreign = images[0].clone();
    foreign
        .inner_mut()
        .insert("n".to_owned(), serde_dynamo::AttributeValue::N("7".to_owned()));
    assert!(nova_aws::dynamodb::commit_of_image(&foreign).is_err());
    assert!(nova_aws::dynamodb::commit_of_image(&serde_dynamo::Item::default()).is_err());
}

#[tokio::test]
async fn the_names_of_streams_can_be_had_from_the_events_again() {
    let stack = Stack::start().await;
    let (log, names) = (
        stack.adapter(),
        ["chunk/1/1/1", "environment/e", "operation/1"].map(stream),
    );
    for name in &names {
        fill(&log, name, Head::start(), &["a", "b"]).await;
    }
    stack.lose_work_table().await;
    assert_eq!(log.streams("", None, 10).await.unwrap(), []);
    for _ in 0..2 {
        assert_eq!(log.enlist_again().await.unwrap(), 3);
        assert_eq!(log.streams("", None, 10).await.unwrap(), names);
    }
}

#[tokio::test]
async fn an_item_that_dynamodb_has_no_room_for_is_refused_for_good() {
    let stack = Stack::start().await;
    let item = serde_json::json!("x".repeat(450_000));
    let error = stack.adapter().put("plan", "op1", &item).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error}");
    // The id counts beside the body.
    let mut new = commit(&stream("operation/1"), Head::start(), &"i".repeat(190_000));
    new.metadata.causation.clear();
    let error = stack.adapter().append(new).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error}");
}

#[tokio::test]
async fn a_missing_table_is_not_worth_another_attempt() {
    let stack = Stack::start().await;
    stack.lose_work_table_for_good().await;
    let error = stack.adapter().get("operation", "op1").await.unwrap_err();
    assert!(matches!(error, Error::Store(_)), "{error}");
    assert!(error.to_string().contains("ResourceNotFoundException"), "{error}");
}

#[tokio::test]
async fn tables_that_are_there_are_left_as_they_are() {
    let stack = Stack::start().await;
    let (log, name) = (stack.adapter(), stream("operation/1"));
    let commits = fill(&log, &name, Head::start(), &["a"]).await;
    stack.create_tables().await;
    assert_eq!(log.read(&name, 0).await.unwrap(), commits);
    assert_eq!(log.streams("", None, 10).await.unwrap(), slice::from_ref(&name));
}
