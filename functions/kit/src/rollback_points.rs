//! What an environment can be rolled back to.

use crate::{ports::Ports, state};
use nova_clone::{Operation, contents};
use nova_errors::Failure;
use std::collections::BTreeSet;

/// How a rollback point came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// A clone took the place of these contents.
    Previous,
    /// They were copied by a backup.
    Backup,
}

impl Kept {
    /// The word for people and programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::Backup => "backup",
        }
    }
}

/// Contents of an environment that are kept: what a clone took the place of, or what a backup copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbackPoint {
    /// The operation that keeps it: the clone whose promotion it undoes, or the backup.
    pub operation: String,
    /// The database that holds it.
    pub database: String,
    /// When the operation that kept it was last heard of, in milliseconds since 1970-01-01 UTC.
    pub at_ms: u64,
    /// How it came about.
    pub kept: Kept,
    /// It may hold personal data: a clone that was not anonymized had brought it.
    pub personal_data: bool,
}

/// The rollback points of an environment, newest first: what promotions and backups kept, less what was dropped or put
/// back.
///
/// # Errors
/// What the log says.
pub async fn rollback_points(ports: &Ports, environment: &str) -> Result<Vec<RollbackPoint>, Failure> {
    Ok(rollback_points_among(&state::operations(ports).await?, environment))
}

/// The same, for whoever has read the operations already: all of them, also those of other environments.
pub fn rollback_points_among(operations: &[Operation], environment: &str) -> Vec<RollbackPoint> {
    let history = contents::History::of(operations);
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
        let previous = operation.promoted.as_ref().map(|swap| (&swap.previous, Kept::Previous));
        let backup = operation.backup.as_ref().map(|taken| (&taken.database, Kept::Backup));
        if let Some((database, kept)) = previous.or(backup) {
            points.push(RollbackPoint {
                operation: operation.id.clone(),
                database: database.clone(),
                at_ms: operation.updated_at_ms,
                kept,
                personal_data: history.kept(&operation.id).personal_data,
            });
        }
    }
    points.retain(|point| !gone.contains(&point.operation) && !gone.contains(&point.database));
    // Ids sort by time of creation.
    points.sort_by(|a, b| b.operation.cmp(&a.operation));
    points
}
