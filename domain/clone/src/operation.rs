//! The state of an operation.

use crate::names;
use nova_eventlog::{Commit, Error, Head};
use nova_events::{
    AnonymizationPlanned, BackupTaken, Check, ChunksPlanned, CloneOptions, Event, GuardPassed, OperationCompleted,
    OperationKind, OperationRequested, Promoted, Reason, RolledBack, SchemaCaptured, SnapshotReplaced, StagingPrepared,
};
use serde::{Deserialize, Serialize};

/// How an operation ended, for now or for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All done.
    Completed(OperationCompleted),
    /// The guard refused.
    Refused(Vec<Reason>),
    /// The copy was not what it should be.
    Invalid,
    /// A step failed.
    Failed {
        /// The step.
        step: String,
        /// Why.
        reason: Reason,
    },
    /// Someone stopped it.
    Stopped,
}

/// One word for people and programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Requested, the guard has not decided.
    Requested,
    /// The snapshot is taken and the plan is made.
    Planning,
    /// Rows are on their way.
    Copying,
    /// Indexes, keys, triggers.
    Finalizing,
    /// The copy is being checked.
    Validating,
    /// Staging becomes the target.
    Promoting,
    /// All done.
    Completed,
    /// Refused by the guard.
    Refused,
    /// The copy was not what it should be; the target is as it was.
    Invalid,
    /// A step failed; the target is as it was.
    Failed,
    /// Stopped; the target is as it was.
    Stopped,
}

impl Status {
    /// True when nothing happens any more unless someone resumes it.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Refused | Self::Invalid | Self::Failed | Self::Stopped
        )
    }

    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Planning => "planning",
            Self::Copying => "copying",
            Self::Finalizing => "finalizing",
            Self::Validating => "validating",
            Self::Promoting => "promoting",
            Self::Completed => "completed",
            Self::Refused => "refused",
            Self::Invalid => "invalid",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

/// An operation, folded from its stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// Its id.
    pub id: String,
    /// Where its stream ends.
    pub head: Head,
    /// When it was requested, in milliseconds since 1970-01-01 UTC.
    pub requested_at_ms: u64,
    /// When the last event was recorded.
    pub updated_at_ms: u64,
    /// Who requested it.
    pub actor: String,
    /// The W3C trace context of the request, when there was one.
    pub trace: Option<String>,
    /// What was requested.
    pub requested: OperationRequested,
    /// The guard's approval.
    pub guard: Option<GuardPassed>,
    /// The current snapshot, from 1; 0 before the first.
    pub epoch: u32,
    /// What the current snapshot sees.
    pub visibility: Option<String>,
    /// The snapshots that took the place of a lost one in the current epoch.
    pub replaced: Vec<SnapshotReplaced>,
    /// The schema of the current epoch.
    pub schema: Option<SchemaCaptured>,
    /// The masking plan of the current epoch.
    pub masking: Option<AnonymizationPlanned>,
    /// The chunk plan of the current epoch.
    pub chunks: Option<ChunksPlanned>,
    /// The staging database of the current epoch.
    pub staging: Option<StagingPrepared>,
    /// The current epoch's schema is complete.
    pub schema_finalized: bool,
    /// The verdict on the current epoch: passed, and every check.
    pub validation: Option<(bool, Vec<Check>)>,
    /// The swap.
    pub promoted: Option<Promoted>,
    /// The copy that a backup has made.
    pub backup: Option<BackupTaken>,
    /// What was put back or cleaned up.
    pub rolled_back: Option<RolledBack>,
    /// Previous databases that were dropped on its completion.
    pub retired: Vec<String>,
    /// How often it was resumed.
    pub resumes: u32,
    /// Whoever stopped it wants what it had built removed.
    pub discarded: bool,
    /// How it ended.
    pub outcome: Option<Outcome>,
}

impl Operation {
    /// Folds the commits of an operation's stream; none when there are none.
    ///
    /// # Errors
    /// When an event is unknown.
    pub fn fold(id: &str, commits: &[Commit]) -> Result<Option<Self>, Error> {
        let mut operation: Option<Self> = None;
        for commit in commits {
            for event in commit.decoded()? {
                match (&mut operation, event) {
                    (none @ None, Event::OperationRequested(requested)) => {
                        *none = Some(Self::requested(id, commit, requested));
                    }
                    (Some(operation), event) => operation.apply(event),
                    (None, _) => {}
                }
            }
            if let Some(operation) = &mut operation {
                operation.head = Head::after(commit);
                operation.updated_at_ms = commit.at_ms;
            }
        }
        Ok(operation)
    }

    fn requested(id: &str, commit: &Commit, requested: OperationRequested) -> Self {
        Self {
            id: id.to_owned(),
            head: Head::after(commit),
            requested_at_ms: commit.at_ms,
            updated_at_ms: commit.at_ms,
            actor: commit.metadata.actor.clone(),
            trace: commit.metadata.trace.clone(),
            requested,
            guard: None,
            epoch: 0,
            visibility: None,
            replaced: Vec::new(),
            schema: None,
            masking: None,
            chunks: None,
            staging: None,
            schema_finalized: false,
            validation: None,
            promoted: None,
            backup: None,
            rolled_back: None,
            retired: Vec::new(),
            resumes: 0,
            discarded: false,
            outcome: None,
        }
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::GuardPassed(passed) => self.guard = Some(passed),
            Event::OperationRefused(refused) => self.outcome = Some(Outcome::Refused(refused.reasons)),
            Event::SnapshotOpened(opened) => {
                self.epoch = opened.epoch;
                self.visibility = Some(opened.visibility);
                self.forget_epoch();
            }
            Event::SnapshotLost(_) => {
                self.visibility = None;
                self.forget_epoch();
            }
            Event::SnapshotReplaced(replaced) => {
                self.visibility = Some(replaced.visibility.clone());
                self.replaced.push(replaced);
            }
            Event::SchemaCaptured(captured) => self.schema = Some(captured),
            Event::AnonymizationPlanned(planned) => self.masking = Some(planned),
            Event::ChunksPlanned(planned) => self.chunks = Some(planned),
            Event::StagingPrepared(prepared) => self.staging = Some(prepared),
            Event::SchemaFinalized(_) => self.schema_finalized = true,
            Event::ValidationPassed(passed) => self.validation = Some((true, passed.checks)),
            Event::ValidationFailed(failed) => {
                self.validation = Some((false, failed.checks));
                self.outcome = Some(Outcome::Invalid);
            }
            Event::Promoted(promoted) => self.promoted = Some(promoted),
            Event::BackupTaken(taken) => self.backup = Some(taken),
            Event::BackupRetired(retired) => self.retired.push(retired.database),
            Event::RolledBack(rolled_back) => self.rolled_back = Some(rolled_back),
            Event::RollbackFailed(failed) => {
                self.outcome = Some(Outcome::Failed {
                    step: "rollback".to_owned(),
                    reason: failed.reason,
                });
            }
            Event::OperationFailed(failed) => {
                self.outcome = Some(Outcome::Failed {
                    step: failed.step,
                    reason: failed.reason,
                });
            }
            Event::OperationStopped(stopped) => {
                self.outcome = Some(Outcome::Stopped);
                self.discarded |= stopped.discard;
            }
            Event::OperationResumed(_) => {
                self.resumes += 1;
                self.discarded = false;
                self.outcome = None;
            }
            Event::OperationCompleted(completed) => self.outcome = Some(Outcome::Completed(completed)),
            _ => {}
        }
    }

    /// What was planned and loaded belongs to a snapshot and goes with it.
    fn forget_epoch(&mut self) {
        self.replaced.clear();
        self.schema = None;
        self.masking = None;
        self.chunks = None;
        self.staging = None;
        self.schema_finalized = false;
        self.validation = None;
    }

    /// True for the kinds that copy rows into staging: a clone and a backup.
    pub fn copies(&self) -> bool {
        matches!(self.requested.kind, OperationKind::Clone | OperationKind::Backup)
    }

    /// True once staging has become what it was meant for: the target, or a backup.
    pub fn has_taken_effect(&self) -> bool {
        self.promoted.is_some() || self.backup.is_some()
    }

    /// The choices of a clone or a backup; none for other kinds.
    pub fn options(&self) -> Option<&CloneOptions> {
        self.requested.clone.as_ref()
    }

    /// The schemas in which routines that loading or reading runs look for names.
    pub fn search_path(&self) -> &[String] {
        self.schema.as_ref().map_or(&[], |schema| &schema.search_path)
    }

    /// The gate that the chunks read under the current snapshot go through.
    pub fn exports_gate(&self) -> String {
        names::exports_gate(&self.id, self.epoch, self.replaced.len())
    }

    /// True when no handler may act for it any more.
    pub fn has_ended(&self) -> bool {
        self.outcome.is_some()
    }

    /// True when `nova resume` can continue it: it was stopped or a step failed, and what it had built was kept.
    pub fn is_resumable(&self) -> bool {
        let kept = self.rolled_back.is_none() && self.copies();
        match &self.outcome {
            None => true,
            Some(Outcome::Stopped | Outcome::Failed { .. }) => kept,
            Some(Outcome::Completed(_) | Outcome::Refused(_) | Outcome::Invalid) => false,
        }
    }

    /// One word for where it stands.
    pub fn status(&self) -> Status {
        match &self.outcome {
            Some(Outcome::Completed(_)) => Status::Completed,
            Some(Outcome::Refused(_)) => Status::Refused,
            Some(Outcome::Invalid) => Status::Invalid,
            Some(Outcome::Failed { .. }) => Status::Failed,
            Some(Outcome::Stopped) => Status::Stopped,
            None if self.has_taken_effect() || matches!(self.validation, Some((true, _))) => Status::Promoting,
            None if self.schema_finalized => Status::Validating,
            None if self.staging.is_some() => Status::Copying,
            None if self.guard.is_some() => Status::Planning,
            None => Status::Requested,
        }
    }
}
