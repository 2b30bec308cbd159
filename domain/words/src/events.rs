//! Events in words: one sentence and one level each, without data.

use crate::{Level, figures};
use nova_events::{Check, Event, Identity, OperationKind, OperationRequested, Reason};

/// How severe an event is.
pub fn level(event: &Event) -> Level {
    match event {
        Event::OperationFailed(_)
        | Event::OperationRefused(_)
        | Event::ValidationFailed(_)
        | Event::RollbackFailed(_) => Level::Error,
        Event::SnapshotLost(_)
        | Event::SnapshotReplaced(_)
        | Event::ChunkRestarted(_)
        | Event::PersonalDataAllowed(_)
        | Event::OperationStopped(_) => Level::Warning,
        Event::Notified(notified) if !notified.delivered => Level::Warning,
        _ => Level::Info,
    }
}

/// What an event says.
pub fn sentence(event: &Event) -> String {
    match event {
        Event::OperationRequested(requested) => request(requested),
        Event::PersonalDataAllowed(allowed) => {
            format!(
                "someone decided that personal data may reach environment {}",
                allowed.target
            )
        }
        Event::GuardPassed(passed) => {
            let source = passed
                .source
                .as_ref()
                .map(|source| format!("source is {}, ", identity(source)));
            let warnings = if passed.warnings.is_empty() {
                String::new()
            } else {
                format!("; {}", passed.warnings.join("; "))
            };
            format!(
                "guard passed: {}target is {}{warnings}",
                source.unwrap_or_default(),
                identity(&passed.target)
            )
        }
        Event::OperationRefused(refused) => format!("refused: {}", reasons(&refused.reasons)),
        Event::SnapshotOpened(opened) => format!("snapshot {} opened", opened.epoch),
        Event::SnapshotLost(lost) => format!("snapshot {} was lost: {}", lost.epoch, lost.reason),
        Event::SnapshotRenewed(renewed) => {
            format!("snapshot {} is held again and sees the same rows", renewed.epoch)
        }
        Event::SnapshotReplaced(replaced) => format!(
            "snapshot {} was lost and replaced: {} kept as read before, {} to be read under the new one",
            replaced.epoch,
            figures::of(replaced.kept.into(), "table"),
            figures::of(replaced.read.into(), "table")
        ),
        Event::SchemaCaptured(captured) => {
            let tables = figures::of(captured.tables.into(), "table");
            match captured.skipped.len() {
                0 => format!("schema captured: {tables}"),
                skipped => format!(
                    "schema captured: {tables}; {} left out",
                    figures::of(skipped as u64, "object")
                ),
            }
        }
        Event::AnonymizationPlanned(planned) => format!(
            "{} to be anonymized, {} of them found by detection",
            figures::of(planned.columns.into(), "column"),
            planned.detected
        ),
        Event::ChunksPlanned(planned) => format!(
            "{} of {} planned, about {} and {}",
            figures::of(planned.chunks.into(), "chunk"),
            figures::of(planned.tables.into(), "table"),
            figures::of(planned.estimated_rows, "row"),
            figures::bytes(planned.estimated_bytes)
        ),
        Event::StagingPrepared(prepared) => {
            let roles = if prepared.roles_created.is_empty() {
                String::new()
            } else {
                format!("; roles created: {}", prepared.roles_created.join(", "))
            };
            format!("staging database {} prepared{roles}", prepared.database)
        }
        Event::ChunkExported(exported) => {
            format!(
                "read: {}, {}",
                figures::of(exported.rows, "row"),
                figures::bytes(exported.bytes)
            )
        }
        Event::ChunkAnonymized(anonymized) => format!(
            "anonymized: {} in {}",
            figures::of(anonymized.values, "value"),
            figures::of(anonymized.rows, "row")
        ),
        Event::ChunkImported(imported) => {
            format!(
                "loaded: {}, {}",
                figures::of(imported.rows, "row"),
                figures::bytes(imported.bytes)
            )
        }
        Event::ChunkRestarted(restarted) => {
            format!("read again (attempt {}): {}", restarted.attempt + 1, restarted.reason)
        }
        Event::TableFinalized(finalized) => {
            format!(
                "table complete with its indexes: {}",
                figures::of(finalized.rows, "row")
            )
        }
        Event::SchemaFinalized(_) => "keys, triggers, policies, grants and views are in place".to_owned(),
        Event::ValidationPassed(passed) => {
            format!(
                "validation passed: {}",
                figures::of(passed.checks.len() as u64, "check")
            )
        }
        Event::ValidationFailed(failed) => format!("validation failed: {}", failures(&failed.checks)),
        Event::Promoted(promoted) => format!(
            "staging became database {}; the previous contents stay as {}",
            promoted.database, promoted.previous
        ),
        Event::BackupTaken(taken) => format!("backup complete: database {}", taken.database),
        Event::BackupRetired(retired) => format!("previous database {} dropped", retired.database),
        Event::RolledBack(rolled_back) => match (&rolled_back.undone, rolled_back.dropped.is_empty()) {
            (Some(undone), _) => format!("previous contents brought back: operation {undone} is undone"),
            (None, true) => "the target is as it was".to_owned(),
            (None, false) => format!("the target is as it was; dropped {}", rolled_back.dropped.join(", ")),
        },
        Event::RollbackFailed(failed) => format!("rollback failed: {}", reason(&failed.reason)),
        Event::RawDataShredded(_) => "the key of the rows on their way was destroyed".to_owned(),
        Event::OperationStopped(stopped) if stopped.discard => "stopped; what it had built is removed".to_owned(),
        Event::OperationStopped(_) => "stopped".to_owned(),
        Event::OperationResumed(_) => "resumed".to_owned(),
        Event::OperationFailed(failed) => format!("failed at {}: {}", failed.step, reason(&failed.reason)),
        Event::OperationCompleted(completed) => match completed.rows {
            0 => "completed".to_owned(),
            rows => format!(
                "completed: {}, {}, {} anonymized",
                figures::of(rows, "row"),
                figures::bytes(completed.bytes),
                figures::of(completed.values, "value")
            ),
        },
        Event::Notified(notified) if notified.delivered => {
            format!("{} told about: {}", notified.channel, notified.about)
        }
        Event::Notified(notified) => format!("{} could not be told about: {}", notified.channel, notified.about),
        Event::ApiTokenCreated(token) => format!("token {} ({}) made", token.name, token.scope),
        Event::ApiTokenRevoked(token) => format!("token {} revoked", token.id),
        Event::ProvisioningRequested(asked) => {
            format!(
                "cabinet {} is to be provisioned from template {}",
                asked.cabinet, asked.template
            )
        }
        Event::ProvisioningStepDone(done) => format!("step {} done", done.step),
        Event::ProvisioningStepFailed(failed) => {
            format!("step {} failed: {}: {}", failed.step, failed.code, failed.cause)
        }
        Event::ProvisioningRetried(retried) => format!("step {} is tried again", retried.step),
        Event::ProvisioningRollbackRequested(asked) => format!("to be undone: {}", asked.steps.join(", ")),
        Event::ProvisioningStepUndone(undone) => format!("step {} undone", undone.step),
        Event::RequestKeyed(keyed) => format!("the key of this request names operation {}", keyed.operation),
        Event::PreviewOpened(preview) => format!("environment {} opened for {}", preview.environment, preview.request),
        Event::PreviewDatabaseCreated(created) => format!("{} created", identity(&created.identity)),
        Event::PreviewClosed(closed) => format!("no longer needed: {}", closed.reason),
        Event::PreviewRemoved(_) => "removed".to_owned(),
        Event::RulesApproved(approved) => format!(
            "rules {} approved for {}: {}, {}",
            approved.name,
            approved.environment,
            figures::of(approved.rules.into(), "rule"),
            figures::of(approved.columns.into(), "column")
        ),
        Event::MaskingKeyRotated(rotated) => {
            format!(
                "masking key of {} rotated, version {}",
                rotated.environment, rotated.version
            )
        }
        Event::EnvironmentIdentified(seen) => format!(
            "environment {} ({}) is {}",
            seen.environment,
            seen.environment_type,
            identity(&seen.identity)
        ),
    }
}

/// A database and the cluster it is in, which is shortened to its last digits.
pub fn identity(identity: &Identity) -> String {
    format!(
        "database {} of cluster {} (PostgreSQL {})",
        identity.database,
        short_system(&identity.system),
        identity.version
    )
}

/// The end of a cluster's identifier: enough to compare by eye.
pub fn short_system(system: &str) -> String {
    const KEPT: usize = 6;
    let letters: Vec<char> = system.chars().collect();
    match letters.len() {
        0..=KEPT => system.to_owned(),
        length => format!("…{}", letters[length - KEPT..].iter().collect::<String>()),
    }
}

fn request(requested: &OperationRequested) -> String {
    let mut text = match (requested.kind, &requested.source) {
        (OperationKind::Clone, Some(source)) => format!("clone of {source} into {} requested", requested.target),
        (OperationKind::Clone, None) => format!("clone into {} requested", requested.target),
        (OperationKind::Rollback, _) => format!("rollback of {} requested", requested.target),
        (OperationKind::Remove, _) => format!("removal of {} requested", requested.target),
        (OperationKind::Check, _) => format!("check of {} requested", requested.target),
        (OperationKind::Backup, _) => format!("backup of {} requested", requested.target),
    };
    if let Some(backup) = &requested.to_backup {
        text.extend([" to what operation ", backup, " keeps"]);
    }
    if let Some(options) = requested
        .clone
        .as_ref()
        .filter(|_| requested.kind == OperationKind::Clone)
    {
        let mut choices = vec![if options.anonymize {
            "anonymized"
        } else {
            "not anonymized"
        }];
        choices.extend(options.dry_run.then_some("dry run"));
        choices.extend(options.include_all.then_some("with all rows"));
        choices.extend(options.preserve_roles.then_some("with owners"));
        choices.extend(options.skip_unsupported.then_some("unsupported objects left out"));
        text.extend([" (", &choices.join(", "), ")"]);
    }
    text
}

fn reasons(reasons: &[Reason]) -> String {
    reasons.iter().map(reason).collect::<Vec<_>>().join("; ")
}

fn reason(reason: &Reason) -> String {
    format!("{} {}", reason.code, reason.cause)
}

fn failures(checks: &[Check]) -> String {
    let failed = checks.iter().filter(|check| !check.passed);
    failed
        .map(|check| format!("{}: {}", check.name, check.detail))
        .collect::<Vec<_>>()
        .join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use nova_events::{ChunkRestarted, Notified, OperationFailed, OperationStopped, Promoted};

    #[test]
    fn what_goes_wrong_is_an_error_and_what_someone_should_know_a_warning() {
        let reason = Reason {
            code: "NOVA-1505".to_owned(),
            cause: "the target rejected rows".to_owned(),
            remedy: "…".to_owned(),
            details: Vec::new(),
        };
        let failed: Event = OperationFailed {
            step: "import".to_owned(),
            reason,
        }
        .into();
        assert_eq!(level(&failed), Level::Error);
        assert_eq!(
            sentence(&failed),
            "failed at import: NOVA-1505 the target rejected rows"
        );
        assert_eq!(level(&OperationStopped::default().into()), Level::Warning);
        let undelivered = Notified {
            channel: "webhook".to_owned(),
            about: "completed".to_owned(),
            delivered: false,
        };
        assert_eq!(level(&undelivered.into()), Level::Warning);
    }

    #[test]
    fn attempts_are_counted_from_one_for_people() {
        let restarted = ChunkRestarted {
            attempt: 1,
            reason: "its blob is gone".to_owned(),
        };
        assert_eq!(sentence(&restarted.into()), "read again (attempt 2): its blob is gone");
    }

    #[test]
    fn a_promotion_says_where_the_previous_contents_are() {
        let promoted = Promoted {
            database: "test".to_owned(),
            previous: "test_previous".to_owned(),
            identity: Identity {
                system: "7123456789012345678".to_owned(),
                database_oid: 16_384,
                database: "test".to_owned(),
                version: 15,
            },
        };
        assert_eq!(
            identity(&promoted.identity),
            "database test of cluster …345678 (PostgreSQL 15)"
        );
        let text = sentence(&promoted.into());
        assert_eq!(
            text,
            "staging became database test; the previous contents stay as test_previous"
        );
    }
}
