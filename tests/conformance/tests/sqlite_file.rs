//! The SQLite file itself: what is refused, what cannot be changed, what a full disk does, and the calls that only one
//! machine can offer.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod small_disk;

use nova_conformance::{commit, commit_of, event_of_size, message, stream};
use nova_errors::Failure;
use nova_eventlog::{Appended, Error, EventLog, Head, Queue, prove};
use nova_events::Function;
use nova_sqlite::{Sqlite, Waiting};
use rusqlite::Connection;
use small_disk::SmallDisk;
use std::fs;

#[tokio::test]
async fn commits_cannot_be_changed_or_removed_through_sql() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nova.db");
    let sqlite = Sqlite::open(&path).unwrap();
    let name = stream("operation/1");
    sqlite.append(commit(&name, Head::start(), "first")).await.unwrap();
    let other = Connection::open(&path).unwrap();
    for (statement, says) in [
        ("UPDATE commits SET body = '{}'", "a commit never changes"),
        ("DELETE FROM commits", "a commit is never removed"),
    ] {
        let refused = other.execute(statement, []).unwrap_err().to_string();
        assert_eq!(refused, says);
    }
    assert_eq!(sqlite.read(&name, 0).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_change_behind_the_triggers_does_not_prove() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nova.db");
    let sqlite = Sqlite::open(&path).unwrap();
    let name = stream("operation/1");
    let mut head = Head::start();
    for id in ["first", "second", "third"] {
        let Appended::Stored(stored) = sqlite.append(commit(&name, head, id)).await.unwrap() else {
            panic!("{id} was never done before");
        };
        head = Head::after(&stored);
    }
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch(
            "DROP TRIGGER commits_never_change;
             UPDATE commits SET body = replace(body, 'camille', 'nobody') WHERE number = 1;",
        )
        .unwrap();
    let error = prove(&name, &sqlite.read(&name, 0).await.unwrap()).unwrap_err();
    assert!(matches!(error, Error::Tampered { number: 1, .. }), "{error}");
}

#[test]
fn what_is_not_a_state_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let refusal = |name: &str| match Sqlite::open(folder.path().join(name)) {
        Err(Error::Store(what)) => what,
        other => panic!("{name}: {other:?}"),
    };

    fs::write(
        folder.path().join("text.db"),
        "not a database, but long enough to have a header".repeat(20),
    )
    .unwrap();
    assert!(refusal("text.db").ends_with("the state database is not a SQLite file"));

    Connection::open(folder.path().join("other.db"))
        .unwrap()
        .execute_batch("CREATE TABLE theirs (a)")
        .unwrap();
    let before = fs::read(folder.path().join("other.db")).unwrap();
    assert!(refusal("other.db").ends_with("it is a SQLite file of another program"));
    assert_eq!(fs::read(folder.path().join("other.db")).unwrap(), before);

    drop(Sqlite::open(folder.path().join("newer.db")).unwrap());
    Connection::open(folder.path().join("newer.db"))
        .unwrap()
        .execute_batch("PRAGMA user_version = 99")
        .unwrap();
    let refused = refusal("newer.db");
    assert!(
        refused.contains("it was written by a newer version of nova (format 99; this version knows "),
        "{refused}"
    );

    assert!(refusal("no/such/folder/nova.db").ends_with("the state database cannot be opened"));
}

#[tokio::test]
async fn a_damaged_file_is_an_error_and_not_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nova.db");
    let name = stream("operation/1");
    {
        let sqlite = Sqlite::open(&path).unwrap();
        let large = commit_of(&name, Head::start(), "first", vec![event_of_size(200_000)], Vec::new());
        sqlite.append(large).await.unwrap();
    }
    let mut bytes = fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[4096..length].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    let answer = match Sqlite::open(&path) {
        Ok(sqlite) => sqlite.read(&name, 0).await.map(|_| ()),
        Err(error) => Err(error),
    };
    assert!(matches!(answer, Err(Error::Store(_))), "{answer:?}");
}

#[tokio::test]
async fn a_full_disk_is_named_and_what_was_stored_stays_readable() {
    let Some(disk) = SmallDisk::mount(4) else { return };
    let sqlite = Sqlite::open(disk.path().join("nova.db")).unwrap();
    let name = stream("operation/1");
    let mut commits = Vec::new();
    let error = loop {
        let id = format!("id{}", commits.len());
        let new = commit_of(&name, Head::of(&commits), &id, vec![event_of_size(200_000)], Vec::new());
        match sqlite.append(new).await {
            Ok(Appended::Stored(stored)) => commits.push(stored),
            Ok(other) => panic!("{other:?}"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Full(_)), "{error}");
    assert_eq!(Failure::from(error).code.number, 1802);
    assert!(!commits.is_empty());
    assert!(sqlite.read(&name, 0).await.unwrap() == commits);
    drop(sqlite);
    let error = Sqlite::open(disk.path().join("nova.db")).err();
    assert!(error.is_none() || matches!(error, Some(Error::Full(_))), "{error:?}");
}

#[tokio::test]
async fn one_operation_takes_its_own_messages_in_the_order_of_functions_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Sqlite::open(folder.path().join("nova.db")).unwrap();
    let import = |operation: &str| nova_events::Outgoing {
        id: format!("import-{operation}"),
        message: nova_events::Message::Import {
            operation: operation.to_owned(),
            epoch: 1,
            chunk: 0,
        },
    };
    sqlite
        .send(&[message("export"), import("op1"), import("op2")])
        .await
        .unwrap();
    let order: &'static [Function] = &[Function::Import, Function::Export];
    let take = async |operation| sqlite.receive_for(operation, order, 1_000, 500).await.unwrap();
    let (function, first) = take("op1").await.unwrap();
    assert_eq!((function, first.id.as_str()), (Function::Import, "import-op1"));
    let (function, second) = take("op1").await.unwrap();
    assert_eq!((function, second.id.as_str()), (Function::Export, "export"));
    assert!(take("op1").await.is_none());
    sqlite.delete(Function::Export, &second.receipt).await.unwrap();
    let waiting = |visible, in_flight| Waiting { visible, in_flight };
    assert_eq!(sqlite.waiting("op1").await.unwrap(), waiting(0, 1));
    assert_eq!(sqlite.waiting("op2").await.unwrap(), waiting(1, 0));
    assert_eq!(sqlite.next_visible_ms(1_200).await.unwrap(), Some(1_200));
    assert_eq!(sqlite.purge("op2").await.unwrap(), 1);
    assert_eq!(sqlite.next_visible_ms(1_200).await.unwrap(), Some(1_500));
    assert_eq!(sqlite.purge("op1").await.unwrap(), 1);
    assert_eq!(sqlite.next_visible_ms(1_200).await.unwrap(), None);
}
