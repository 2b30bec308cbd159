//! Which messages must be in flight, from the state alone. The reconciler sends them again; since every handler bears
//! repetition, sending too much costs a little work and sending too little cannot happen.

use crate::{
    chunk::{ChunkPhase, ChunkState},
    ending,
    names::outgoing,
    operation::Operation,
    plan::Plan,
};
use nova_events::{Message, OperationKind, Outgoing};
use std::collections::BTreeSet;

/// Most chunks in one dispatch message.
pub const DISPATCH: u32 = 64;

/// What an operation waits for before or after its copying.
pub fn of_operation(operation: &Operation) -> Vec<Outgoing> {
    let id = operation.id.clone();
    let epoch = operation.epoch;
    let about = format!("r{}", operation.resumes);
    let one = |message: Message| vec![outgoing(message, &about)];
    if operation.has_ended() {
        return if ending::leaves_something_to_remove(operation) {
            one(Message::Rollback { operation: id })
        } else {
            Vec::new()
        };
    }
    if operation.guard.is_none() {
        return one(Message::Guard { operation: id });
    }
    if matches!(
        operation.requested.kind,
        OperationKind::Rollback | OperationKind::Remove
    ) {
        return one(Message::Rollback { operation: id });
    }
    if operation.chunks.is_none() {
        let epoch = if operation.visibility.is_some() {
            epoch
        } else {
            epoch + 1
        };
        return one(Message::Snapshot { operation: id, epoch });
    }
    if operation.staging.is_none() {
        return one(Message::Prepare { operation: id, epoch });
    }
    if operation.has_taken_effect() || matches!(operation.validation, Some((true, _))) {
        return one(Message::Promote { operation: id, epoch });
    }
    if operation.schema_finalized {
        return one(Message::Validate { operation: id, epoch });
    }
    Vec::new()
}

/// What an operation waits for while it copies: each chunk's next step, each table's, and the schema's.
pub fn of_copying(
    operation: &Operation,
    plan: &Plan,
    chunks: &[ChunkState],
    finalized: &BTreeSet<u32>,
) -> Vec<Outgoing> {
    let id = || operation.id.clone();
    let epoch = operation.epoch;
    let about = |attempt: u32| format!("r{}a{attempt}", operation.resumes);
    let mut messages = Vec::new();
    for (number, (chunk, planned)) in (0u32..).zip(chunks.iter().zip(&plan.chunks)) {
        let masked = plan
            .tables
            .get(planned.table as usize)
            .is_some_and(|table| table.layout.is_some());
        let message = match chunk.phase() {
            ChunkPhase::Planned => Message::Export {
                operation: id(),
                epoch,
                first: number,
                last: number,
            },
            ChunkPhase::Exported if masked => Message::Anonymize {
                operation: id(),
                epoch,
                chunk: number,
            },
            ChunkPhase::Exported | ChunkPhase::Anonymized => Message::Import {
                operation: id(),
                epoch,
                chunk: number,
            },
            ChunkPhase::Imported => continue,
        };
        messages.push(outgoing(message, &about(chunk.attempt)));
    }
    let imported = |first: u32, count: u32| {
        (first..first + count).all(|number| {
            chunks
                .get(number as usize)
                .is_some_and(|chunk| chunk.phase() == ChunkPhase::Imported)
        })
    };
    for (number, table) in (0u32..).zip(&plan.tables) {
        if !finalized.contains(&number) && imported(table.first_chunk, table.chunks) {
            messages.push(outgoing(
                Message::Finalize {
                    operation: id(),
                    epoch,
                    table: Some(number),
                },
                &about(0),
            ));
        }
    }
    if finalized.len() == plan.tables.len() && !operation.schema_finalized {
        messages.push(outgoing(
            Message::Finalize {
                operation: id(),
                epoch,
                table: None,
            },
            &about(0),
        ));
    }
    messages
}

/// The messages that have every chunk read, in ranges. A chunk that has come further does not go back.
pub fn exports(operation: &str, epoch: u32, plan: &Plan, about: &str) -> Vec<Outgoing> {
    let count = u32::try_from(plan.chunks.len()).unwrap_or(u32::MAX);
    (0..count)
        .step_by(DISPATCH as usize)
        .map(|first| {
            let last = (first + DISPATCH).min(count) - 1;
            let operation = operation.to_owned();
            outgoing(
                Message::Export {
                    operation,
                    epoch,
                    first,
                    last,
                },
                about,
            )
        })
        .collect()
}

/// The messages that start the copying once staging is there: chunks in ranges, tables whose rows stay behind, and
/// for a database without tables the schema itself.
pub fn dispatch(operation: &str, epoch: u32, plan: &Plan) -> Vec<Outgoing> {
    let id = || operation.to_owned();
    let mut messages = exports(operation, epoch, plan, "dispatch");
    for (number, table) in (0u32..).zip(&plan.tables) {
        if table.chunks == 0 {
            messages.push(outgoing(
                Message::Finalize {
                    operation: id(),
                    epoch,
                    table: Some(number),
                },
                "dispatch",
            ));
        }
    }
    if plan.tables.is_empty() {
        messages.push(outgoing(
            Message::Finalize {
                operation: id(),
                epoch,
                table: None,
            },
            "dispatch",
        ));
    }
    messages
}
