//! Bearer tokens made, listed and revoked.

use nova_access::{STREAM, Scope, Secret, Token, Tokens};
use nova_errors::{Code, Failure};
use nova_eventlog::{Head, StreamId};
use nova_events::{ApiTokenCreated, ApiTokenRevoked, Event};
use nova_kit::{Ports, Recorder};

/// How often appending is tried while others append, too.
const ATTEMPTS: u32 = 10;

/// A token that someone asks for.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What people call it; unique among those that work.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// How long it lives, in milliseconds; none: until it is revoked.
    pub lifetime_ms: Option<u64>,
}

/// The tokens there are, and where their stream ends.
///
/// # Errors
/// What the log says.
pub async fn read(ports: &Ports) -> Result<(Tokens, Head), Failure> {
    let commits = ports.log.read(&StreamId::new(STREAM)?, 0).await?;
    Ok((Tokens::fold(&commits)?, Head::of(&commits)))
}

/// Makes a token of 32 random bytes. The secret is shown to whoever asked, once.
///
/// # Errors
/// `NOVA-2112` when the name cannot be one or is in use; what the log says.
pub async fn create(ports: &Ports, actor: &str, new: &NewToken, random: &[u8; 32]) -> Result<(Token, Secret), Failure> {
    nova_access::name(&new.name)?;
    let secret = Secret::of(random);
    let id = ports.ids.next();
    for _ in 0..ATTEMPTS {
        let (tokens, head) = read(ports).await?;
        let now = ports.clock.now_ms();
        if tokens.named(&new.name, now).is_some() {
            let cause = format!("a token called {} works already", new.name);
            return Err(Failure::new(Code::BAD_TOKEN, cause).with_remedy("Revoke it first, or choose another name."));
        }
        let event = ApiTokenCreated {
            id: id.clone(),
            name: new.name.clone(),
            scope: new.scope.name().to_owned(),
            hash: secret.hash(),
            ends_with: secret.ends_with(),
            expires_at_ms: new.lifetime_ms.map(|lifetime| now.saturating_add(lifetime)),
        };
        if append(ports, actor, &id, head, "create", event.into()).await? {
            return Ok((known(ports, &id).await?, secret));
        }
    }
    Err(too_fast())
}

/// Revokes the token of that id, or the working one of that name.
///
/// # Errors
/// `NOVA-2112` when there is none, or when it was revoked before; what the log says.
pub async fn revoke(ports: &Ports, actor: &str, name_or_id: &str) -> Result<Token, Failure> {
    for _ in 0..ATTEMPTS {
        let (tokens, head) = read(ports).await?;
        let found = tokens.named(name_or_id, ports.clock.now_ms());
        let Some(token) = found.filter(|token| token.revoked_at_ms.is_none()) else {
            let cause = format!("there is no token {name_or_id} to revoke");
            return Err(Failure::new(Code::BAD_TOKEN, cause));
        };
        let event = ApiTokenRevoked { id: token.id.clone() };
        if append(ports, actor, &token.id, head, "revoke", event.into()).await? {
            return known(ports, &token.id).await;
        }
    }
    Err(too_fast())
}

/// False when someone else was faster.
async fn append(
    ports: &Ports,
    actor: &str,
    token: &str,
    head: Head,
    deed: &str,
    event: Event,
) -> Result<bool, Failure> {
    let what = format!("{deed}/{token}");
    let appended = Recorder::by(ports, token, actor)
        .append(StreamId::new(STREAM)?, head, &what, vec![event], Vec::new())
        .await;
    match appended {
        Ok(()) => Ok(true),
        Err(conflict) if conflict.code == Code::LOG_CONFLICT => Ok(false),
        Err(failure) => Err(failure),
    }
}

async fn known(ports: &Ports, id: &str) -> Result<Token, Failure> {
    let (tokens, _) = read(ports).await?;
    let found = tokens.all().iter().find(|token| token.id == id).cloned();
    found.ok_or_else(|| {
        Failure::new(
            Code::INTERNAL,
            format!("token {id} is not in the log it was written to"),
        )
    })
}

fn too_fast() -> Failure {
    Failure::new(Code::LOG_CONFLICT, "tokens change too fast for one more change")
}
