//! A snapshot whose tables are all locked as it sees them.

use nova_clone::Operation;
use nova_errors::{Code, Failure};
use nova_kit::{Ports, connections, keeper::lock_tables};
use nova_postgres::{SearchPath, Snapshot, SourceConnection};

/// How often a snapshot is taken anew because tables changed under it before they were locked.
const ATTEMPTS: u32 = 5;

/// Opens a transaction, exports its snapshot and locks every table with rows.
pub(crate) async fn open(ports: &Ports, operation: &Operation) -> Result<(SourceConnection, Snapshot), Failure> {
    let mut changed = Vec::new();
    for _ in 0..ATTEMPTS {
        let source = connections::fresh_source(ports, operation, SearchPath::AsNeeded).await?;
        let snapshot = source.open_snapshot().await?;
        match lock_tables(&source).await {
            Err(failure) if failure.code == Code::TABLE_GONE => changed = vec![failure.cause],
            Err(failure) => return Err(failure),
            Ok(rewritten) if rewritten.is_empty() => return Ok((source, snapshot)),
            Ok(rewritten) => changed = rewritten,
        }
        source.abandon().await;
    }
    let cause = "tables are truncated, rewritten or dropped faster than they can be locked";
    Err(Failure::new(Code::TABLE_GONE, cause).with_details(changed).retryable())
}
