//! What the commands that run operations share.

use crate::{arguments, runtime::Runtime};
use nova_clone::{Operation, Status, Summary};
use nova_errors::{Code, Exit, Failure};
use nova_fn_api_operations::reading::operations::Runners;
use nova_kit::requests::{self, CloneRequest, RollbackRequest, RulesText};
use nova_project::{OperationLock, Project};
use std::{fs, path::Path, process::ExitCode};

pub use nova_fn_api_operations::reading::summary;
pub use nova_kit::requests::named;

/// Requests a clone and runs it until it has ended.
///
/// # Errors
/// `NOVA-10xx` for a request that cannot be made; what the stores say. A clone that fails is not an error here: its
/// operation tells.
pub async fn start_clone(runtime: &Runtime, arguments: &arguments::Clone) -> Result<Operation, Failure> {
    let ports = runtime.ports();
    let request = clone_request(arguments)?;
    requests::check_clone(ports, &request).await?;
    make_way(runtime, &arguments.target).await?;
    // Locked before it exists: no other process finds it without an owner.
    let id = ports.ids.next();
    let lock = runtime.lock(&id)?;
    requests::request_clone_as(ports, &id, &actor(), request, None).await?;
    let ended = runtime.run(&id).await;
    drop(lock);
    ended
}

/// Makes way for a new operation on this target: it takes the place of those that have ended.
async fn make_way(runtime: &Runtime, target: &str) -> Result<(), Failure> {
    finish_ended(runtime, target).await?;
    discard_abandoned(runtime, target).await
}

/// Does what operations on this target that have ended still wait for because their process was killed, such as
/// telling people.
async fn finish_ended(runtime: &Runtime, target: &str) -> Result<(), Failure> {
    for id in runtime.with_messages().await? {
        let operation = nova_kit::operation_if_any(runtime.ports(), &id).await?;
        let ended = operation.filter(|operation| operation.requested.target == target && operation.has_ended());
        let Some(operation) = ended else { continue };
        if let Ok(_lock) = runtime.lock(&id) {
            runtime.take_over(&operation).await?;
        }
    }
    Ok(())
}

/// Removes what operations on this target have left behind that were stopped or failed and could have been resumed.
async fn discard_abandoned(runtime: &Runtime, target: &str) -> Result<(), Failure> {
    for operation in requests::abandoned(runtime.ports(), target).await? {
        if let Ok(_lock) = runtime.lock(&operation.id) {
            requests::discard(runtime.ports(), &operation).await?;
            runtime.run(&operation.id).await?;
        }
    }
    Ok(())
}

/// Requests a rollback and runs it until it has ended.
///
/// # Errors
/// As [`start_clone`].
pub async fn start_rollback(runtime: &Runtime, arguments: &arguments::Rollback) -> Result<Operation, Failure> {
    let ports = runtime.ports();
    let request = RollbackRequest {
        environment: arguments.environment.clone(),
        to_backup: arguments.to_backup.clone(),
        // Whoever has the project's folder has its databases, too.
        personal_data_allowed: true,
    };
    requests::check_rollback(ports, &request).await?;
    finish_ended(runtime, &arguments.environment).await?;
    let id = ports.ids.next();
    let lock = runtime.lock(&id)?;
    requests::request_rollback_as(ports, &id, &actor(), request, None).await?;
    let ended = runtime.run(&id).await;
    drop(lock);
    ended
}

/// Requests a backup and runs it until it has ended.
///
/// # Errors
/// As [`start_clone`].
pub async fn start_backup(runtime: &Runtime, arguments: &arguments::Backup) -> Result<Operation, Failure> {
    let ports = runtime.ports();
    requests::check_backup(ports, &arguments.environment).await?;
    make_way(runtime, &arguments.environment).await?;
    let id = ports.ids.next();
    let lock = runtime.lock(&id)?;
    requests::request_backup_as(ports, &id, &actor(), &arguments.environment, None).await?;
    let ended = runtime.run(&id).await;
    drop(lock);
    ended
}

/// Who is at the keyboard, as the system says.
pub(crate) fn actor() -> String {
    let name = ["NOVA_ACTOR", "SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok());
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The clone that the command line asks for.
///
/// # Errors
/// `NOVA-1005` when the rules file cannot be read.
pub fn clone_request(arguments: &arguments::Clone) -> Result<CloneRequest, Failure> {
    Ok(CloneRequest {
        source: arguments.source.clone(),
        target: arguments.target.clone(),
        anonymize: arguments.anonymize,
        allow_personal_data: arguments.allow_personal_data,
        include_all: arguments.include_all,
        preserve_roles: arguments.preserve_roles,
        skip_unsupported: arguments.skip_unsupported,
        dry_run: arguments.dry_run,
        tables: arguments.tables.clone(),
        subset: arguments.subset.clone(),
        batch_rows: arguments.batch_size,
        on_snapshot_loss: arguments.on_snapshot_loss.into(),
        rules: arguments.rules.as_deref().map(rules_text).transpose()?,
        policy: arguments.policy.map(Into::into),
        keep_fingerprints: arguments.keep_fingerprints,
    })
}

/// A rules file as it is.
///
/// # Errors
/// `NOVA-1005` when it cannot be read.
pub(crate) fn rules_text(path: &Path) -> Result<RulesText, Failure> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::new(Code::MISSING_FILE, format!("rules file {name}: {error}")))?;
    Ok(RulesText { name, text })
}

/// How a process exits that ran this operation, or waited for it.
pub fn exit_code(summary: &Summary) -> ExitCode {
    let exit = match summary.status {
        Status::Completed => return ExitCode::SUCCESS,
        Status::Invalid => Exit::Invalid,
        Status::Refused => Exit::Refused,
        Status::Failed => {
            let code = summary.errors.first().map(|reason| reason.code.as_str());
            let number = code.and_then(|code| code.trim_start_matches("NOVA-").parse().ok());
            number.and_then(Code::by_number).map_or(Exit::Failed, |code| code.exit)
        }
        _ => Exit::Failed,
    };
    ExitCode::from(exit as u8)
}

/// Operations that processes of this machine run: those whose lock somebody has.
pub(super) struct Locks<'a>(pub(super) &'a Project);

impl Runners for Locks<'_> {
    fn run(&self, operation: &str) -> Result<bool, Failure> {
        Ok(OperationLock::try_acquire(&self.0.state_folder(), operation)?.is_none())
    }
}
