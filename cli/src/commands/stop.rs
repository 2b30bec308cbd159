//! `nova stop`.

use super::operation;
use crate::{arguments::Stop, output, runtime::Runtime};
use nova_clone::names::outgoing;
use nova_errors::{Code, Failure};
use nova_events::{Message, OperationStopped};
use nova_kit::{Recorder, Silent};
use nova_project::Project;
use std::{process::ExitCode, sync::Arc};

/// How often appending is tried while the running process appends, too.
const ATTEMPTS: u32 = 20;

pub(super) async fn run(project: &Project, arguments: &Stop) -> Result<ExitCode, Failure> {
    let runtime = Runtime::open(project, Arc::new(Silent))?;
    let ports = runtime.ports();
    for _ in 0..ATTEMPTS {
        let found = operation::named(ports, &arguments.operation).await?;
        if found.promoted.is_some() || (found.has_ended() && !(arguments.force && found.is_resumable())) {
            let cause = format!("operation {} is {} already", found.id, found.status().name());
            return Err(Failure::new(Code::OPERATION_ENDED, cause));
        }
        let what = format!("stop/{}", found.head.next);
        let discard = Message::Rollback {
            operation: found.id.clone(),
        };
        let messages = if arguments.force {
            vec![outgoing(discard, &what)]
        } else {
            Vec::new()
        };
        let recorder = Recorder::by(ports, &found.id, &operation::actor());
        match recorder
            .operation(&found, &what, vec![OperationStopped {}.into()], messages)
            .await
        {
            Err(conflict) if conflict.retryable => {}
            Err(failure) => return Err(failure),
            Ok(()) => {
                discard_if_alone(&runtime, &found.id, arguments.force).await?;
                let stopped = operation::named(ports, &found.id).await?;
                output::summary(&operation::summary(ports, &stopped).await?, arguments.output);
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
    Err(Failure::new(
        Code::LOG_CONFLICT,
        format!("operation {} moves on too fast to be stopped", arguments.operation),
    ))
}

/// A process that runs the operation cleans up by itself; where there is none, this one does.
async fn discard_if_alone(runtime: &Runtime, id: &str, force: bool) -> Result<(), Failure> {
    if !force {
        return Ok(());
    }
    match runtime.lock(id) {
        Err(running) if running.code == Code::OPERATION_RUNNING => Ok(()),
        Err(failure) => Err(failure),
        Ok(_lock) => {
            let stopped = operation::named(runtime.ports(), id).await?;
            runtime.recover(&stopped).await?;
            runtime.run(id, 1).await.map(|_| ())
        }
    }
}
