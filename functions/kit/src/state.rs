//! States, folded from their streams.

use crate::ports::Ports;
use nova_clone::{ChunkState, Operation, names};
use nova_environments::KnownProduction;
use nova_errors::{Code, Failure};
use nova_eventlog::StreamId;
use nova_events::Event;

/// The operation of this id.
///
/// # Errors
/// `NOVA-1901` when it does not exist; what the log says.
pub async fn operation(ports: &Ports, id: &str) -> Result<Operation, Failure> {
    let found = operation_if_any(ports, id).await?;
    found.ok_or_else(|| Failure::new(Code::UNKNOWN_OPERATION, format!("operation {id} does not exist")))
}

/// The operation of this id, if there is one.
///
/// # Errors
/// What the log says.
pub async fn operation_if_any(ports: &Ports, id: &str) -> Result<Option<Operation>, Failure> {
    let commits = ports.log.read(&names::operation_stream(id)?, 0).await?;
    Ok(Operation::fold(id, &commits)?)
}

/// The state of a chunk.
///
/// # Errors
/// What the log says.
pub async fn chunk_state(ports: &Ports, operation: &str, epoch: u32, chunk: u32) -> Result<ChunkState, Failure> {
    let commits = ports
        .log
        .read(&names::chunk_stream(operation, epoch, chunk)?, 0)
        .await?;
    Ok(ChunkState::fold(&commits)?)
}

/// The rows of a finalized table; none while it is not finalized.
///
/// # Errors
/// What the log says.
pub async fn table_rows(ports: &Ports, operation: &str, epoch: u32, table: u32) -> Result<Option<u64>, Failure> {
    for commit in ports
        .log
        .read(&names::table_stream(operation, epoch, table)?, 0)
        .await?
    {
        for event in commit.decoded().map_err(Failure::from)? {
            if let Event::TableFinalized(finalized) = event {
                return Ok(Some(finalized.rows));
            }
        }
    }
    Ok(None)
}

/// Names of streams per page.
const PAGE: usize = 200;

/// Every stream whose name begins with `prefix`, in order.
///
/// # Errors
/// What the log says.
pub async fn streams(ports: &Ports, prefix: &str) -> Result<Vec<StreamId>, Failure> {
    let mut all: Vec<StreamId> = Vec::new();
    loop {
        let page = ports.log.streams(prefix, all.last(), PAGE).await?;
        let last = page.len() < PAGE;
        all.extend(page);
        if last {
            return Ok(all);
        }
    }
}

/// Every operation there ever was, oldest first.
///
/// # Errors
/// What the log says.
pub async fn operations(ports: &Ports) -> Result<Vec<Operation>, Failure> {
    const PREFIX: &str = "operation/";
    let mut operations = Vec::new();
    for stream in streams(ports, PREFIX).await? {
        let id = stream.as_str().trim_start_matches(PREFIX);
        operations.extend(operation_if_any(ports, id).await?);
    }
    Ok(operations)
}

/// Every database that was ever taken for production. Read from the log, not from a view, because a refusal depends
/// on it.
///
/// # Errors
/// What the log says.
pub async fn known_productions(ports: &Ports) -> Result<Vec<KnownProduction>, Failure> {
    let mut known = Vec::new();
    for stream in streams(ports, "environment/").await? {
        for commit in ports.log.read(&stream, 0).await? {
            for event in commit.decoded().map_err(Failure::from)? {
                if let Event::EnvironmentIdentified(seen) = event
                    && seen.environment_type == "production"
                {
                    known.push(KnownProduction {
                        environment: seen.environment,
                        identity: seen.identity,
                    });
                }
            }
        }
    }
    Ok(known)
}
