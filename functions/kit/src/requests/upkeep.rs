//! Requesting what nobody watches: the removal of a preview, and a look whether an environment is there.

use super::{Requested, keys::Key, record, reserve, started};
use crate::{ports::Ports, previews};
use nova_errors::Failure;
use nova_events::{OperationKind, OperationRequested};

/// Requests the removal of an environment that Nova made for a pull request.
///
/// # Errors
/// `NOVA-2207` when it is none; what the stores say.
pub async fn request_removal(
    ports: &Ports,
    actor: &str,
    environment: &str,
    idempotency_key: &str,
) -> Result<Requested, Failure> {
    let key = Key::new(actor, idempotency_key, &("remove", environment))?;
    if let Some(started) = started(ports, Some(&key)).await? {
        return Ok(started);
    }
    previews::existing(ports, environment).await?;
    request(ports, actor, environment, OperationKind::Remove, &key).await
}

/// Requests that someone asks an environment's database whether it is there.
///
/// # Errors
/// `NOVA-1002`, `NOVA-1003` for an environment that cannot be used; what the stores say.
pub async fn request_check(
    ports: &Ports,
    actor: &str,
    environment: &str,
    idempotency_key: &str,
) -> Result<Requested, Failure> {
    let key = Key::new(actor, idempotency_key, &("check", environment))?;
    if let Some(started) = started(ports, Some(&key)).await? {
        return Ok(started);
    }
    ports.environments.environment(&environment.parse()?).await?;
    request(ports, actor, environment, OperationKind::Check, &key).await
}

async fn request(
    ports: &Ports,
    actor: &str,
    environment: &str,
    kind: OperationKind,
    key: &Key,
) -> Result<Requested, Failure> {
    let id = ports.ids.next();
    let requested = reserve(ports, Some(key), actor, &id).await?;
    if requested.repeated {
        return Ok(requested);
    }
    let event = OperationRequested {
        kind,
        source: None,
        target: environment.to_owned(),
        clone: None,
        to_backup: None,
    };
    record(ports, actor, &requested.operation, vec![event.into()]).await?;
    Ok(requested)
}
