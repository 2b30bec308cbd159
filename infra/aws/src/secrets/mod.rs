//! Environments in Secrets Manager.
//!
//! The secret `<prefix><name>` holds the same keys as a file `.env.<name>`, as JSON:
//! `{"DATABASE_URL": "postgres://…", "NOVA_ENVIRONMENT_TYPE": "test"}`; other keys belong to other tools. The key that
//! makes an environment's replacement values its own is a secret beside it ([`masking`]), created on first use.
//!
//! Which environments there are is asked of Secrets Manager, unless the settings list them: AWS grants listing for all
//! secrets of an account or for none.
//!
//! What was read is remembered for a minute, so that a chunk does not cost a call.

mod masking;
mod text;

pub use text::SecretText;

use crate::{Settings, answer};
use async_trait::async_trait;
use aws_sdk_secretsmanager::{
    Client,
    types::{Filter, FilterNameStringType},
};
use nova_environments::{Environment, EnvironmentName, Environments, Misconfigured, TYPE, URL, configured};
use nova_errors::{Code, Failure};
use serde_json::{Map, Value};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use zeroize::Zeroizing;

/// How long what was read is remembered.
const REMEMBERED: Duration = Duration::from_mins(1);

/// The environments of a deployment.
pub struct SecretEnvironments {
    client: Client,
    prefix: String,
    /// The names that the settings list.
    listed: Vec<String>,
    environments: Memory<Environment>,
    masking_keys: Memory<Zeroizing<[u8; 32]>>,
}

impl SecretEnvironments {
    /// Environments whose secrets' names begin with the settings' prefix.
    pub fn new(client: Client, settings: &Settings) -> Self {
        Self {
            client,
            prefix: settings.secrets_prefix.clone(),
            listed: settings.environments.clone(),
            environments: Memory::default(),
            masking_keys: Memory::default(),
        }
    }

    fn secret(&self, name: &EnvironmentName) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The environment; none when there is no such secret. One that is not filled in is [`Misconfigured`].
    async fn look_up(&self, name: &EnvironmentName) -> Result<Option<Result<Environment, Misconfigured>>, Failure> {
        if let Some(environment) = self.environments.get(name) {
            return Ok(Some(Ok(environment)));
        }
        let secret = self.secret(name);
        let answer = self.client.get_secret_value().secret_id(&secret).send().await;
        let text = match answer {
            Ok(answer) => answer.secret_string.map(Zeroizing::new),
            Err(error) if is_gone(answer::code(&error)) => return Ok(None),
            Err(error) => return Err(answer::failed("reading a secret", &error).into()),
        };
        // What the parser says could show a part of the text.
        let values: Option<Map<String, Value>> = text.and_then(|text| serde_json::from_str(&text).ok());
        let Some(values) = values else {
            return Err(unusable(&secret, "it is not a JSON object"));
        };
        let text = |key: &str| values.get(key).and_then(Value::as_str);
        let configured = configured(name, text(URL), text(TYPE));
        if let Ok(environment) = &configured {
            self.environments.put(name, environment.clone());
        }
        Ok(Some(configured))
    }

    /// The names of environments, in order: those that the settings list, or else those that have a secret.
    async fn names(&self) -> Result<Vec<EnvironmentName>, Failure> {
        let mut names = if self.listed.is_empty() {
            self.found().await?
        } else {
            self.listed
                .iter()
                .map(|name| name.parse())
                .collect::<Result<Vec<_>, _>>()?
        };
        names.sort();
        Ok(names)
    }

    async fn found(&self) -> Result<Vec<EnvironmentName>, Failure> {
        let by_prefix = Filter::builder()
            .key(FilterNameStringType::Name)
            .values(&self.prefix)
            .build();
        let mut pages = self.client.list_secrets().filters(by_prefix).into_paginator().send();
        let mut names: Vec<EnvironmentName> = Vec::new();
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                // A right for the whole account or none: a deployment that names its environments goes without it, and
                // one that names none has none to list.
                Err(error) if answer::code(&error) == Some("AccessDeniedException") => return Ok(Vec::new()),
                Err(error) => return Err(answer::failed("listing secrets", &error).into()),
            };
            let found = page.secret_list().iter().filter_map(|secret| secret.name());
            // Longer names belong to others.
            names.extend(found.filter_map(|name| name.strip_prefix(&self.prefix)?.parse().ok()));
        }
        Ok(names)
    }
}

#[async_trait]
impl Environments for SecretEnvironments {
    async fn environment(&self, name: &EnvironmentName) -> Result<Environment, Failure> {
        let secret = self.secret(name);
        if let Some(configured) = self.look_up(name).await? {
            return configured.map_err(|wrong| unusable(&secret, &wrong.what));
        }
        // Functions need not have the right to list.
        let existing = self.names().await.unwrap_or_default();
        let existing: Vec<&str> = existing.iter().map(EnvironmentName::as_str).collect();
        let others = if existing.is_empty() {
            String::new()
        } else {
            format!("; there is {}", existing.join(", "))
        };
        let cause = format!("environment {name} does not exist: there is no secret {secret}{others}");
        Err(Failure::new(Code::UNKNOWN_ENVIRONMENT, cause))
    }

    /// Those that are not filled in yet are left out.
    async fn environments(&self) -> Result<Vec<Environment>, Failure> {
        let mut environments = Vec::new();
        for name in self.names().await? {
            match self.look_up(&name).await? {
                Some(Ok(environment)) => environments.push(environment),
                Some(Err(wrong)) if wrong.missing => {}
                Some(Err(wrong)) => return Err(unusable(&self.secret(&name), &wrong.what)),
                None => {}
            }
        }
        Ok(environments)
    }

    async fn masking_key(&self, name: &EnvironmentName) -> Result<[u8; 32], Failure> {
        if let Some(key) = self.masking_keys.get(name) {
            return Ok(*key);
        }
        let secret = format!("{}{name}", masking::prefix(&self.prefix));
        let key = masking::key(&self.client, &secret).await?;
        self.masking_keys.put(name, key.clone());
        Ok(*key)
    }
}

fn unusable(secret: &str, what: &str) -> Failure {
    Failure::new(Code::BAD_ENVIRONMENT_FILE, format!("secret {secret}: {what}"))
}

/// A secret that is to be deleted is as good as gone.
fn is_gone(code: Option<&str>) -> bool {
    matches!(code, Some("ResourceNotFoundException" | "InvalidRequestException"))
}

/// What was read a short time ago.
struct Memory<T>(Mutex<HashMap<EnvironmentName, (Instant, T)>>);

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Memory<T> {
    fn get(&self, name: &EnvironmentName) -> Option<T> {
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        remembered.retain(|_, (until, _)| *until > now);
        remembered.get(name).map(|(_, value)| value.clone())
    }

    fn put(&self, name: &EnvironmentName, value: T) {
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.insert(name.clone(), (Instant::now() + REMEMBERED, value));
    }
}
