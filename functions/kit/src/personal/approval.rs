//! The rules that a person approved for an environment.

use crate::{documents, ports::Ports, record::Recorder, sha256::sha256};
use nova_anonymization::rules::Rules;
use nova_clone::names;
use nova_environments::EnvironmentName;
use nova_errors::{Code, Failure};
use nova_eventlog::Head;
use nova_events::RulesApproved;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The document's name.
const DOCUMENT: &str = "rules";

/// Columns that are named in the log.
const NAMED: usize = 1000;

/// Approved rules, and the columns that were there when they were approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// What messages call the file.
    pub name: String,
    /// The file's text.
    pub text: String,
    /// Who approved.
    pub actor: String,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// `schema.table.column` of every column there was; none when no database could be asked.
    pub columns: Option<BTreeSet<String>>,
}

impl Approval {
    /// What stands for an environment, if anything.
    ///
    /// # Errors
    /// What the blob store says.
    pub async fn load(ports: &Ports, environment: &EnvironmentName) -> Result<Option<Self>, Failure> {
        match documents::get_bytes(ports, &scope(environment), DOCUMENT).await {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| Failure::new(Code::BLOB_CORRUPT, format!("approved rules of {environment}: {error}"))),
            Err(missing) if missing.code == Code::BLOB_MISSING => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Stores it in place of what stood there, and records who approved what.
    ///
    /// # Errors
    /// What the blob store and the log say.
    pub async fn store(&self, ports: &Ports, environment: &EnvironmentName) -> Result<(), Failure> {
        let before = Self::load(ports, environment)
            .await?
            .and_then(|approval| approval.columns);
        documents::put(ports, &scope(environment), DOCUMENT, self).await?;
        let stream = names::environment_stream(environment.as_str())?;
        let head = Head::of(&ports.log.read(&stream, 0).await?);
        let event = self.event(environment, before.as_ref());
        Recorder::by(ports, environment.as_str(), &self.actor)
            .append(
                stream,
                head,
                &format!("approved/{}", ports.ids.next()),
                vec![event.into()],
                Vec::new(),
            )
            .await
    }

    fn event(&self, environment: &EnvironmentName, before: Option<&BTreeSet<String>>) -> RulesApproved {
        let now = self.columns.clone().unwrap_or_default();
        // Nothing appeared at the first approval: everything was there.
        let before = before.cloned().unwrap_or_else(|| now.clone());
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        RulesApproved {
            environment: environment.to_string(),
            name: self.name.clone(),
            sha256: sha256(self.text.as_bytes()),
            rules: count(Rules::parse(&self.text).map_or(0, |rules| rules.rules.len())),
            columns: count(now.len()),
            added: now.difference(&before).take(NAMED).cloned().collect(),
            removed: before.difference(&now).take(NAMED).cloned().collect(),
        }
    }
}

fn scope(environment: &EnvironmentName) -> String {
    format!("environment-{environment}")
}
