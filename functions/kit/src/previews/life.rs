//! Opening and closing, each at most once per delivery.

use crate::{ports::Ports, record::Recorder, requests, state};
use nova_automation::{Preview, Previews, Stage};
use nova_clone::names;
use nova_environments::EnvironmentName;
use nova_errors::{Code, Failure};
use nova_eventlog::{Commit, Head};
use nova_events::{Event, PreviewClosed, PreviewOpened};

/// What became of the wish to open a preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// This delivery opened it, now or when it came for the first time.
    Opened,
    /// It was open before.
    WasOpen,
}

/// Opens the preview of a pull request. `key` names the delivery.
///
/// # Errors
/// `NOVA-2206` when the name belongs to something else, or the preview is just being removed (worth another attempt);
/// `NOVA-1002`, `NOVA-1003` for a template that cannot be used.
pub async fn open(
    ports: &Ports,
    actor: &str,
    choices: &Previews,
    number: u64,
    request: &str,
    key: &str,
) -> Result<Opening, Failure> {
    let name = Preview::name(number);
    let what = format!("open/{key}");
    let (commits, before, head) = history(ports, &name).await?;
    if commits.iter().any(|commit| commit.id == what) {
        return Ok(Opening::Opened);
    }
    let taken = |cause: String| Failure::new(Code::PREVIEW_TAKEN, cause);
    match before {
        Some(preview) if preview.stage == Stage::Open && preview.opened.request == request => {
            return Ok(Opening::WasOpen);
        }
        Some(preview) if preview.stage == Stage::Open => {
            return Err(taken(format!(
                "{name} is the environment of {}",
                preview.opened.request
            )));
        }
        Some(preview) if preview.stage == Stage::Closing => {
            return Err(taken(format!("{name} is being removed")).retryable());
        }
        _ => {}
    }
    let environment: EnvironmentName = name.parse()?;
    if ports.environments.environment(&environment).await.is_ok() {
        return Err(taken(format!(
            "there is an environment {name}, which no pull request opened"
        )));
    }
    ports.environments.environment(&choices.template.parse()?).await?;
    let event: Event = PreviewOpened {
        environment: name.clone(),
        template: choices.template.clone(),
        database: Preview::database(number),
        source: Some(choices.from.clone()),
        request: request.to_owned(),
        expires_at_ms: ports.clock.now_ms() + u64::from(choices.hours) * 3_600_000,
    }
    .into();
    Recorder::by(ports, &name, actor)
        .append(names::environment_stream(&name)?, head, &what, vec![event], Vec::new())
        .await?;
    Ok(Opening::Opened)
}

/// Closes a preview: its work is stopped and its removal can be asked for. False when it was not open. `key` names the
/// delivery; closing the same preview twice is fine.
///
/// # Errors
/// What the log says.
pub async fn close(ports: &Ports, actor: &str, name: &str, reason: &str, key: &str) -> Result<bool, Failure> {
    let what = format!("close/{key}");
    let (commits, preview, head) = history(ports, name).await?;
    let Some(preview) = preview else { return Ok(false) };
    // A delivery that comes again must not close what was opened anew since.
    let repeated = commits.iter().any(|commit| commit.id == what);
    match preview.stage {
        Stage::Removed => return Ok(false),
        Stage::Open if repeated => return Ok(false),
        Stage::Closing => {}
        Stage::Open => {
            let event: Event = PreviewClosed {
                reason: reason.to_owned(),
            }
            .into();
            Recorder::by(ports, name, actor)
                .append(names::environment_stream(name)?, head, &what, vec![event], Vec::new())
                .await?;
        }
    }
    stop_work(ports, actor, name).await?;
    Ok(true)
}

/// Stops every clone into an environment, and every backup of it, and has what it built removed.
///
/// # Errors
/// What the log says.
pub async fn stop_work(ports: &Ports, actor: &str, name: &str) -> Result<(), Failure> {
    for operation in state::operations(ports).await? {
        let works = operation.requested.target == name && operation.copies() && !operation.has_ended();
        if !works {
            continue;
        }
        match requests::stop(ports, actor, &operation.id, true).await {
            // It ended by itself meanwhile, or it is past the point where stopping helps.
            Err(failure) if failure.code == Code::OPERATION_ENDED => {}
            outcome => drop(outcome?),
        }
    }
    Ok(())
}

async fn history(ports: &Ports, name: &str) -> Result<(Vec<Commit>, Option<Preview>, Head), Failure> {
    let commits = ports.log.read(&names::environment_stream(name)?, 0).await?;
    let (preview, head) = Preview::fold(&commits)?;
    Ok((commits, preview, head))
}
