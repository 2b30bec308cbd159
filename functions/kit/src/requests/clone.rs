//! Requesting a clone.

use super::{Requested, control, keys::Key, record, reserve, started};
use crate::{
    documents,
    personal::{self, Approval, Decisions, keep_decisions},
    ports::Ports,
};
use nova_anonymization::rules::{Policy, Rules, Subset};
use nova_clone::names::RULES_BLOB;
use nova_errors::{Code, Failure};
use nova_events::{CloneOptions, Event, OperationKind, OperationRequested, PersonalDataAllowed, SnapshotLoss};
use serde::Serialize;
use std::{collections::BTreeSet, path::PathBuf};

/// What a clone takes where its request says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneDefaults {
    /// Patterns (`schema.table`, `*`) of tables whose rows stay behind.
    pub exclude_rows: Vec<String>,
    /// Most rows of one chunk; none: by size only.
    pub batch_rows: Option<u64>,
    /// Heap bytes of one chunk.
    pub chunk_bytes: u64,
    /// How many chunks are in work at once.
    pub parallel: u32,
    /// How many previous databases stay for rollback.
    pub keep_previous: u32,
    /// How many backups of an environment stay.
    pub keep_backups: u32,
    /// Language of the replacement values: `fr` or `en`.
    pub locale: String,
    /// Rules of anonymized clones.
    pub rules: Option<DefaultRules>,
    /// What happens to columns that look personal and have no decision.
    pub policy: Option<Policy>,
    /// Keep the fingerprints of originals when an operation ends.
    pub keep_fingerprints: bool,
}

/// Rules that hold where a request brings none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultRules {
    /// A file, read anew for every request.
    File(PathBuf),
    /// The rules themselves.
    Text(RulesText),
}

impl DefaultRules {
    /// The rules as they are now.
    ///
    /// # Errors
    /// `NOVA-1005` naming a file that cannot be read.
    pub async fn text(&self) -> Result<RulesText, Failure> {
        match self {
            Self::Text(rules) => Ok(rules.clone()),
            Self::File(path) => match tokio::fs::read_to_string(path).await {
                Ok(text) => Ok(RulesText {
                    name: path.display().to_string(),
                    text,
                }),
                Err(error) => Err(Failure::new(
                    Code::MISSING_FILE,
                    format!("rules file {}: {error}", path.display()),
                )),
            },
        }
    }
}

impl Default for CloneDefaults {
    fn default() -> Self {
        Self {
            exclude_rows: Vec::new(),
            batch_rows: None,
            chunk_bytes: 8 << 20,
            parallel: 4,
            keep_previous: 1,
            keep_backups: 3,
            locale: "fr".to_owned(),
            rules: None,
            policy: None,
            keep_fingerprints: false,
        }
    }
}

/// Rules and what messages about them call them: a path, or `rules`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RulesText {
    /// What messages call them.
    pub name: String,
    /// The JSON text.
    pub text: String,
}

/// A clone that someone asks for. The fields are those of [`CloneOptions`] that a request may choose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CloneRequest {
    /// Environment that is read.
    pub source: String,
    /// Environment that gets new contents.
    pub target: String,
    /// Replace personal data.
    pub anonymize: bool,
    /// Personal data may reach the target; recorded as a decision of its own.
    pub allow_personal_data: bool,
    /// Copy the rows of tables that the defaults exclude, too.
    pub include_all: bool,
    /// Carry ownership.
    pub preserve_roles: bool,
    /// Leave out objects that cannot be carried and list them.
    pub skip_unsupported: bool,
    /// Plan and report, write nothing.
    pub dry_run: bool,
    /// Rows only of these tables and of those they reference; empty: of all.
    pub tables: Vec<String>,
    /// Only a part of the rows, and what they reference; none: what the rules say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subset: Option<Subset>,
    /// Most rows of one chunk.
    pub batch_rows: Option<u64>,
    /// What happens when the snapshot is lost.
    pub on_snapshot_loss: SnapshotLoss,
    /// Rules; none: those approved for the target or the source, else those of the defaults.
    pub rules: Option<RulesText>,
    /// What happens to columns that look personal and have no decision; none: what the defaults say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// Keep the fingerprints of originals when the operation ends.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub keep_fingerprints: bool,
}

impl CloneRequest {
    /// An anonymized clone of all rows, as the defaults say.
    pub fn anonymized(source: &str, target: &str) -> Self {
        Self {
            source: source.to_owned(),
            target: target.to_owned(),
            anonymize: true,
            ..Self::default()
        }
    }
}

/// Requests a clone. Nothing is recorded when the request itself is wrong.
///
/// # Errors
/// `NOVA-1001`, `NOVA-1002`, `NOVA-1003`, `NOVA-14xx` for a request that cannot be made, `NOVA-2108` for a key that was
/// used for another request; what the stores say.
pub async fn request_clone(
    ports: &Ports,
    actor: &str,
    request: CloneRequest,
    idempotency_key: Option<&str>,
) -> Result<Requested, Failure> {
    request_clone_as(ports, &ports.ids.next(), actor, request, idempotency_key).await
}

/// [`request_clone`] under an id that the caller has chosen, because it has locked it already. A key that names an
/// operation counts more than `id`.
///
/// # Errors
/// As [`request_clone`].
pub async fn request_clone_as(
    ports: &Ports,
    id: &str,
    actor: &str,
    request: CloneRequest,
    idempotency_key: Option<&str>,
) -> Result<Requested, Failure> {
    let key = idempotency_key
        .map(|key| Key::new(actor, key, &("clone", &request)))
        .transpose()?;
    if let Some(started) = started(ports, key.as_ref()).await? {
        return Ok(started);
    }
    let rules = check_clone(ports, &request).await?;
    let requested = reserve(ports, key.as_ref(), actor, id).await?;
    if requested.repeated {
        return Ok(requested);
    }
    if !request.dry_run {
        control::discard_abandoned(ports, &request.target).await?;
    }
    let id = &requested.operation;
    let defaults = ports.configuration.defaults().await?.clone;
    let mut options = options(&request, &defaults);
    let mut decisions = Decisions {
        subset: request.subset.clone(),
        ..Decisions::default()
    };
    if request.anonymize {
        let decided = rules.as_ref().map(|rules| rules.parsed.clone()).unwrap_or_default();
        leave_behind(&mut options, &decided);
        decisions.policy = request.policy.or(decided.policy).or(defaults.policy);
        decisions.approved = approved(ports, &request).await?;
        decisions.key_version = personal::key_version(ports, &request.target.parse()?).await?;
        decisions.keep_fingerprints = request.keep_fingerprints || defaults.keep_fingerprints;
    }
    if request.anonymize || request.subset.is_some() {
        keep_decisions(ports, id, &decisions).await?;
    }
    if let Some(rules) = rules {
        documents::put_bytes(ports, id, RULES_BLOB, rules.text.into_bytes()).await?;
        options.rules = Some(RULES_BLOB.to_owned());
    }
    let mut events: Vec<Event> = vec![
        OperationRequested {
            kind: OperationKind::Clone,
            source: Some(request.source),
            target: request.target.clone(),
            clone: Some(options),
            to_backup: None,
        }
        .into(),
    ];
    if request.allow_personal_data {
        events.push(PersonalDataAllowed { target: request.target }.into());
    }
    record(ports, actor, id, events).await?;
    Ok(requested)
}

/// Looks for mistakes in a request without recording anything. Returns the rules that hold for it.
///
/// # Errors
/// As [`request_clone`].
pub async fn check_clone(ports: &Ports, request: &CloneRequest) -> Result<Option<CheckedRules>, Failure> {
    ports.environments.environment(&request.source.parse()?).await?;
    ports.environments.environment(&request.target.parse()?).await?;
    if request.anonymize && request.allow_personal_data {
        let cause = "a clone either replaces personal data or is allowed to carry it, not both";
        return Err(Failure::new(Code::BAD_ARGUMENT, cause));
    }
    if request.batch_rows == Some(0) {
        return Err(Failure::new(Code::BAD_ARGUMENT, "a chunk has at least one row"));
    }
    let defaults = ports.configuration.defaults().await?.clone;
    let rules = match (&request.rules, &defaults.rules) {
        (Some(_), _) if !request.anonymize => {
            let cause = "rules are given, but the clone is not to be anonymized";
            return Err(Failure::new(Code::BAD_ARGUMENT, cause)
                .with_remedy("Ask for anonymization, too, or leave the rules out."));
        }
        (Some(rules), _) => rules.clone(),
        (None, _) if !request.anonymize => return Ok(None),
        (None, default) => match (approval(ports, request).await?, default) {
            (Some(approval), _) => RulesText {
                name: approval.name,
                text: approval.text,
            },
            (None, Some(default)) => default.text().await?,
            (None, None) => return Ok(None),
        },
    };
    let parsed = parse_rules(&rules)?;
    Ok(Some(CheckedRules {
        text: rules.text,
        parsed,
    }))
}

/// Rules that can be read.
#[derive(Debug, Clone)]
pub struct CheckedRules {
    /// As somebody wrote them.
    pub text: String,
    /// What they say.
    pub parsed: Rules,
}

/// Reads rules; messages begin with what they are called.
///
/// # Errors
/// `NOVA-1401`.
pub fn parse_rules(rules: &RulesText) -> Result<Rules, Failure> {
    Rules::parse(&rules.text).map_err(|error| {
        let failure = Failure::from(error);
        let cause = format!("{}: {}", rules.name, failure.cause);
        Failure { cause, ..failure }
    })
}

/// The rules approved for the target, else for the source.
async fn approval(ports: &Ports, request: &CloneRequest) -> Result<Option<Approval>, Failure> {
    match Approval::load(ports, &request.target.parse()?).await? {
        Some(approval) => Ok(Some(approval)),
        None => Approval::load(ports, &request.source.parse()?).await,
    }
}

/// The columns that were there when somebody approved rules for one of the two environments.
async fn approved(ports: &Ports, request: &CloneRequest) -> Result<Option<BTreeSet<String>>, Failure> {
    Ok(approval(ports, request).await?.and_then(|approval| approval.columns))
}

/// Leaves the rows behind that the rules drop, also when all others are asked for.
fn leave_behind(options: &mut CloneOptions, rules: &Rules) {
    let dropped: Vec<String> = rules
        .tables
        .iter()
        .filter(|table| table.drops_all())
        .map(|table| table.table.clone())
        .collect();
    if options.include_all && !dropped.is_empty() {
        options.include_all = false;
        options.exclude_rows.clear();
    }
    options.exclude_rows.extend(dropped);
}

fn options(request: &CloneRequest, defaults: &CloneDefaults) -> CloneOptions {
    CloneOptions {
        anonymize: request.anonymize,
        allow_personal_data: request.allow_personal_data,
        include_all: request.include_all,
        preserve_roles: request.preserve_roles,
        skip_unsupported: request.skip_unsupported,
        dry_run: request.dry_run,
        tables: request.tables.clone(),
        exclude_rows: defaults.exclude_rows.clone(),
        batch_rows: request.batch_rows.or(defaults.batch_rows),
        chunk_bytes: defaults.chunk_bytes,
        parallel: defaults.parallel,
        keep_previous: defaults.keep_previous,
        locale: defaults.locale.clone(),
        rules: None,
        on_snapshot_loss: request.on_snapshot_loss,
    }
}
