//! Requesting a rollback.

use super::{Requested, keys::Key, record, reserve, started};
use crate::{
    ports::Ports,
    rollback_points::{RollbackPoint, rollback_points},
};
use nova_errors::{Code, Failure};
use nova_events::{OperationKind, OperationRequested};
use serde::Serialize;

/// A rollback that someone asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RollbackRequest {
    /// The environment whose previous contents come back.
    pub environment: String,
    /// The clone that is undone or the backup that is brought back; none: the latest.
    pub to_backup: Option<String>,
    /// Whoever asks may bring back contents with personal data.
    #[serde(skip)]
    pub personal_data_allowed: bool,
}

/// Requests a rollback. Nothing is recorded when the request itself is wrong.
///
/// # Errors
/// `NOVA-1001`, `NOVA-1002`, `NOVA-1003` for an environment that cannot be used, `NOVA-1702` when there is nothing to
/// bring back, `NOVA-2102` for personal data that may not be brought back, `NOVA-2108` for a key that was used for another request; what the stores say.
pub async fn request_rollback(
    ports: &Ports,
    actor: &str,
    request: RollbackRequest,
    idempotency_key: Option<&str>,
) -> Result<Requested, Failure> {
    request_rollback_as(ports, &ports.ids.next(), actor, request, idempotency_key).await
}

/// [`request_rollback`] under an id that the caller has chosen, because it has locked it already. A key that names an
/// operation counts more than `id`.
///
/// # Errors
/// As [`request_rollback`].
pub async fn request_rollback_as(
    ports: &Ports,
    id: &str,
    actor: &str,
    request: RollbackRequest,
    idempotency_key: Option<&str>,
) -> Result<Requested, Failure> {
    let key = idempotency_key
        .map(|key| Key::new(actor, key, &("rollback", &request)))
        .transpose()?;
    if let Some(started) = started(ports, key.as_ref()).await? {
        return Ok(started);
    }
    let point = check_rollback(ports, &request).await?;
    let requested = reserve(ports, key.as_ref(), actor, id).await?;
    if requested.repeated {
        return Ok(requested);
    }
    let event = OperationRequested {
        kind: OperationKind::Rollback,
        source: None,
        target: request.environment,
        clone: None,
        // What was judged is what comes back, also when another operation keeps something meanwhile.
        to_backup: Some(point.operation),
    };
    record(ports, actor, &requested.operation, vec![event.into()]).await?;
    Ok(requested)
}

/// Looks for mistakes in a request without recording anything. Returns what it would bring back.
///
/// # Errors
/// As [`request_rollback`].
pub async fn check_rollback(ports: &Ports, request: &RollbackRequest) -> Result<RollbackPoint, Failure> {
    ports.environments.environment(&request.environment.parse()?).await?;
    let points = rollback_points(ports, &request.environment).await?;
    let wanted = request.to_backup.as_deref();
    let found = points
        .iter()
        .find(|point| wanted.is_none_or(|wanted| point.operation == wanted));
    if let Some(point) = found {
        if point.personal_data && !request.personal_data_allowed {
            let cause = format!(
                "what operation {} keeps of environment {} may hold personal data; bringing it back needs the scope admin",
                point.operation, request.environment
            );
            return Err(Failure::new(Code::FORBIDDEN, cause));
        }
        return Ok(point.clone());
    }
    let cause = format!(
        "environment {} has no previous contents to bring back",
        request.environment
    );
    let there = points.iter().map(|point| format!("--to-backup {}", point.operation));
    Err(Failure::new(Code::NO_BACKUP, cause).with_details(there))
}
