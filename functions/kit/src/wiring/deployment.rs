//! The defaults of a deployment: two secrets that hold what `nova.toml` and a rules file hold in a project folder.
//!
//! `NOVA_SETTINGS_ID` names the secret with the settings, `NOVA_RULES_ID` that with the rules that `clone.rules` stands for.
//! Functions that start no operation and tell nobody have neither variable, and no right to read the secrets.

use super::defaults;
use crate::{
    defaults::{Configuration, Defaults},
    requests::{DefaultRules, RulesText},
};
use async_trait::async_trait;
use aws_sdk_secretsmanager::Client;
use nova_aws::secrets::SecretText;
use nova_errors::{Code, Failure};

/// Settings and rules as secrets.
pub(super) struct Deployment {
    settings: Option<SecretText>,
    rules: Option<SecretText>,
    chunk_bytes: u64,
}

impl Deployment {
    /// The secrets that the environment names. How much a chunk holds goes with the memory of the functions: it is not
    /// the settings' to say.
    pub(super) fn new(client: &Client, chunk_bytes: u64, variable: impl Fn(&str) -> Option<String>) -> Self {
        let secret = |name| variable(name).map(|id| SecretText::new(client.clone(), id));
        Self {
            settings: secret("NOVA_SETTINGS_ID"),
            rules: secret("NOVA_RULES_ID"),
            chunk_bytes,
        }
    }
}

#[async_trait]
impl Configuration for Deployment {
    async fn defaults(&self) -> Result<Defaults, Failure> {
        let text = match &self.settings {
            Some(secret) => secret.read().await?,
            None => zeroize::Zeroizing::default(),
        };
        let values = nova_project::values_of(&text).map_err(|error| {
            let failure = Failure::from(error);
            let cause = format!("the deployment's settings: {}", failure.cause);
            Failure { cause, ..failure }.with_remedy("Correct the secret <stack>/settings; it counts within a minute.")
        })?;
        let rules = match (&values.rules, &self.rules) {
            (Some(name), Some(secret)) => Some(RulesText {
                name: name.display().to_string(),
                text: secret.read().await?.to_string(),
            }),
            _ => None,
        };
        if rules.as_ref().is_some_and(|rules| rules.text.trim().is_empty()) {
            let cause = "the deployment's settings name rules, but the secret with the rules is empty";
            return Err(Failure::new(Code::BAD_SETTINGS, cause)
                .with_remedy("Put the rules into the secret <stack>/rules, or take clone.rules out of the settings."));
        }
        // Rules that this function may not read stay the name of a file that is not there: nothing is copied without them.
        let mut found = defaults(values, DefaultRules::File);
        if let Some(rules) = rules {
            found.clone.rules = Some(DefaultRules::Text(rules));
        }
        found.clone.chunk_bytes = self.chunk_bytes;
        Ok(found)
    }
}
