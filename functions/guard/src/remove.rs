//! May an environment be taken away?

use crate::{blocked, reserve};
use nova_automation::Stage;
use nova_clone::Operation;
use nova_errors::{Code, Failure};
use nova_events::GuardPassed;
use nova_kit::{Ports, previews};

/// The verdict on a removal: only what Nova made for a pull request goes, on a server that may be written to.
pub(crate) async fn judge(ports: &Ports, operation: &Operation) -> Result<Result<GuardPassed, Vec<Failure>>, Failure> {
    let mut refusals: Vec<Failure> = blocked(ports).await?.into_iter().collect();
    let name = &operation.requested.target;
    let (preview, _) = previews::look_up(ports.log.as_ref(), name).await?;
    let Some(preview) = preview.filter(|preview| preview.stage == Stage::Closing) else {
        let cause = format!("environment {name} is no preview that was closed");
        refusals.push(Failure::new(Code::NOT_A_PREVIEW, cause));
        return Ok(Err(refusals));
    };
    let server = previews::template_server(ports, &preview).await?;
    let template = server.target().identity().clone();
    if refusals.is_empty() {
        refusals.extend(reserve(ports, operation).await?);
    }
    if !refusals.is_empty() {
        return Ok(Err(refusals));
    }
    Ok(Ok(GuardPassed {
        source: None,
        source_is_production: false,
        // One that never got a database stands for its server.
        target: preview.created.unwrap_or(template),
        warnings: Vec::new(),
    }))
}
