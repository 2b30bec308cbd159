//! What people are told.

#![expect(clippy::unwrap_used, reason = "what tests share may panic like tests")]
use nova_clone::{Announcement, Operation};
use nova_eventlog::{Commit, Head, Metadata, NewCommit, StreamId};
use nova_events::{
    Event, OperationCompleted, OperationFailed, OperationKind, OperationRefused, OperationRequested, Reason,
};

/// What is said of an operation of this kind after one more event.
fn said(kind: OperationKind, then: impl Into<Event>, about: &str) -> Announcement {
    let requested = OperationRequested {
        kind,
        source: (kind == OperationKind::Clone).then(|| "production".to_owned()),
        target: "test".to_owned(),
        clone: None,
        to_backup: None,
    };
    let commit = Commit::seal(NewCommit {
        stream: StreamId::new("operation/op1").unwrap(),
        after: Head::start(),
        id: "request".to_owned(),
        events: [requested.into(), then.into()]
            .iter()
            .map(|event: &Event| event.encode().unwrap())
            .collect(),
        messages: Vec::new(),
        metadata: Metadata::default(),
        at_ms: 1,
    });
    let operation = Operation::fold("op1", &[commit.unwrap()]).unwrap().unwrap();
    Announcement::of(&operation, about)
}

fn reason() -> Reason {
    Reason {
        code: "NOVA-1101".to_owned(),
        cause: "environment test is production".to_owned(),
        remedy: String::new(),
        details: Vec::new(),
    }
}

#[test]
fn a_finished_clone_tells_how_much_it_was() {
    let completed = OperationCompleted {
        rows: 12,
        columns: 3,
        ..OperationCompleted::default()
    };
    let told = said(OperationKind::Clone, completed, "completed");
    assert_eq!(told.subject, "Nova: clone of production into test completed");
    assert_eq!(
        told.text,
        "Nova: clone of production into test completed (operation op1): 12 rows, 3 columns anonymized"
    );
}

#[test]
fn what_did_not_succeed_tells_why() {
    let refused = OperationRefused {
        reasons: vec![reason()],
    };
    let told = said(OperationKind::Clone, refused, "refused");
    let text = "Nova: clone of production into test refused (operation op1): NOVA-1101 environment test is production";
    assert_eq!(told.text, text);
    let failed = OperationFailed {
        step: "rollback".to_owned(),
        reason: reason(),
    };
    let told = said(OperationKind::Rollback, failed, "failed");
    let text = "Nova: rollback of test failed (operation op1) at rollback: NOVA-1101 environment test is production";
    assert_eq!(told.text, text);
}

#[test]
fn a_backup_tells_how_much_it_holds() {
    let completed = OperationCompleted {
        rows: 12,
        ..OperationCompleted::default()
    };
    let told = said(OperationKind::Backup, completed, "completed");
    assert_eq!(told.text, "Nova: backup of test completed (operation op1): 12 rows");
}

#[test]
fn every_kind_of_operation_has_its_name() {
    for (kind, name) in [
        (OperationKind::Rollback, "rollback"),
        (OperationKind::Remove, "removal"),
        (OperationKind::Check, "check"),
    ] {
        let told = said(kind, OperationCompleted::default(), "completed");
        assert_eq!(told.subject, format!("Nova: {name} of test completed"));
        assert_eq!(told.text, format!("Nova: {name} of test completed (operation op1)"));
    }
}
