//! The key that replacements are made with. It has versions: each rotation is an event in the environment's stream, and a
//! clone keeps to the version there was when it was requested, whatever happens while it runs.

use crate::{ports::Ports, previews, record::Recorder};
use nova_anonymization::MaskingKey;
use nova_clone::{Operation, names};
use nova_environments::EnvironmentName;
use nova_errors::Failure;
use nova_eventlog::Head;
use nova_events::{Event, MaskingKeyRotated};

/// How often a rotation is tried anew because something else was recorded meanwhile.
const ATTEMPTS: u32 = 5;

/// The environment whose key counts: a preview has its template's.
async fn owner(ports: &Ports, name: &EnvironmentName) -> Result<EnvironmentName, Failure> {
    let (preview, _) = previews::look_up(ports.log.as_ref(), name.as_str()).await?;
    match preview.filter(nova_automation::Preview::exists) {
        Some(preview) => preview.opened.template.parse(),
        None => Ok(name.clone()),
    }
}

async fn version(ports: &Ports, owner: &EnvironmentName) -> Result<(u32, Head), Failure> {
    let commits = ports.log.read(&names::environment_stream(owner.as_str())?, 0).await?;
    let mut version = 0;
    for commit in &commits {
        for event in commit.decoded().map_err(Failure::from)? {
            if let Event::MaskingKeyRotated(rotated) = event {
                version = rotated.version;
            }
        }
    }
    Ok((version, Head::of(&commits)))
}

/// The version that new replacements are made with; 0 before the first rotation.
///
/// # Errors
/// What the log says.
pub async fn key_version(ports: &Ports, environment: &EnvironmentName) -> Result<u32, Failure> {
    Ok(version(ports, &owner(ports, environment).await?).await?.0)
}

/// The key of a version.
///
/// # Errors
/// `NOVA-1808` when the key cannot be read or written.
pub async fn masking_key(ports: &Ports, environment: &EnvironmentName, version: u32) -> Result<MaskingKey, Failure> {
    Ok(MaskingKey::new(ports.environments.masking_key(environment).await?).rotated(version))
}

/// The key that an operation makes its replacements with.
///
/// # Errors
/// As [`masking_key`].
pub async fn operation_key(
    ports: &Ports,
    operation: &Operation,
    decisions: &super::Decisions,
) -> Result<MaskingKey, Failure> {
    let environment: EnvironmentName = operation.requested.target.parse()?;
    masking_key(ports, &environment, decisions.key_version).await
}

/// Makes the next version the one that counts, and tells which it is.
///
/// # Errors
/// What the log says.
pub async fn rotate_key(ports: &Ports, environment: &EnvironmentName, actor: &str) -> Result<u32, Failure> {
    let owner = owner(ports, environment).await?;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let (now, head) = version(ports, &owner).await?;
        let event = MaskingKeyRotated {
            environment: owner.to_string(),
            version: now + 1,
        };
        // Two people who rotate at the same moment rotate twice: a conflict is tried again under the next number.
        let what = format!("rotated/{}", ports.ids.next());
        let stream = names::environment_stream(owner.as_str())?;
        let recorder = Recorder::by(ports, owner.as_str(), actor);
        match recorder
            .append(stream, head, &what, vec![event.into()], Vec::new())
            .await
        {
            Ok(()) => return Ok(now + 1),
            Err(conflict) if conflict.retryable && attempt < ATTEMPTS => {}
            Err(failure) => return Err(failure),
        }
    }
}
