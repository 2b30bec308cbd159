//! Several processes on one SQLite file, and processes that are killed.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use nova_conformance::{message, stream};
use nova_eventlog::{EventLog, Gates, Outbox, Queue, prove};
use nova_events::Function;
use nova_sqlite::Sqlite;
use std::{
    collections::BTreeSet,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime},
};

fn helper(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_conformance-helper"))
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a helper said before it ended, and whether it ended well.
fn said(helper: Child) -> (Vec<String>, bool) {
    let output = helper.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (text.lines().map(str::to_owned).collect(), output.status.success())
}

/// What stands behind a word in those lines.
fn after<'a>(word: &'a str, lines: &'a [String]) -> impl Iterator<Item = &'a str> {
    lines
        .iter()
        .filter_map(move |line| line.strip_prefix(word)?.strip_prefix(' '))
}

fn database(folder: &Path) -> String {
    folder.join("nova.db").to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_processes_and_a_reader_share_one_file() {
    const EACH: usize = 150;
    let folder = tempfile::tempdir().unwrap();
    let db = database(folder.path());
    let name = stream("operation/shared");
    // None of them finds a file: they also race to create it.
    let writers: Vec<Child> = ["a", "b", "c"]
        .iter()
        .map(|writer| helper(&["append", &db, "operation/shared", &EACH.to_string(), writer]))
        .collect();
    let here = Sqlite::open(&db).unwrap();
    loop {
        let read = here.read(&name, 0).await.unwrap();
        prove(&name, &read).unwrap();
        if read.len() == 3 * EACH {
            break;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    for writer in writers {
        let (lines, well) = said(writer);
        assert!(well, "{:?}", lines.last());
        assert_eq!(after("appended", &lines).count(), EACH);
    }
    assert_eq!(here.pending(10_000).await.unwrap(), here.read(&name, 0).await.unwrap());
    for writer in ["a", "b", "c"] {
        assert!(here.look(writer).await.unwrap().is_full());
    }

    let takers: Vec<Child> = (0..3).map(|_| helper(&["drain", &db])).collect();
    let mut taken = Vec::new();
    for taker in takers {
        let (lines, well) = said(taker);
        assert!(well, "{:?}", lines.last());
        taken.extend(after("took", &lines).map(str::to_owned));
    }
    let distinct: BTreeSet<&String> = taken.iter().collect();
    assert_eq!((taken.len(), distinct.len()), (3 * EACH, 3 * EACH));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_writer_loses_nothing_it_has_stored_and_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let db = database(folder.path());
    let name = stream("operation/killed");
    let mut appended: Vec<(u64, String)> = Vec::new();
    let mut sent: BTreeSet<String> = BTreeSet::new();
    for round in 0..25 {
        let writer = format!("round{round}");
        let mut child = helper(&["append", &db, "operation/killed", "1000000", &writer]);
        std::thread::sleep(some_time());
        child.kill().unwrap();
        let (lines, _) = said(child);
        assert_eq!(after("error:", &lines).next(), None);
        for line in after("appended", &lines) {
            let (number, hash) = line.split_once(' ').unwrap();
            appended.push((number.parse().unwrap(), hash.to_owned()));
        }
        sent.extend(after("sent", &lines).map(str::to_owned));

        let here = Sqlite::open(&db).unwrap();
        let read = here.read(&name, 0).await.unwrap();
        prove(&name, &read).unwrap();
        let stored: Vec<(u64, String)> = read.iter().map(|one| (one.number, one.hash.clone())).collect();
        // The last commit of a round may be stored without having been said.
        assert!(appended.iter().all(|said| stored.contains(said)), "round {round}");
        assert!(stored.len() <= appended.len() + round + 1, "round {round}");
        // Each commit with its outbox row, or neither.
        assert_eq!(here.pending(1_000_000).await.unwrap(), read, "round {round}");
        let arrived = u32::try_from(after("arrived", &lines).count()).unwrap();
        let gate = here.look(&writer).await.unwrap().arrived;
        assert!(
            (arrived..=arrived + 1).contains(&gate),
            "round {round}: {gate} of {arrived}"
        );
    }
    assert!(!appended.is_empty(), "no round lasted long enough to append anything");
    let here = Sqlite::open(&db).unwrap();
    let mut delivered = BTreeSet::new();
    loop {
        let some = here.receive(Function::Export, 100, 1, 600_000).await.unwrap();
        if some.is_empty() {
            break;
        }
        for delivery in some {
            assert!(delivered.insert(delivery.id));
        }
    }
    assert!(sent.is_subset(&delivered));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_process_held_is_recovered_without_waiting_and_without_counting() {
    let folder = tempfile::tempdir().unwrap();
    let db = database(folder.path());
    {
        let first = Sqlite::open(&db).unwrap();
        first.send(&[message("a"), message("b")]).await.unwrap();
        let held = first.receive(Function::Export, 1, 1_000, 600_000).await.unwrap();
        assert_eq!(held.len(), 1);
    }
    let second = Sqlite::open(&db).unwrap();
    assert_eq!(second.receive(Function::Export, 10, 1_000, 10).await.unwrap().len(), 1);
    assert_eq!(second.recover("op2").await.unwrap(), 0);
    assert_eq!(second.recover("op1").await.unwrap(), 2);
    let again = second.receive(Function::Export, 10, 1_000, 600_000).await.unwrap();
    let found: Vec<_> = again.iter().map(|one| (one.id.as_str(), one.received)).collect();
    assert_eq!(found, [("a", 1), ("b", 1)]);
}

/// Between nothing and a few dozen commits.
fn some_time() -> Duration {
    let nanos = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .subsec_nanos();
    Duration::from_millis(u64::from(nanos / 1_000 % 80))
}
