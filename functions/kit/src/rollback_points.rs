//! What an environment can be rolled back to.

use crate::{ports::Ports, state};
use nova_clone::Operation;
use nova_errors::Failure;
use std::collections::BTreeSet;

/// The previous contents of an environment, kept by a promotion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbackPoint {
    /// The operation whose promotion it undoes.
    pub operation: String,
    /// The database that holds it.
    pub database: String,
    /// When the operation that kept it was last heard of, in milliseconds since 1970-01-01 UTC.
    pub at_ms: u64,
}

/// The rollback points of an environment, newest first: what promotions kept, less what was dropped or put back.
///
/// # Errors
/// What the log says.
pub async fn rollback_points(ports: &Ports, environment: &str) -> Result<Vec<RollbackPoint>, Failure> {
    Ok(rollback_points_among(&state::operations(ports).await?, environment))
}

/// The same, for whoever has read the operations already.
pub fn rollback_points_among(operations: &[Operation], environment: &str) -> Vec<RollbackPoint> {
    let (mut points, mut gone) = (Vec::new(), BTreeSet::new());
    for operation in operations {
        if operation.requested.target != environment {
            continue;
        }
        gone.extend(operation.retired.iter().cloned());
        gone.extend(
            operation
                .rolled_back
                .as_ref()
                .and_then(|rolled_back| rolled_back.undone.clone()),
        );
        if let Some(swap) = &operation.promoted {
            points.push(RollbackPoint {
                operation: operation.id.clone(),
                database: swap.previous.clone(),
                at_ms: operation.updated_at_ms,
            });
        }
    }
    points.retain(|point| !gone.contains(&point.operation) && !gone.contains(&point.database));
    // Ids sort by time of creation.
    points.sort_by(|a, b| b.operation.cmp(&a.operation));
    points
}
