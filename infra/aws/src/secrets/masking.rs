//! The keys that make replacement values an environment's own: 32 random bytes in a secret each.

use super::is_gone;
use crate::answer;
use aws_sdk_secretsmanager::{Client, primitives::Blob};
use nova_errors::{Code, Failure};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

/// How often a key that somebody else has just created is asked for: Secrets Manager may take a moment to know it.
const ATTEMPTS: u32 = 8;

/// What stands in the names of environments' secrets, by convention, and what in those of masking keys.
const FOLDERS: (&str, &str) = ("environments/", "masking-keys/");

/// The beginning of the names of masking keys, beside those of environments: `nova/masking-keys/` for
/// `nova/environments/`, `nova-masking-keys/` for `nova-`.
pub(super) fn prefix(environments: &str) -> String {
    let (of_environments, of_keys) = FOLDERS;
    let beside = environments.strip_suffix(of_environments).unwrap_or(environments);
    format!("{beside}{of_keys}")
}

/// The key in a secret, created by exactly one of those who first ask for it.
pub(super) async fn key(client: &Client, secret: &str) -> Result<Zeroizing<[u8; 32]>, Failure> {
    for attempt in 1..=ATTEMPTS {
        if let Some(key) = read(client, secret).await? {
            return Ok(key);
        }
        if let Some(key) = create(client, secret).await? {
            return Ok(key);
        }
        answer::pause(attempt).await;
    }
    Err(unusable(secret, "it exists and cannot be read"))
}

async fn read(client: &Client, secret: &str) -> Result<Option<Zeroizing<[u8; 32]>>, Failure> {
    let answer = match client.get_secret_value().secret_id(secret).send().await {
        Ok(answer) => answer,
        Err(error) if is_gone(answer::code(&error)) => return Ok(None),
        Err(error) => return Err(failed(secret, "reading", &error)),
    };
    let bytes = answer.secret_binary.map(|bytes| Zeroizing::new(bytes.into_inner()));
    let key = bytes
        .as_ref()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
    let key = key.ok_or_else(|| unusable(secret, "it is damaged: it does not hold 32 bytes"))?;
    Ok(Some(Zeroizing::new(key)))
}

/// The key that was created; none when somebody else was first.
async fn create(client: &Client, secret: &str) -> Result<Option<Zeroizing<[u8; 32]>>, Failure> {
    let mut key = Zeroizing::new([0; 32]);
    let filled = SystemRandom::new().fill(key.as_mut_slice());
    filled.map_err(|_| unusable(secret, "the system gives no random bytes"))?;
    let call = client
        .create_secret()
        .name(secret)
        .secret_binary(Blob::new(key.as_slice()));
    let call = call.description("Makes the replacement values of an environment its own");
    match call.send().await {
        Ok(_) => Ok(Some(key)),
        // Or a lost answer was asked for again; then what stands there is this key.
        Err(error) if answer::code(&error) == Some("ResourceExistsException") => Ok(None),
        Err(error) => Err(failed(secret, "creating", &error)),
    }
}

fn failed<E>(
    secret: &str,
    doing: &str,
    error: &aws_sdk_secretsmanager::error::SdkError<E, aws_sdk_secretsmanager::config::http::HttpResponse>,
) -> Failure
where
    E: aws_sdk_secretsmanager::error::ProvideErrorMetadata,
{
    match answer::failed(&format!("{doing} secret {secret}"), error) {
        nova_eventlog::Error::Transient(cause) => Failure::new(Code::KEY, cause).retryable(),
        other => Failure::new(Code::KEY, other.to_string()),
    }
}

fn unusable(secret: &str, what: &str) -> Failure {
    Failure::new(Code::KEY, format!("secret {secret}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masking_keys_lie_beside_environments() {
        assert_eq!(prefix("nova/environments/"), "nova/masking-keys/");
        assert_eq!(prefix("environments/"), "masking-keys/");
        assert_eq!(prefix("nova-"), "nova-masking-keys/");
    }
}
