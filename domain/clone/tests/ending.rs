//! Until what has to follow the end of an operation was done, it is asked for; but not for ever.

#![expect(clippy::unwrap_used, reason = "what tests share may panic like tests")]
use nova_clone::{
    Operation,
    ending::{self, LONGEST_STEP_MS, LOOKED_AFTER_MS},
};
use nova_eventlog::{Commit, Head, Metadata, NewCommit, StreamId};
use nova_events::{
    CloneOptions, Event, Function, Identity, OperationCompleted, OperationFailed, OperationKind, OperationRefused,
    OperationRequested, OperationResumed, OperationStopped, Promoted, Reason, RollbackFailed, RolledBack, SnapshotLoss,
    ValidationFailed,
};

/// When the last event of every operation here was recorded.
const ENDED_MS: u64 = 1_000_000;

fn requested(kind: OperationKind, dry_run: bool) -> Event {
    let options = CloneOptions {
        anonymize: true,
        allow_personal_data: false,
        include_all: false,
        preserve_roles: false,
        skip_unsupported: false,
        dry_run,
        tables: Vec::new(),
        exclude_rows: Vec::new(),
        batch_rows: None,
        chunk_bytes: 1,
        parallel: 2,
        keep_previous: 1,
        locale: "fr".to_owned(),
        rules: None,
        on_snapshot_loss: SnapshotLoss::default(),
    };
    OperationRequested {
        kind,
        source: None,
        target: "test".to_owned(),
        clone: Some(options),
        to_backup: None,
    }
    .into()
}

fn fold(events: &[Event]) -> Operation {
    let commit = Commit::seal(NewCommit {
        stream: StreamId::new("operation/op").unwrap(),
        after: Head::start(),
        id: "all".to_owned(),
        events: events.iter().map(|event| event.encode().unwrap()).collect(),
        messages: Vec::new(),
        metadata: Metadata::default(),
        at_ms: ENDED_MS,
    });
    Operation::fold("op", &[commit.unwrap()]).unwrap().unwrap()
}

fn reason(code: &str) -> Reason {
    Reason {
        code: code.to_owned(),
        cause: String::new(),
        remedy: String::new(),
        details: Vec::new(),
    }
}

fn failed(step: &str, code: &str) -> Event {
    OperationFailed {
        step: step.to_owned(),
        reason: reason(code),
    }
    .into()
}

fn invalid() -> Event {
    ValidationFailed {
        epoch: 1,
        checks: Vec::new(),
    }
    .into()
}

fn cleaned_up() -> Event {
    RolledBack {
        undone: None,
        dropped: Vec::new(),
    }
    .into()
}

fn functions(operation: &Operation, told: bool, after_ms: u64) -> Vec<Function> {
    let messages = ending::messages(operation, told, ENDED_MS + after_ms);
    messages.iter().map(|outgoing| outgoing.message.to()).collect()
}

#[test]
fn every_end_waits_for_what_has_not_been_done() {
    use Function::{Notify, Rollback};
    use OperationKind::{Backup, Check, Clone};
    let refused: Event = OperationRefused {
        reasons: vec![reason("NOVA-1101")],
    }
    .into();
    let promoted: Event = Promoted {
        database: "d".to_owned(),
        previous: "p".to_owned(),
        identity: Identity {
            system: "7".to_owned(),
            database_oid: 5,
            database: "d".to_owned(),
            version: 15,
        },
    }
    .into();
    let rollback_failed: Event = RollbackFailed {
        reason: reason("NOVA-1205"),
    }
    .into();
    let stopped = |discard| Event::from(OperationStopped { discard });
    let completed = || Event::from(OperationCompleted::default());
    let resumed = || Event::from(OperationResumed {});
    // NOVA-1505: the target rejected rows, which it would do again. NOVA-1204: no encrypted connection.
    let table: Vec<(&str, OperationKind, Vec<Event>, Vec<Function>)> = vec![
        ("still going on", Clone, vec![], vec![]),
        ("completed", Clone, vec![completed()], vec![Notify]),
        ("a check that found nothing", Check, vec![completed()], vec![]),
        ("refused", Clone, vec![refused], vec![Notify]),
        ("invalid", Clone, vec![invalid()], vec![Rollback, Notify]),
        ("invalid, a backup", Backup, vec![invalid()], vec![Rollback, Notify]),
        (
            "invalid, cleaned up",
            Clone,
            vec![invalid(), cleaned_up()],
            vec![Notify],
        ),
        (
            "invalid, could not be cleaned up",
            Clone,
            vec![invalid(), rollback_failed],
            vec![Notify],
        ),
        (
            "failed, can be resumed",
            Clone,
            vec![failed("export", "NOVA-1204")],
            vec![Notify],
        ),
        (
            "failed for good",
            Clone,
            vec![failed("import", "NOVA-1505")],
            vec![Rollback, Notify],
        ),
        (
            "failed for good, cleaned up",
            Clone,
            vec![failed("import", "NOVA-1505"), cleaned_up()],
            vec![Notify],
        ),
        (
            "failed after the swap",
            Clone,
            vec![promoted, failed("promote", "NOVA-1505")],
            vec![Notify],
        ),
        (
            "a check that failed",
            Check,
            vec![failed("guard", "NOVA-1505")],
            vec![Notify],
        ),
        ("stopped", Clone, vec![stopped(false)], vec![]),
        ("stopped by force", Clone, vec![stopped(true)], vec![Rollback]),
        (
            "stopped by force, cleaned up",
            Clone,
            vec![stopped(true), cleaned_up()],
            vec![],
        ),
        (
            "stopped by force, resumed, stopped",
            Clone,
            vec![stopped(true), resumed(), stopped(false)],
            vec![],
        ),
    ];
    for (case, kind, events, expected) in table {
        let mut all = vec![requested(kind, false)];
        all.extend(events);
        let operation = fold(&all);
        assert_eq!(functions(&operation, false, 0), expected, "{case}");
        let without: Vec<Function> = expected.into_iter().filter(|function| *function != Notify).collect();
        assert_eq!(functions(&operation, true, 0), without, "{case}, people were told");
    }
}

#[test]
fn nobody_is_told_of_a_dry_run_that_somebody_is_looking_at() {
    let operation = fold(&[
        requested(OperationKind::Clone, true),
        OperationCompleted::default().into(),
    ]);
    assert_eq!(functions(&operation, false, 0), []);
}

#[test]
fn after_a_day_an_ended_operation_is_left_alone() {
    let operation = fold(&[requested(OperationKind::Clone, false), failed("import", "NOVA-1505")]);
    assert_eq!(functions(&operation, false, LOOKED_AFTER_MS).len(), 2);
    assert_eq!(functions(&operation, false, LOOKED_AFTER_MS + 1).len(), 0);
}

#[test]
fn validation_does_not_go_on_for_ever() {
    let operation = fold(&[requested(OperationKind::Clone, false)]);
    let may = |step, after_ms| ending::may_go_on(&operation, step, ENDED_MS + after_ms);
    assert!(may(Function::Validate, LONGEST_STEP_MS));
    assert!(!may(Function::Validate, LONGEST_STEP_MS + 1));
    // A statement runs on in the server, and a keeper ends with its operation.
    assert!(may(Function::Finalize, LONGEST_STEP_MS + 1) && may(Function::Keeper, LONGEST_STEP_MS + 1));
}
