//! May previous contents come back?

use crate::{blocked, reserve};
use nova_clone::Operation;
use nova_errors::Failure;
use nova_events::GuardPassed;
use nova_kit::{Ports, connections};
use nova_postgres::probe;

/// The verdict on a rollback.
pub(crate) async fn judge(ports: &Ports, operation: &Operation) -> Result<Result<GuardPassed, Vec<Failure>>, Failure> {
    let environment = connections::target_environment(ports, operation).await?;
    let identity = probe(&environment.url).await?.identity;
    let mut refusals: Vec<Failure> = blocked(ports).await?.into_iter().collect();
    if let Err(reason) = connections::verify(ports, &environment, &identity, None, None).await {
        refusals.push(reason);
    }
    if refusals.is_empty() {
        refusals.extend(reserve(ports, operation).await?);
    }
    if !refusals.is_empty() {
        return Ok(Err(refusals));
    }
    Ok(Ok(GuardPassed {
        source: None,
        source_is_production: false,
        target: identity,
        warnings: Vec::new(),
    }))
}
