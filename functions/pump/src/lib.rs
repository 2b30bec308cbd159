//! Hands each commit's messages to the queue and keeps the read models. It may see a commit twice, or out of order with
//! commits of other streams; both are harmless.

#[cfg(feature = "aws")]
mod stream;

#[cfg(feature = "aws")]
pub use stream::consume;

use nova_clone::{ChunkPhase, ChunkState, Operation, Summary};
use nova_errors::Failure;
use nova_eventlog::{Commit, Outbox};
use nova_kit::{Ports, trace};

/// Commits handed over at once.
const BATCH: usize = 64;

/// The kind of view item with one summary per operation, keyed by its id.
pub const OPERATIONS: &str = "operations";

/// The kind of view item with the progress of chunks, keyed `<operation>/<epoch>/<chunk>`.
pub const CHUNKS: &str = "chunks";

/// Empties the outbox. Returns how many commits there were.
///
/// # Errors
/// What the stores say; what was not marked is handed over again.
pub async fn drain(ports: &Ports, outbox: &dyn Outbox) -> Result<usize, Failure> {
    let mut handed_over = 0;
    loop {
        let commits = outbox.pending(BATCH).await?;
        if commits.is_empty() {
            return Ok(handed_over);
        }
        for commit in &commits {
            hand_over(ports, commit).await?;
        }
        let sent: Vec<_> = commits
            .iter()
            .map(|commit| (commit.stream.clone(), commit.number))
            .collect();
        outbox.sent(&sent).await?;
        handed_over += commits.len();
    }
}

/// Sends a commit's messages and brings the read models up to date.
///
/// # Errors
/// What the stores say.
pub async fn hand_over(ports: &Ports, commit: &Commit) -> Result<(), Failure> {
    let send = ports.queue.send(&commit.messages);
    trace::within(commit.metadata.trace.clone(), send).await?;
    let mut path = commit.stream.as_str().split('/');
    match (path.next(), path.next()) {
        (Some("operation"), Some(id)) => show_operation(ports, id).await,
        (Some("chunk"), Some(_)) => show_chunk(ports, commit).await,
        _ => Ok(()),
    }
}

async fn show_operation(ports: &Ports, id: &str) -> Result<(), Failure> {
    let commits = ports.log.read(&nova_clone::names::operation_stream(id)?, 0).await?;
    if let Some(operation) = Operation::fold(id, &commits)? {
        let item = serde_json::to_value(Summary::of(&operation)).unwrap_or_default();
        ports.views.put(OPERATIONS, id, &item).await?;
    }
    Ok(())
}

/// The latest commit of a chunk says enough of it. One that comes late does not take its place.
async fn show_chunk(ports: &Ports, commit: &Commit) -> Result<(), Failure> {
    let key = commit.stream.as_str().trim_start_matches("chunk/");
    let shown = ports.views.get(CHUNKS, key).await?;
    if shown.is_some_and(|item| item["commit"].as_u64() > Some(commit.number)) {
        return Ok(());
    }
    let chunk = ChunkState::fold(std::slice::from_ref(commit))?;
    let phase = match chunk.phase() {
        ChunkPhase::Planned => "planned",
        ChunkPhase::Exported => "exported",
        ChunkPhase::Anonymized => "anonymized",
        ChunkPhase::Imported => "imported",
    };
    let rows = chunk
        .imported
        .map(|imported| imported.rows)
        .or(chunk.anonymized.map(|clean| clean.rows));
    let rows = rows.or(chunk.exported.map(|raw| raw.rows)).unwrap_or(0);
    let item = serde_json::json!({ "phase": phase, "rows": rows, "commit": commit.number });
    Ok(ports.views.put(CHUNKS, key, &item).await?)
}
