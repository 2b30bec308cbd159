//! Who is at the other end, recorded once per environment and identity.

use nova_clone::names;
use nova_environments::{Classification, Environment, EnvironmentType, classify};
use nova_errors::Failure;
use nova_eventlog::Head;
use nova_events::{EnvironmentIdentified, Event, Identity};
use nova_kit::{Ports, Recorder, known_productions};

/// Classifies an environment by its signs and its server's identity, and records what was found when it is news.
pub(crate) async fn identify(
    ports: &Ports,
    recorder: &Recorder<'_>,
    environment: &Environment,
    identity: &Identity,
) -> Result<Classification, Failure> {
    let productions = known_productions(ports).await?;
    let known = productions.iter().any(|known| known.identity.same_database(identity));
    let found = classify(environment, known);
    // Only what is production by its own signs is recorded as production: a test environment that leads to production
    // by mistake must not turn up in the record under its own name.
    let own = classify(environment, false).environment_type;
    let seen = EnvironmentIdentified {
        environment: environment.name.to_string(),
        environment_type: own.name().to_owned(),
        identity: identity.clone(),
    };
    let stream = names::environment_stream(environment.name.as_str())?;
    let commits = ports.log.read(&stream, 0).await?;
    let mut last = None;
    for commit in &commits {
        for event in commit.decoded().map_err(Failure::from)? {
            if let Event::EnvironmentIdentified(event) = event {
                last = Some(event);
            }
        }
    }
    let worth_recording =
        environment.declared.is_some() || own != EnvironmentType::Production || !found.signs.is_empty();
    if worth_recording && last.as_ref() != Some(&seen) {
        let head = Head::of(&commits);
        let what = format!("seen/{}", head.next);
        recorder
            .append(stream, head, &what, vec![seen.into()], Vec::new())
            .await?;
    }
    Ok(found)
}
