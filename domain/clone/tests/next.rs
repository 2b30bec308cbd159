//! After every event of an undisturbed clone something is in flight, and it is the right thing.

#![expect(clippy::unwrap_used, reason = "what tests share may panic like tests")]
use nova_clone::{ChunkState, Operation, next, plan::Plan, plan::PlannedChunk, plan::PlannedTable};
use nova_eventlog::{Commit, Head, Metadata, NewCommit, StreamId};
use nova_events::{
    AnonymizationPlanned, BackupTaken, ChunkAnonymized, ChunkExported, ChunkImported, ChunkRestarted, ChunksPlanned,
    CloneOptions, Event, Function, GuardPassed, Identity, OperationCompleted, OperationFailed, OperationKind,
    OperationRequested, OperationResumed, OperationStopped, Promoted, Reason, SchemaCaptured, SchemaFinalized,
    SnapshotLoss, SnapshotLost, SnapshotOpened, StagingPrepared, ValidationFailed, ValidationPassed,
};
use std::collections::BTreeSet;

fn identity() -> Identity {
    Identity {
        system: "7".to_owned(),
        database_oid: 5,
        database: "d".to_owned(),
        version: 15,
    }
}

fn options() -> CloneOptions {
    CloneOptions {
        anonymize: true,
        allow_personal_data: false,
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
    }
}

/// The events of a clone's own stream, each with the function that must have a message after it.
fn history() -> Vec<(Event, Option<Function>)> {
    let requested = OperationRequested {
        kind: OperationKind::Clone,
        source: Some("production".to_owned()),
        target: "test".to_owned(),
        clone: Some(options()),
        to_backup: None,
    };
    let guard = GuardPassed {
        source: Some(identity()),
        source_is_production: true,
        target: identity(),
        warnings: vec![],
    };
    let opened = SnapshotOpened {
        epoch: 1,
        visibility: "1:1:".to_owned(),
    };
    let captured = SchemaCaptured {
        epoch: 1,
        blob: "s".to_owned(),
        tables: 1,
        skipped: vec![],
        search_path: vec![],
    };
    let masked = AnonymizationPlanned {
        copied: Vec::new(),
        epoch: 1,
        blob: "m".to_owned(),
        columns: 1,
        detected: 0,
    };
    let chunks = ChunksPlanned {
        epoch: 1,
        blob: "p".to_owned(),
        chunks: 2,
        tables: 1,
        estimated_rows: 2,
        estimated_bytes: 2,
    };
    let staging = StagingPrepared {
        epoch: 1,
        database: "x".to_owned(),
        roles_created: vec![],
    };
    let promoted = Promoted {
        database: "d".to_owned(),
        previous: "p".to_owned(),
        identity: identity(),
    };
    vec![
        (requested.into(), Some(Function::Guard)),
        (guard.into(), Some(Function::Snapshot)),
        (opened.into(), Some(Function::Snapshot)),
        (captured.into(), Some(Function::Snapshot)),
        (masked.into(), Some(Function::Snapshot)),
        (chunks.into(), Some(Function::Prepare)),
        (staging.into(), None),
        (SchemaFinalized { epoch: 1 }.into(), Some(Function::Validate)),
        (
            ValidationPassed {
                epoch: 1,
                checks: vec![],
            }
            .into(),
            Some(Function::Promote),
        ),
        (promoted.into(), Some(Function::Promote)),
        (
            OperationCompleted {
                rows: 2,
                bytes: 2,
                columns: 1,
                values: 2,
            }
            .into(),
            None,
        ),
    ]
}

fn commits(stream: &str, events: impl IntoIterator<Item = Event>) -> Vec<Commit> {
    let (mut head, mut commits) = (Head::start(), Vec::new());
    for (number, event) in events.into_iter().enumerate() {
        let commit = Commit::seal(NewCommit {
            stream: StreamId::new(stream).unwrap(),
            after: head,
            id: number.to_string(),
            events: vec![event.encode().unwrap()],
            messages: vec![],
            metadata: Metadata::default(),
            at_ms: number as u64,
        })
        .unwrap();
        head = Head::after(&commit);
        commits.push(commit);
    }
    commits
}

fn fold(events: impl IntoIterator<Item = Event>) -> Operation {
    Operation::fold("op", &commits("operation/op", events))
        .unwrap()
        .unwrap()
}

fn functions(operation: &Operation) -> Vec<Function> {
    next::of_operation(operation)
        .iter()
        .map(|outgoing| outgoing.message.to())
        .collect()
}

fn prefix(length: usize) -> Vec<Event> {
    history().into_iter().take(length).map(|(event, _)| event).collect()
}

#[test]
fn after_every_event_the_next_step_is_in_flight() {
    for (index, (event, expected)) in history().into_iter().enumerate() {
        let operation = fold(prefix(index + 1));
        assert_eq!(
            functions(&operation),
            Vec::from_iter(expected),
            "after {}",
            event.kind()
        );
    }
}

#[test]
fn a_backup_takes_the_same_steps_and_one_that_was_taken_is_completed() {
    let mut events = prefix(9);
    let Event::OperationRequested(requested) = &mut events[0] else {
        panic!("{events:?}")
    };
    requested.kind = OperationKind::Backup;
    assert_eq!(functions(&fold(events.clone())), [Function::Promote]);
    let taken = BackupTaken {
        database: "nova_prev_op".to_owned(),
        identity: identity(),
    };
    events.push(taken.into());
    let taken = fold(events.clone());
    assert!(taken.has_taken_effect() && taken.promoted.is_none());
    assert_eq!(functions(&taken), [Function::Promote]);
    events.push(OperationCompleted::default().into());
    assert_eq!(functions(&fold(events)), []);
}

#[test]
fn a_stopped_or_failed_operation_waits_for_nothing_until_it_is_resumed() {
    let reason = Reason {
        code: String::new(),
        cause: String::new(),
        remedy: String::new(),
        details: vec![],
    };
    let ends: [Event; 2] = [
        OperationStopped::default().into(),
        OperationFailed {
            step: "import".to_owned(),
            reason,
        }
        .into(),
    ];
    for end in ends {
        for (index, (_, expected)) in history().into_iter().enumerate().take(10) {
            let mut events = prefix(index + 1);
            events.push(end.clone());
            assert_eq!(functions(&fold(events.clone())), []);
            events.push(OperationResumed {}.into());
            assert_eq!(
                functions(&fold(events)),
                Vec::from_iter(expected),
                "resumed after event {index}"
            );
        }
    }
}

#[test]
fn a_lost_snapshot_leads_to_the_next_epoch_and_forgets_what_belonged_to_it() {
    for length in 6..=8 {
        let mut events = prefix(length);
        events.push(
            SnapshotLost {
                epoch: 1,
                reason: String::new(),
            }
            .into(),
        );
        let operation = fold(events);
        assert!(operation.staging.is_none() && operation.chunks.is_none() && !operation.schema_finalized);
        let messages = next::of_operation(&operation);
        assert!(matches!(
            messages[0].message,
            nova_events::Message::Snapshot { epoch: 2, .. }
        ));
    }
}

#[test]
fn an_invalid_copy_is_cleaned_up() {
    let mut events = prefix(8);
    events.push(
        ValidationFailed {
            epoch: 1,
            checks: vec![],
        }
        .into(),
    );
    assert_eq!(functions(&fold(events)), [Function::Rollback]);
}

fn plan() -> Plan {
    let table = PlannedTable {
        name: nova_schema::QualifiedName::new("public", "t"),
        load_into: nova_schema::QualifiedName::new("public", "t"),
        columns: vec!["a".to_owned()],
        binary: true,
        layout: Some(nova_anonymization::TableLayout::default()),
        first_chunk: 0,
        chunks: 2,
        estimated_rows: 2,
        estimated_bytes: 2,
    };
    let chunk = PlannedChunk {
        rows: None,
        table: 0,
        first_page: 0,
        end_page: None,
    };
    Plan {
        tables: vec![table],
        chunks: vec![chunk, chunk],
    }
}

/// Chunk states after each event of a chunk's life, with the step that must follow.
fn chunk_lives() -> Vec<(ChunkState, Option<Function>)> {
    let exported = ChunkExported {
        attempt: 0,
        rows: 1,
        bytes: 1,
        table_rows: None,
        blob: "b".to_owned(),
    };
    let masked = ChunkAnonymized {
        attempt: 0,
        rows: 1,
        bytes: 1,
        values: 1,
        blob: "c".to_owned(),
        fingerprints: None,
    };
    let restarted = ChunkRestarted {
        attempt: 1,
        reason: String::new(),
    };
    let imported = ChunkImported { rows: 1, bytes: 1 };
    let lives: [(Vec<Event>, Option<Function>); 6] = [
        (vec![], Some(Function::Export)),
        (vec![exported.clone().into()], Some(Function::Anonymize)),
        (
            vec![exported.clone().into(), masked.clone().into()],
            Some(Function::Import),
        ),
        (
            vec![exported.clone().into(), restarted.clone().into()],
            Some(Function::Export),
        ),
        (
            vec![exported.clone().into(), masked.clone().into(), imported.clone().into()],
            None,
        ),
        (
            vec![exported.into(), masked.into(), imported.into(), restarted.into()],
            Some(Function::Export),
        ),
    ];
    lives
        .into_iter()
        .map(|(events, next)| (ChunkState::fold(&commits("chunk/op/1/0", events)).unwrap(), next))
        .collect()
}

#[test]
fn every_pair_of_chunk_states_has_its_next_steps_in_flight() {
    let operation = fold(prefix(7));
    for (first, first_next) in chunk_lives() {
        for (second, second_next) in chunk_lives() {
            let chunks = [first.clone(), second];
            let found: Vec<Function> = next::of_copying(&operation, &plan(), &chunks, &BTreeSet::new())
                .iter()
                .map(|outgoing| outgoing.message.to())
                .collect();
            let mut expected: Vec<Function> = first_next.into_iter().chain(second_next).collect();
            if expected.is_empty() {
                expected.push(Function::Finalize);
            }
            assert_eq!(found, expected);
        }
    }
}

#[test]
fn when_every_table_is_finished_the_schema_is_next() {
    let operation = fold(prefix(7));
    let done = chunk_lives().remove(4).0;
    let found = next::of_copying(&operation, &plan(), &[done.clone(), done], &BTreeSet::from([0]));
    assert!(
        matches!(found.as_slice(), [one] if matches!(one.message, nova_events::Message::Finalize { table: None, .. }))
    );
}

#[test]
fn ids_of_messages_tell_steps_apart_and_repeat_for_the_same_state() {
    let operation = fold(prefix(7));
    let states: Vec<ChunkState> = chunk_lives().into_iter().map(|(state, _)| state).take(2).collect();
    let once = next::of_copying(&operation, &plan(), &states, &BTreeSet::new());
    assert_eq!(once, next::of_copying(&operation, &plan(), &states, &BTreeSet::new()));
    let ids: BTreeSet<&str> = once.iter().map(|outgoing| outgoing.id.as_str()).collect();
    assert_eq!(ids.len(), once.len());
}
