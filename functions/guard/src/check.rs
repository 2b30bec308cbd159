//! Is an environment there?

use crate::identify::identify;
use nova_clone::Operation;
use nova_errors::Failure;
use nova_events::GuardPassed;
use nova_kit::{Ports, Recorder, connections};
use nova_postgres::probe;

/// Asks the environment's server who it is; that it answers is all that is asked.
pub(crate) async fn judge(ports: &Ports, operation: &Operation) -> Result<Result<GuardPassed, Vec<Failure>>, Failure> {
    let environment = connections::target_environment(ports, operation).await?;
    let identity = probe(&environment.url).await?.identity;
    let recorder = Recorder::new(ports, &operation.id, "guard");
    identify(ports, &recorder, &environment, &identity).await?;
    Ok(Ok(GuardPassed {
        source: None,
        source_is_production: false,
        target: identity,
        warnings: Vec::new(),
    }))
}
