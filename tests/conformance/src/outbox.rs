//! Laws of [`Outbox`](nova_eventlog::Outbox).

use crate::{LogAndOutbox, Make, commit, commit_of, event_of_size, stream};
use nova_eventlog::{Appended, Head};
use std::collections::BTreeSet;

/// Pending from the moment it is stored, oldest first, until marked; marking twice is fine.
pub async fn a_commit_is_pending_until_it_is_marked_as_sent(make: Make<'_, dyn LogAndOutbox>) {
    let log = make().await;
    let mut commits = Vec::new();
    for number in 0..5 {
        let name = stream(&format!("chunk/1/1/{number}"));
        let Appended::Stored(stored) = log.append(commit(&name, Head::start(), "exported")).await.unwrap() else {
            panic!("it was never done before");
        };
        commits.push(stored);
    }
    assert_eq!(log.pending(100).await.unwrap(), commits);
    assert_eq!(log.pending(2).await.unwrap(), commits[..2]);
    for _ in 0..2 {
        let sent = [(commits[0].stream.clone(), 0), (commits[3].stream.clone(), 0)];
        log.sent(&sent).await.unwrap();
        let left = [&commits[1], &commits[2], &commits[4]];
        assert_eq!(log.pending(100).await.unwrap().iter().collect::<Vec<_>>(), left);
    }
}

/// Refused, conflicting and repeated commits send nothing.
pub async fn what_was_not_stored_is_not_pending(make: Make<'_, dyn LogAndOutbox>) {
    let log = make().await;
    let name = stream("operation/1");
    let first = commit(&name, Head::start(), "first");
    log.append(first.clone()).await.unwrap();
    log.sent(&[(name.clone(), 0)]).await.unwrap();
    log.append(first).await.unwrap();
    log.append(commit(&name, Head::start(), "other")).await.unwrap();
    let empty = commit_of(&name, Head::start(), "empty", Vec::new(), Vec::new());
    log.append(empty).await.unwrap_err();
    let large = commit_of(&name, Head::start(), "large", vec![event_of_size(420_000)], Vec::new());
    log.append(large).await.unwrap_err();
    assert_eq!(log.pending(100).await.unwrap(), []);
}

/// However many try at once, the outbox holds exactly what the log holds.
pub async fn every_winner_of_a_race_is_pending_once(make: Make<'_, dyn LogAndOutbox>) {
    let log = make().await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..64 {
        let log = log.share();
        writers.spawn(async move {
            let name = stream(&format!("chunk/1/1/{}", writer % 16));
            log.append(commit(&name, Head::start(), &format!("attempt{writer}")))
                .await
                .unwrap();
        });
    }
    writers.join_all().await;
    let pending = log.pending(1_000).await.unwrap();
    let streams: BTreeSet<_> = pending.iter().map(|commit| commit.stream.clone()).collect();
    assert_eq!((pending.len(), streams.len()), (16, 16));
    for commit in pending {
        assert_eq!(log.read(&commit.stream, 0).await.unwrap(), [commit]);
    }
}
