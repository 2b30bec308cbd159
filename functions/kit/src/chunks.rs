//! What the steps of a chunk share.

use crate::{ports::Ports, record::Recorder};
use nova_clone::{ChunkState, Operation, names::outgoing};
use nova_errors::{Code, Failure};
use nova_events::{ChunkRestarted, Message, SnapshotLost};
use ring::hmac;

/// True when a blob is gone or damaged: its rows can be read again.
pub fn is_lost(failure: &Failure) -> bool {
    [Code::BLOB_MISSING, Code::BLOB_CORRUPT].contains(&failure.code)
}

/// Begins a chunk again from its reading. Where tables hold rows of different snapshots, the one this chunk's table was
/// read under may be gone: the epoch ends then, and everything is read again under one.
///
/// # Errors
/// What the log says.
pub async fn restart_chunk(
    ports: &Ports,
    operation: &Operation,
    chunk: u32,
    state: &ChunkState,
    why: &Failure,
) -> Result<(), Failure> {
    let epoch = operation.epoch;
    if !operation.replaced.is_empty() {
        let reason = format!("rows of chunk {chunk} were lost, and with them the snapshot they were read under");
        let next = Message::Snapshot {
            operation: operation.id.clone(),
            epoch: epoch + 1,
        };
        let what = format!("again/{epoch}");
        let event = SnapshotLost { epoch, reason }.into();
        return Recorder::new(ports, &operation.id, "restart")
            .operation(operation, &what, vec![event], vec![outgoing(next, &what)])
            .await;
    }
    let attempt = state.attempt + 1;
    let event = ChunkRestarted {
        attempt,
        reason: why.cause.clone(),
    };
    let export = Message::Export {
        operation: operation.id.clone(),
        epoch,
        first: chunk,
        last: chunk,
    };
    let messages = vec![outgoing(export, &format!("a{attempt}"))];
    Recorder::new(ports, &operation.id, "restart")
        .chunk((epoch, chunk), state, "restart", event.into(), messages)
        .await
}

/// The key of the fingerprints of an operation: derived from its data key, and destroyed with it.
///
/// # Errors
/// What the key store says.
pub async fn fingerprint_key(ports: &Ports, operation: &str) -> Result<[u8; 16], Failure> {
    let key = ports.keys.data_key(operation).await?;
    let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), b"fingerprints");
    let mut first_half = [0; 16];
    first_half.copy_from_slice(&derived.as_ref()[..16]);
    Ok(first_half)
}
