//! Throttling, time-outs and lost answers between the adapter and DynamoDB: it comes through, and nothing is done twice.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod stack;

use nova_aws::dynamodb::DynamoDb;
use nova_conformance::{Fixture, Trouble, TroubledConnection, commit, laws, stream};
use nova_eventlog::{Appended, Commit, Error, EventLog, Gate, Gates, Head, Leases, StreamId, Views, prove};
use stack::Stack;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// How often a call is tried.
const ATTEMPTS: u32 = 8;

/// An adapter behind a bad connection.
async fn behind(
    plan: impl Fn(usize, &str) -> Trouble + Send + Sync + 'static,
) -> (Arc<DynamoDb>, TroubledConnection, Stack) {
    let stack = Stack::start().await;
    let connection = TroubledConnection::to(stack.url(), plan).await;
    let adapter = stack.adapter_through(connection.url(), ATTEMPTS).await;
    (Arc::new(adapter), connection, stack)
}

/// Every kind of trouble that is told before the call has got through, and now and then silence.
fn early(number: usize, _: &str) -> Trouble {
    match number {
        4 | 29 => Trouble::Silence,
        _ if number % 11 == 2 => Trouble::Throttled,
        _ if number % 13 == 5 => Trouble::Failed,
        _ if number % 17 == 7 => Trouble::Cut,
        _ => Trouble::None,
    }
}

/// The same, and answers that get lost.
fn any(number: usize, action: &str) -> Trouble {
    match number {
        11 | 41 => Trouble::AnswerSilent,
        _ if number % 7 == 3 => Trouble::AnswerCut,
        _ => early(number, action),
    }
}

async fn troubled<P: ?Sized>(plan: fn(usize, &str) -> Trouble, as_port: fn(Arc<DynamoDb>) -> Arc<P>) -> Fixture<P> {
    let (adapter, connection, stack) = behind(plan).await;
    Fixture::new(as_port(adapter), (connection, stack))
}

mod event_log {
    use super::*;

    laws!(
        event_log,
        || troubled(early, |dynamodb| dynamodb as Arc<dyn EventLog>),
        [
            commits_come_back_whole_and_in_order_and_prove,
            doing_the_same_thing_twice_is_replayed,
            a_stale_head_conflicts_with_what_stands_there,
            a_head_beyond_the_end_conflicts,
            of_many_writers_exactly_one_wins_each_number,
            of_many_who_do_the_same_thing_one_does_it,
            a_stream_of_many_megabytes_is_read_whole,
            streams_are_listed_by_prefix_page_by_page,
        ]
    );
}

mod gates {
    use super::*;

    laws!(
        gates,
        || troubled(any, |dynamodb| dynamodb as Arc<dyn Gates>),
        [
            a_member_that_does_not_exist_is_refused,
            a_gate_waits_for_as_many_as_it_was_first_told,
        ]
    );
}

mod leases {
    use super::*;

    laws!(
        leases,
        || troubled(any, |dynamodb| dynamodb as Arc<dyn Leases>),
        [
            a_lease_keeps_others_out_until_it_runs_out,
            its_holder_prolongs_it_under_the_same_fence,
            a_lease_that_was_given_back_is_free_and_its_fence_still_rises,
            only_its_holder_gives_it_back,
            of_many_who_want_it_one_gets_it,
        ]
    );
}

mod views {
    use super::*;

    laws!(
        views,
        || troubled(any, |dynamodb| dynamodb as Arc<dyn Views>),
        [
            the_last_writer_of_an_item_wins,
            items_are_listed_by_prefix_in_the_order_of_their_keys,
            many_large_items_are_listed_whole,
            removing_what_is_not_there_is_fine,
        ]
    );
}

#[tokio::test]
async fn an_append_whose_answer_got_lost_is_found_to_be_done() {
    for lost in [Trouble::AnswerCut, Trouble::AnswerSilent] {
        // The first put of all notes the stream's name.
        let puts = AtomicUsize::new(0);
        let (log, _connection, _stack) = behind(move |_, action| {
            let put = action == "PutItem" && puts.fetch_add(1, Ordering::SeqCst) % 2 == 1;
            if put { lost } else { Trouble::None }
        })
        .await;
        let name = stream("operation/1");
        let mut head = Head::start();
        let mut done = Vec::new();
        for id in ["a", "b", "c"] {
            let new = commit(&name, head, id);
            let (Appended::Stored(there) | Appended::Replayed(there)) = log.append(new.clone()).await.unwrap() else {
                panic!("nobody else writes");
            };
            assert_eq!(there, Commit::seal(new).unwrap());
            head = Head::after(&there);
            done.push(there);
        }
        assert_eq!(log.read(&name, 0).await.unwrap(), done, "{lost:?}");
    }
}

/// Appends until it is in, deciding again on every new head, as a handler does whose message is delivered again.
async fn insist(log: &dyn EventLog, name: &StreamId, id: &str) -> Commit {
    let mut head = Head::start();
    loop {
        match log.append(commit(name, head.clone(), id)).await {
            Ok(Appended::Stored(there) | Appended::Replayed(there)) => return there,
            Ok(Appended::Conflict { head: now, occupant }) => match occupant {
                Some(occupant) if occupant.id == id => return occupant,
                _ => head = now,
            },
            Err(Error::Transient(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_writers_behind_a_bad_connection_everybody_is_in_once() {
    let (log, connection, _stack) = behind(any).await;
    let name = stream("operation/1");
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..24 {
        let (log, name) = (log.clone(), name.clone());
        writers.spawn(async move { insist(&*log, &name, &format!("writer{writer}")).await });
    }
    let mut won = writers.join_all().await;
    won.sort_by_key(|commit| commit.number);
    let read = log.read(&name, 0).await.unwrap();
    assert_eq!(read, won);
    prove(&name, &read).unwrap();
    let ids: BTreeSet<&str> = read.iter().map(|commit| commit.id.as_str()).collect();
    assert_eq!(ids.len(), 24);
    assert!(connection.calls() > 2 * 24, "{} calls", connection.calls());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_gate_counts_everybody_once_however_often_their_calls_are_repeated() {
    const MEMBERS: u32 = 300;
    let (gates, connection, _stack) = behind(any).await;
    let gates: Arc<dyn Gates> = gates;
    let mut opened = Vec::new();
    for half in [0..MEMBERS / 2, MEMBERS / 2..MEMBERS] {
        let mut arrivals = tokio::task::JoinSet::new();
        for member in half {
            let gates = gates.clone();
            arrivals.spawn(async move {
                loop {
                    match gates.arrive("gate", member, MEMBERS).await {
                        Ok(gate) => return gate.is_full(),
                        Err(Error::Transient(_)) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            });
        }
        opened.push(arrivals.join_all().await.contains(&true));
    }
    assert_eq!(opened, [false, true]);
    let full = Gate {
        arrived: MEMBERS,
        expected: MEMBERS,
    };
    assert_eq!(gates.look("gate").await.unwrap(), full);
    assert!(connection.calls() > 330, "{} calls", connection.calls());
}

#[tokio::test]
async fn trouble_that_does_not_end_is_worth_another_attempt_later() {
    let name = stream("operation/1");
    for trouble in [
        Trouble::Throttled,
        Trouble::Failed,
        Trouble::Cut,
        Trouble::Silence,
        Trouble::AnswerCut,
    ] {
        let stack = Stack::start().await;
        let connection = TroubledConnection::to(stack.url(), move |_, _| trouble).await;
        let adapter = stack.adapter_through(connection.url(), 3).await;
        let (append, read, arrive, acquire, list) = tokio::join!(
            adapter.append(commit(&name, Head::start(), "a")),
            adapter.read(&name, 0),
            adapter.arrive("gate", 0, 1),
            adapter.acquire("lease", "me", 1, 1),
            adapter.list("kind", ""),
        );
        let errors = [append.err(), read.err(), arrive.err(), acquire.err(), list.err()];
        for error in errors {
            assert!(matches!(error, Some(Error::Transient(_))), "{trouble:?}: {error:?}");
        }
        assert_eq!(connection.calls(), 15, "{trouble:?}");
    }
}

#[tokio::test]
async fn a_dynamodb_that_is_gone_is_worth_another_attempt_later() {
    let stack = Stack::start().await;
    let adapter = stack.adapter_through("http://127.0.0.1:1", 2).await;
    let error = adapter.read(&stream("operation/1"), 0).await.unwrap_err();
    assert!(matches!(error, Error::Transient(_)), "{error}");
}
