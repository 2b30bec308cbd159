//! Requesting a backup: a copy of an environment as it is now, kept beside it for a rollback.

use super::{CloneDefaults, Requested, control, keys::Key, record, reserve, started};
use crate::ports::Ports;
use nova_errors::Failure;
use nova_events::{CloneOptions, OperationKind, OperationRequested, SnapshotLoss};

/// Requests a backup of an environment. That it may be backed up at all is for the guard to decide. Nothing is recorded
/// when the request itself is wrong.
///
/// # Errors
/// `NOVA-1001`, `NOVA-1002`, `NOVA-1003` for an environment that cannot be used, `NOVA-2108` for a key that was used for
/// another request; what the stores say.
pub async fn request_backup(
    ports: &Ports,
    actor: &str,
    environment: &str,
    idempotency_key: Option<&str>,
) -> Result<Requested, Failure> {
    request_backup_as(ports, &ports.ids.next(), actor, environment, idempotency_key).await
}

/// [`request_backup`] under an id that the caller has chosen, because it has locked it already. A key that names an
/// operation counts more than `id`.
///
/// # Errors
/// As [`request_backup`].
pub async fn request_backup_as(
    ports: &Ports,
    id: &str,
    actor: &str,
    environment: &str,
    idempotency_key: Option<&str>,
) -> Result<Requested, Failure> {
    let key = idempotency_key
        .map(|key| Key::new(actor, key, &("backup", environment)))
        .transpose()?;
    if let Some(started) = started(ports, key.as_ref()).await? {
        return Ok(started);
    }
    check_backup(ports, environment).await?;
    let requested = reserve(ports, key.as_ref(), actor, id).await?;
    if requested.repeated {
        return Ok(requested);
    }
    control::discard_abandoned(ports, environment).await?;
    let event = OperationRequested {
        kind: OperationKind::Backup,
        source: Some(environment.to_owned()),
        target: environment.to_owned(),
        clone: Some(options(&ports.configuration.defaults().await?.clone)),
        to_backup: None,
    };
    record(ports, actor, &requested.operation, vec![event.into()]).await?;
    Ok(requested)
}

/// Looks for mistakes in a request without recording anything.
///
/// # Errors
/// As [`request_backup`].
pub async fn check_backup(ports: &Ports, environment: &str) -> Result<(), Failure> {
    ports.environments.environment(&environment.parse()?).await?;
    Ok(())
}

/// Everything, as it is: all rows, with owners, and nothing left out.
fn options(defaults: &CloneDefaults) -> CloneOptions {
    CloneOptions {
        anonymize: false,
        allow_personal_data: false,
        include_all: true,
        preserve_roles: true,
        skip_unsupported: false,
        dry_run: false,
        tables: Vec::new(),
        exclude_rows: Vec::new(),
        batch_rows: defaults.batch_rows,
        chunk_bytes: defaults.chunk_bytes,
        parallel: defaults.parallel,
        keep_previous: defaults.keep_backups.max(1),
        locale: defaults.locale.clone(),
        rules: None,
        on_snapshot_loss: SnapshotLoss::Restart,
    }
}
