//! Laws of [`EventLog`].

use crate::{Make, commit, commit_of, event_of_size, stream};
use nova_eventlog::{Appended, Commit, Error, EventLog, Head, NewCommit, StreamId, prove};

async fn stored(log: &dyn EventLog, new: NewCommit) -> Commit {
    match log.append(new).await.unwrap() {
        Appended::Stored(commit) => commit,
        other => panic!("expected it to be stored, got {other:?}"),
    }
}

/// Appends `count` small commits to an empty stream.
async fn fill(log: &dyn EventLog, stream: &StreamId, count: u32) -> Vec<Commit> {
    let mut commits = Vec::new();
    for number in 0..count {
        let new = commit(stream, Head::of(&commits), &format!("id{number}"));
        commits.push(stored(log, new).await);
    }
    commits
}

/// Nothing was appended, so nothing is read, not even from a number on.
pub async fn a_stream_without_commits_is_empty(make: Make<'_, dyn EventLog>) {
    let log = make().await;
    let nothing = stream("operation/none");
    assert_eq!(log.read(&nothing, 0).await.unwrap(), []);
    assert_eq!(log.read(&nothing, 7).await.unwrap(), []);
    assert_eq!(log.streams("", None, 10).await.unwrap(), []);
}

/// What is read is what was stored, from whatever number, and its chain of hashes holds.
pub async fn commits_come_back_whole_and_in_order_and_prove(make: Make<'_, dyn EventLog>) {
    let log = make().await;
    let (one, other) = (stream("operation/1"), stream("operation/1/x"));
    let commits = fill(&*log, &one, 12).await;
    let others = fill(&*log, &other, 2).await;
    assert_eq!(log.read(&one, 0).await.unwrap(), commits);
    assert_eq!(log.read(&one, 9).await.unwrap(), commits[9..]);
    assert_eq!(log.read(&one, 12).await.unwrap(), []);
    assert_eq!(log.read(&other, 0).await.unwrap(), others);
    prove(&one, &log.read(&one, 0).await.unwrap()).unwrap();
}

/// The id decides, not the time: a second attempt finds the first one, also when the stream has gone on since.
pub async fn doing_the_same_thing_twice_is_replayed(make: Make<'_, dyn EventLog>) {
    let log = make().await;
    let name = stream("operation/1");
    let commits = fill(&*log, &name, 3).await;
    for (number, before) in commits.iter().enumerate() {
        let mut again = commit(&name, Head::of(&commits[..number]), &before.id);
        again.at_ms += 60_000;
        assert_eq!(log.append(again).await.unwrap(), Appended::Replayed(before.clone()));
    }
    assert_eq!(log.read(&name, 0).await.unwrap(), commits);
}

/// Who decided on an old head learns the new one, and what stands where they wanted to write.
pub async fn a_stale_head_conflicts_with_what_stands_there(make: Make<'_, dyn EventLog>) {
    let log = make().await;
    let name = stream("operation/1");
    let commits = fill(&*log, &name, 3).await;
    for number in 0..3 {
        let late = commit(&name, Head::of(&commits[..number]), "late");
        let expected = Appended::Conflict {
            head: Head::of(&commits),
            occupant: Some(commits[number].clone()),
        };
        assert_eq!(log.append(late).await.unwrap(), expected);
    }
    assert_eq!(log.read(&name, 0).await.unwrap(), commits);
}

/// No gaps: a number beyond the end is not taken.
pub async fn a_head_beyond_the_end_conflicts(make: Make<'_, dyn EventLog>) {
    let log = make().await;
    let name = stream("operation/1");
    let beyond = |next| Head {
        next,
        hash: "ab".repeat(32),
    };
    let expected = Appended::Conflict {
        head: Head::start(),
        occupant: None,
    };
    assert_eq!(log.append(commit(&name, beyond(1), "early")).await.unwrap(), expected);
    let commits = fill(&*log, &name, 2).await;
    let expected = Appended::Conflict {
        head: Head::of(&commits),
        occupant: commits.last().cloned(),
    };
    assert_eq!(log.append(commit(&name, beyond(9), "early")).await.unwrap(), expected);
    assert_eq!(log.read(&name, 0).await.unwrap(), commits);
}

/// The right number over another history is not a head of this stream.
pub async fn a_head_that_names_another_hash_conflicts(make: Make<'_, dyn EventLog>) {
    let log = make().await;
    let name = stream("operation/1");
    let commits = fill(&*log, &name, 2).await;
    let forged = Head {
        next: 2,
        hash: commits[0].hash.clone(),
    };
    let answer = log.append(commit(&name, forged, "forged")).await.unwrap();
    assert!(matches!(answer, Appended::Conflict { .. }), "{answer:?}");
    assert_eq!(log.read(&name, 0).await.unwrap(), commits);
}

/// A deed is done once: on a later head it is found where it was done first.
pub async fn an_id_that_stands_elsewhere_in_the_stream_is_not_used_again(make: Make<'_, dyn EventLog>) {
    let log = make().await;
    let name = stream("operation/1");
    let commits = fill(&*log, &name, 3).await;
    for before in &commits {
        let again = commit(&name, Head::of(&commits), &before.id);
        let expected = Appended::Conflict {
            head: Head::of(&commits),
            occupant: Some(before.clone()),
        };
        assert_eq!(log.append(again).await.unwrap(), expected);
    }
    assert_eq!(log.read(&name, 0).await.unwrap(), commits);
    // In another stream it is another deed.
    let other = stream("operation/2");
    stored(&*log, commit(&other, Head::start(), &commits[0].id)).await;
}

/// A commit says that something happened.
pub async fn a_commit_without_events_is_refused(make: Make<'_, dyn EventLog>) {
    let log = make().await;
    let name = stream("operation/1");
    let empty = commit_of(&name, Head::start(), "empty", Vec::new(), Vec::new());
    assert!(matches!(log.append(empty).await, Err(Error::Invalid(_))));
    assert_eq!(log.read(&name, 0).await.unwrap(), []);
}

/// Sixty-four writers want one commit each in the same stream: every one gets in, each number is given out once, and
/// whoever loses a number hears of the winner.
pub async fn of_many_writers_exactly_one_wins_each_number(make: Make<'_, dyn EventLog>) {
    const WRITERS: usize = 64;
    let log = make().await;
    let name = stream("operation/1");
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let (log, name) = (log.share(), name.clone());
        writers.spawn(async move {
            let id = format!("writer{writer}");
            let mut head = Head::start();
            loop {
                match log.append(commit(&name, head.clone(), &id)).await.unwrap() {
                    Appended::Stored(commit) => return commit,
                    Appended::Replayed(commit) => {
                        panic!("{id} was never done before, yet it stands at {}", commit.number)
                    }
                    Appended::Conflict { head: now, occupant } => {
                        let occupant = occupant.unwrap();
                        assert_eq!(occupant.number, head.next);
                        assert!(now.next > head.next);
                        head = now;
                    }
                }
            }
        });
    }
    let mut won = writers.join_all().await;
    won.sort_by_key(|commit| commit.number);
    assert_eq!(won.len(), WRITERS);
    let read = log.read(&name, 0).await.unwrap();
    assert_eq!(read, won);
    prove(&name, &read).unwrap();
}

/// Sixty-four attempts at the same thing: one is stored, all others find it. The one that stored it is told so, unless that
/// answer is lost: then it finds its own commit.
pub async fn of_many_who_do_the_same_thing_one_does_it(make: Make<'_, dyn EventLog>) {
    let log = make().await;
    let name = stream("chunk/1/1/1");
    let mut attempts = tokio::task::JoinSet::new();
    for attempt in 0..64 {
        let (log, name) = (log.share(), name.clone());
        attempts.spawn(async move {
            let mut new = commit(&name, Head::start(), "exported");
            new.at_ms += attempt;
            log.append(new).await.unwrap()
        });
    }
    let answers = attempts.join_all().await;
    let stored = log.read(&name, 0).await.unwrap();
    assert_eq!(stored.len(), 1);
    let (winners, others): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| matches!(answer, Appended::Stored(_)));
    assert!(winners.len() <= 1, "{winners:?}");
    assert!(
        winners
            .iter()
            .all(|answer| **answer == Appended::Stored(stored[0].clone()))
    );
    assert!(
        others
            .iter()
            .all(|answer| **answer == Appended::Replayed(stored[0].clone()))
    );
}

/// Stores that answer in pages (DynamoDB: 1 MB) are read to the end.
pub async fn a_stream_of_many_megabytes_is_read_whole(make: Make<'_, dyn EventLog>) {
    let log = make().await;
    let name = stream("operation/1");
    let mut commits = Vec::new();
    for (number, size) in [
        300_000, 10, 350_000, 90_000, 350_000, 350_000, 10, 350_000, 350_000, 200_000,
    ]
    .into_iter()
    .enumerate()
    {
        let new = commit_of(
            &name,
            Head::of(&commits),
            &format!("id{number}"),
            vec![event_of_size(size)],
            Vec::new(),
        );
        commits.push(stored(&*log, new).await);
    }
    let read = log.read(&name, 0).await.unwrap();
    assert!(read == commits, "{} commits instead of {}", read.len(), commits.len());
    prove(&name, &read).unwrap();
    assert!(log.read(&name, 3).await.unwrap() == commits[3..]);
}

/// An item of DynamoDB holds 400 KB; every adapter keeps to it.
pub async fn a_commit_just_under_the_limit_fits_and_one_over_it_is_refused(make: Make<'_, dyn EventLog>) {
    let log = make().await;
    let name = stream("operation/1");
    let fits = commit_of(&name, Head::start(), "fits", vec![event_of_size(370_000)], Vec::new());
    let fits = stored(&*log, fits).await;
    assert!(log.read(&name, 0).await.unwrap() == [fits.clone()]);
    let too_large = commit_of(
        &name,
        Head::after(&fits),
        "large",
        vec![event_of_size(420_000)],
        Vec::new(),
    );
    assert!(matches!(log.append(too_large).await, Err(Error::Invalid(_))));
    assert_eq!(log.read(&name, 1).await.unwrap(), []);
}

/// Each stream once, in order, going on behind the last name of the page before.
pub async fn streams_are_listed_by_prefix_page_by_page(make: Make<'_, dyn EventLog>) {
    let log = make().await;
    for name in [
        "operation/b",
        "operation/a",
        "operation/a.2",
        "operation/a-1",
        "operations",
        "chunk/a/1/1",
    ] {
        fill(&*log, &stream(name), 3).await;
    }
    let names = |streams: Vec<StreamId>| -> Vec<String> { streams.iter().map(ToString::to_string).collect() };
    let all = names(log.streams("operation/", None, 100).await.unwrap());
    assert_eq!(all, ["operation/a", "operation/a-1", "operation/a.2", "operation/b"]);
    let exact = names(log.streams("operation/a", None, 100).await.unwrap());
    assert_eq!(exact, ["operation/a", "operation/a-1", "operation/a.2"]);
    let mut paged: Vec<StreamId> = Vec::new();
    loop {
        let page = log.streams("operation/", paged.last(), 3).await.unwrap();
        assert!(page.len() <= 3);
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(names(paged), all);
    assert_eq!(log.streams("", None, 100).await.unwrap().len(), 6);
}
