//! The life of one operation, in the stream `operation/<id>`.

use crate::environment::Identity;
use serde::{Deserialize, Serialize};

/// What an operation is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// New contents for the target, staged, validated, swapped.
    Clone,
    /// The previous contents of the target back.
    Rollback,
    /// An environment that Nova made is taken away.
    Remove,
    /// The target is asked whether it is there.
    Check,
    /// A copy of the target as it is now, kept beside it for a rollback.
    Backup,
}

impl OperationKind {
    /// The word for people and programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clone => "clone",
            Self::Rollback => "rollback",
            Self::Remove => "remove",
            Self::Check => "check",
            Self::Backup => "backup",
        }
    }
}

/// What happens when the snapshot is lost and the source has changed since.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SnapshotLoss {
    /// Everything is read again under a new snapshot.
    #[default]
    Restart,
    /// The operation fails.
    Fail,
    /// Tables that were read whole stay; the others are read whole under a new snapshot. Every table is one point in
    /// time, the database is not.
    PerTable,
}

impl SnapshotLoss {
    /// True for what happens when nothing was chosen.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Every choice of a clone, fixed when it is requested: later changes of settings do not reach it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloneOptions {
    /// Replace personal data.
    pub anonymize: bool,
    /// Someone decided that personal data may reach the target.
    pub allow_personal_data: bool,
    /// Copy the rows of tables that settings exclude by default, too.
    pub include_all: bool,
    /// Carry ownership.
    pub preserve_roles: bool,
    /// Leave out objects that cannot be carried and list them.
    pub skip_unsupported: bool,
    /// Plan and report, write nothing.
    pub dry_run: bool,
    /// Rows only of these tables and of those they reference; empty: of all.
    pub tables: Vec<String>,
    /// Patterns (`schema.table`, `*`) of tables whose rows stay behind unless `include_all`.
    pub exclude_rows: Vec<String>,
    /// Most rows of one chunk; none: by size only.
    pub batch_rows: Option<u64>,
    /// Heap bytes of one chunk.
    pub chunk_bytes: u64,
    /// How many chunks are in work at once.
    pub parallel: u32,
    /// How many previous databases stay for rollback; of a backup: how many backups.
    pub keep_previous: u32,
    /// Language of the replacement values: `fr` or `en`.
    pub locale: String,
    /// Blob with the rules file as it was when the operation was requested.
    pub rules: Option<String>,
    /// What happens when the snapshot is lost.
    #[serde(default, skip_serializing_if = "SnapshotLoss::is_default")]
    pub on_snapshot_loss: SnapshotLoss,
}

/// Someone asked for an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationRequested {
    /// What is to be done.
    pub kind: OperationKind,
    /// Environment that is read; none for a rollback. A backup reads its target.
    pub source: Option<String>,
    /// Environment that gets new contents, or whose contents are kept.
    pub target: String,
    /// Choices of a clone or a backup.
    pub clone: Option<CloneOptions>,
    /// For a rollback: the operation whose previous contents come back; none: the latest.
    pub to_backup: Option<String>,
}

/// A clone of production without anonymization was allowed explicitly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalDataAllowed {
    /// The environment that receives personal data.
    pub target: String,
}

/// One reason of a refusal or a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// `NOVA-1101`.
    pub code: String,
    /// One line.
    pub cause: String,
    /// One line: what to do.
    pub remedy: String,
    /// Further lines.
    #[serde(default)]
    pub details: Vec<String>,
}

/// Both ends are known and the operation may go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardPassed {
    /// Identity of the source; none for a rollback.
    pub source: Option<Identity>,
    /// The source counts as production.
    pub source_is_production: bool,
    /// Identity of the target.
    pub target: Identity,
    /// What a person should know, but nothing that stops.
    pub warnings: Vec<String>,
}

/// The guard refused; nothing was written anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationRefused {
    /// Every reason found, not only the first.
    pub reasons: Vec<Reason>,
}

/// A consistent snapshot of the source is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotOpened {
    /// Counts the snapshots of an operation, from 1.
    pub epoch: u32,
    /// `pg_current_snapshot()`: equal texts see equal rows.
    pub visibility: String,
}

/// The snapshot is gone; what was read under it is discarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotLost {
    /// The snapshot that was lost.
    pub epoch: u32,
    /// Why, for people.
    pub reason: String,
}

/// The snapshot's holder died, and a new one sees exactly the same rows: what was read stays valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRenewed {
    /// The epoch that goes on.
    pub epoch: u32,
}

/// The snapshot was lost, and under the policy `per-table` a new one takes its place: tables that were read whole stay
/// as they are, all others are read whole under the new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotReplaced {
    /// The epoch that goes on.
    pub epoch: u32,
    /// `pg_current_snapshot()` of the new one.
    pub visibility: String,
    /// Number of tables that keep the rows of an earlier snapshot.
    pub kept: u32,
    /// Number of tables that are read, or read again, under the new one.
    pub read: u32,
    /// Names of the tables that keep the rows of an earlier snapshot; the first hundred of many.
    pub kept_tables: Vec<String>,
}

/// The schema was read under the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaCaptured {
    /// The snapshot it was read under.
    pub epoch: u32,
    /// Blob with the model.
    pub blob: String,
    /// Number of tables with rows of their own.
    pub tables: u32,
    /// Objects that are left out, each `kind name: reason`.
    pub skipped: Vec<String>,
    /// The schemas in which routines that loading or reading runs look for names; none where none needs any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub search_path: Vec<String>,
}

/// It was decided which columns are replaced, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnonymizationPlanned {
    /// The snapshot it belongs to.
    pub epoch: u32,
    /// Blob with the plan.
    pub blob: String,
    /// Columns that are replaced.
    pub columns: u32,
    /// Of these, found by detection rather than named by a rule.
    pub detected: u32,
    /// Columns (`schema.table.column`, and what they look like) that seem sensitive and are copied as they are without
    /// anybody having decided so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copied: Vec<String>,
}

/// The rows were divided into chunks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunksPlanned {
    /// The snapshot it belongs to.
    pub epoch: u32,
    /// Blob with the plan.
    pub blob: String,
    /// Number of chunks.
    pub chunks: u32,
    /// Number of tables whose rows are copied.
    pub tables: u32,
    /// Rows the statistics promise.
    pub estimated_rows: u64,
    /// Bytes on disk of the tables, without indexes.
    pub estimated_bytes: u64,
}

/// The staging database exists with its tables and without rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagingPrepared {
    /// The snapshot it is filled from.
    pub epoch: u32,
    /// Name of the staging database.
    pub database: String,
    /// Roles that were created because the schema mentions them.
    pub roles_created: Vec<String>,
}

/// One table has all its rows and its indexes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFinalized {
    /// Rows in the table.
    pub rows: u64,
}

/// Every table is in, and what spans tables is done too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaFinalized {
    /// The snapshot it belongs to.
    pub epoch: u32,
}

/// The result of one check of a validation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Stable name, for example `row_counts`.
    pub name: String,
    /// True when it holds.
    pub passed: bool,
    /// One line with figures.
    pub detail: String,
}

/// The copy is what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidationPassed {
    /// The snapshot it belongs to.
    pub epoch: u32,
    /// Every check.
    pub checks: Vec<Check>,
}

/// The copy is not what it should be; the target is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidationFailed {
    /// The snapshot it belongs to.
    pub epoch: u32,
    /// Every check.
    pub checks: Vec<Check>,
}

/// The staging database took the target's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promoted {
    /// The target database's name.
    pub database: String,
    /// The name under which the previous contents stay.
    pub previous: String,
    /// Identity of the target from now on.
    pub identity: Identity,
}

/// A copy of the target's contents is complete and kept for a rollback; the target itself was only read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupTaken {
    /// The name of the database that holds it.
    pub database: String,
    /// Identity of that database.
    pub identity: Identity,
}

/// A previous database was dropped because newer ones are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupRetired {
    /// The environment it belonged to.
    pub environment: String,
    /// Its name.
    pub database: String,
}

/// The target holds what it held before: after a failure (staging removed) or on request (previous contents back).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolledBack {
    /// The operation whose promotion was undone; none when the target had never been touched.
    pub undone: Option<String>,
    /// Databases that were dropped.
    pub dropped: Vec<String>,
}

/// The target could not be put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollbackFailed {
    /// Why.
    pub reason: Reason,
}

/// The data key of the operation was destroyed: no raw chunk can be read any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawDataShredded {}

/// Someone asked to stop; nothing new starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationStopped {
    /// What it had built is to be removed, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub discard: bool,
}

/// A stopped or failed operation goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationResumed {}

/// The operation cannot go on by itself; the target is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationFailed {
    /// The step that failed.
    pub step: String,
    /// Why.
    pub reason: Reason,
}

/// The operation has done all it was asked to do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationCompleted {
    /// Rows copied.
    pub rows: u64,
    /// Bytes of the COPY streams.
    pub bytes: u64,
    /// Columns replaced.
    pub columns: u32,
    /// Values replaced.
    pub values: u64,
}

/// People were told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notified {
    /// `in_app` or `webhook`.
    pub channel: String,
    /// What about: `completed`, `failed`, `refused` …
    pub about: String,
    /// False when the channel did not take it.
    pub delivered: bool,
}
