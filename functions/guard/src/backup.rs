//! May this environment be backed up? A backup reads the environment and writes a database of Nova's own beside it, so
//! the environment is source and target at once. Production never is: nothing is written to its server.

use crate::{blocked, clone::judge_source, identify::identify, reserve};
use nova_clone::Operation;
use nova_environments::{EnvironmentType, classify};
use nova_errors::{Code, Failure};
use nova_events::GuardPassed;
use nova_kit::{Ports, Recorder, connections};
use nova_postgres::{SearchPath, SourceConnection, TargetServer};

/// The verdict on a backup.
pub(crate) async fn judge(ports: &Ports, operation: &Operation) -> Result<Result<GuardPassed, Vec<Failure>>, Failure> {
    let options = operation
        .options()
        .ok_or_else(|| Failure::new(Code::INTERNAL, "a backup without options"))?;
    let environment = connections::target_environment(ports, operation).await?;
    if operation.requested.source.as_deref() != Some(environment.name.as_str()) {
        return Err(Failure::new(
            Code::INTERNAL,
            "a backup of one environment beside another",
        ));
    }
    if let Some(block) = blocked(ports).await? {
        return Ok(Err(vec![block]));
    }
    // What is production by its own signs is not even asked.
    if classify(&environment, false).environment_type == EnvironmentType::Production {
        let cause = format!(
            "environment {} is production, or nothing says that it is not",
            environment.name
        );
        return Ok(Err(vec![Failure::new(Code::PRODUCTION_BACKUP, cause)]));
    }
    let recorder = Recorder::new(ports, &operation.id, "guard");
    let source = SourceConnection::open(&environment.url, SearchPath::Empty).await?;
    let identity = source.probe().identity.clone();
    identify(ports, &recorder, &environment, &identity).await?;
    let verified = match connections::verify(ports, &environment, &identity, None, None).await {
        Ok(verified) => verified,
        Err(reason) => {
            let refusal = Failure::new(Code::PRODUCTION_BACKUP, reason.cause).with_details(reason.details);
            return Ok(Err(vec![refusal]));
        }
    };
    let mut refusals = Vec::new();
    let rights = if source.probe().in_recovery {
        let cause = format!(
            "environment {} is a standby server, which cannot be written to",
            verified.name()
        );
        refusals
            .push(Failure::new(Code::CANNOT_STAGE, cause).with_remedy("Point the environment at a primary server."));
        None
    } else {
        Some(TargetServer::open(&verified).await?.rights().await?)
    };
    let mut warnings = Vec::new();
    refusals.extend(judge_source(&source, options, rights.as_ref(), &mut warnings).await?);
    if refusals.is_empty() {
        refusals.extend(reserve(ports, operation).await?);
    }
    if !refusals.is_empty() {
        return Ok(Err(refusals));
    }
    Ok(Ok(GuardPassed {
        source: Some(identity.clone()),
        source_is_production: false,
        target: identity,
        warnings,
    }))
}
