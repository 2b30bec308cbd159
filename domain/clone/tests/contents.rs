//! Which contents an environment holds, and which of them may be personal data.

#![expect(clippy::unwrap_used, reason = "what tests share may panic like tests")]
use nova_clone::{Operation, contents::History};
use nova_eventlog::{Commit, Head, Metadata, NewCommit, StreamId};
use nova_events::{
    BackupTaken, CloneOptions, Event, GuardPassed, Identity, OperationKind, OperationRequested, Promoted, RolledBack,
    SnapshotLoss,
};

fn identity() -> Identity {
    Identity {
        system: "7".to_owned(),
        database_oid: 5,
        database: "d".to_owned(),
        version: 15,
    }
}

/// An operation that is requested at `from_ms` and takes effect at `to_ms`.
fn operation(id: &str, (from_ms, to_ms): (u64, u64), requested: OperationRequested, then: Event) -> Operation {
    let production = requested.source.as_deref() == Some("production");
    let guard = GuardPassed {
        source: None,
        source_is_production: production,
        target: identity(),
        warnings: Vec::new(),
    };
    let (mut head, mut commits) = (Head::start(), Vec::new());
    for (at_ms, event) in [(from_ms, requested.into()), (from_ms, guard.into()), (to_ms, then)] {
        let commit = Commit::seal(NewCommit {
            stream: StreamId::new(format!("operation/{id}")).unwrap(),
            after: head,
            id: event.kind().to_owned(),
            events: vec![event.encode().unwrap()],
            messages: Vec::new(),
            metadata: Metadata::default(),
            at_ms,
        })
        .unwrap();
        head = Head::after(&commit);
        commits.push(commit);
    }
    Operation::fold(id, &commits).unwrap().unwrap()
}

fn request(kind: OperationKind, source: Option<&str>, target: &str, anonymize: bool) -> OperationRequested {
    OperationRequested {
        kind,
        source: source.map(str::to_owned),
        target: target.to_owned(),
        clone: source.map(|_| CloneOptions {
            anonymize,
            allow_personal_data: !anonymize && source == Some("production"),
            include_all: false,
            preserve_roles: false,
            skip_unsupported: false,
            dry_run: false,
            tables: Vec::new(),
            exclude_rows: Vec::new(),
            batch_rows: None,
            chunk_bytes: 1,
            parallel: 2,
            keep_previous: 1,
            locale: "fr".to_owned(),
            rules: None,
            on_snapshot_loss: SnapshotLoss::default(),
        }),
        to_backup: None,
    }
}

fn clone(id: &str, times: (u64, u64), source: &str, target: &str, anonymize: bool) -> Operation {
    let promoted = Promoted {
        database: "d".to_owned(),
        previous: format!("nova_prev_{id}"),
        identity: identity(),
    };
    let requested = request(OperationKind::Clone, Some(source), target, anonymize);
    operation(id, times, requested, promoted.into())
}

fn backup(id: &str, times: (u64, u64), target: &str) -> Operation {
    let taken = BackupTaken {
        database: format!("nova_prev_{id}"),
        identity: identity(),
    };
    let requested = request(OperationKind::Backup, Some(target), target, false);
    operation(id, times, requested, taken.into())
}

fn rollback(id: &str, times: (u64, u64), target: &str, undone: &str) -> Operation {
    let back = RolledBack {
        undone: Some(undone.to_owned()),
        dropped: Vec::new(),
    };
    operation(
        id,
        times,
        request(OperationKind::Rollback, None, target, false),
        back.into(),
    )
}

#[test]
fn personal_data_stays_personal_data_wherever_it_is_kept() {
    let operations = [
        clone("a", (1, 2), "production", "test", false),
        backup("b", (3, 4), "test"),
        clone("c", (5, 6), "production", "test", true),
        backup("d", (7, 8), "test"),
    ];
    let history = History::of(&operations);
    let kept = |id: &str| history.kept(id).personal_data;
    assert!(!kept("a"), "what was there before the first clone");
    assert!(kept("b") && kept("c"), "the backup and the previous contents");
    assert!(!kept("d") && !history.now("test").personal_data);
    assert_eq!(history.now("test").made_by.as_deref(), Some("c"));
}

#[test]
fn what_comes_back_is_what_it_was() {
    let mut operations = vec![
        clone("a", (1, 2), "production", "test", false),
        backup("b", (3, 4), "test"),
        clone("c", (5, 6), "production", "test", true),
        rollback("d", (7, 8), "test", "b"),
    ];
    let history = History::of(&operations);
    assert!(history.now("test").personal_data);
    assert_eq!(
        history.now("test").made_by.as_deref(),
        Some("a"),
        "the backup held the first clone"
    );
    operations.push(backup("e", (9, 10), "test"));
    assert!(History::of(&operations).kept("e").personal_data);
}

#[test]
fn a_copy_of_an_environment_is_judged_by_what_that_held_while_it_was_read() {
    let personal = clone("a", (1, 2), "production", "test", false);
    for (times, cleaned_at, expected) in [
        // Read after it was cloned over with anonymized contents, and while that happened.
        ((7, 9), (3, 6), false),
        ((4, 9), (3, 6), true),
        ((3, 4), (5, 6), true),
    ] {
        let operations = [
            clone("c", times, "test", "training", false),
            clone("b", cleaned_at, "production", "test", true),
            personal.clone(),
        ];
        let held = History::of(&operations).now("training").personal_data;
        assert_eq!(held, expected, "read {times:?}, replaced {cleaned_at:?}");
    }
    let masked = [personal, clone("b", (3, 4), "test", "training", true)];
    assert!(!History::of(&masked).now("training").personal_data);
}
