//! Adapters from the process's environment.
//!
//! Where `NOVA_EVENTS_TABLE` is set, the ports are AWS services (feature `aws`). Otherwise `NOVA_PROJECT` names a project folder
//! (default: the current one) whose `.nova` holds log, queue and blobs; in a Lambda that is a mounted file system.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "aws")]
mod deployment;

use crate::{
    connections::Connections,
    deadline::Deadline,
    defaults::Defaults,
    keeper::Keeper,
    ports::Ports,
    previews::WithPreviews,
    progress::Progress,
    requests::{CloneDefaults, DefaultRules},
};
use nova_blobs::{LocalBlobs, LocalKeys};
#[cfg(not(feature = "aws"))]
use nova_errors::Code;
use nova_errors::Failure;
use nova_eventlog::{Clock, Ids, Outbox, Queue};
use nova_project::Project;
use nova_sqlite::Sqlite;
use std::{path::PathBuf, sync::Arc, time::SystemTime};

/// The system's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the adapter of the clock port")]
    fn now_ms(&self) -> u64 {
        let since = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}

/// Random identifiers that sort by time.
#[derive(Debug, Clone, Copy)]
pub struct RandomIds;

impl Ids for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "this is the adapter of the identifier port")]
    fn next(&self) -> String {
        ulid::Ulid::generate().to_string().to_ascii_lowercase()
    }
}

/// The filter for logs, from `NOVA_LOG`.
pub fn log_filter() -> String {
    variable("NOVA_LOG").unwrap_or_else(|| "info".to_owned())
}

/// The ports of a Lambda; `progress` watches what its handlers do. Clients are set up, nothing is asked for.
///
/// # Errors
/// `NOVA-10xx`, `NOVA-18xx` when the project folder cannot be used.
pub async fn from_environment(progress: Arc<dyn Progress>) -> Result<Ports, Failure> {
    with_outbox(progress).await.map(|(ports, _)| ports)
}

/// The ports of a Lambda, with the outbox of their log where the log has one.
///
/// # Errors
/// As [`from_environment`].
#[cfg_attr(
    not(feature = "aws"),
    expect(clippy::unused_async, reason = "only services are waited for")
)]
pub async fn with_outbox(progress: Arc<dyn Progress>) -> Result<(Ports, Option<Arc<dyn Outbox>>), Failure> {
    if variable("NOVA_EVENTS_TABLE").is_some() {
        #[cfg(feature = "aws")]
        return Ok((aws::ports(progress).await?, None));
        #[cfg(not(feature = "aws"))]
        return Err(Failure::new(
            Code::BAD_SETTINGS,
            "NOVA_EVENTS_TABLE names a deployment on AWS, which this program was built without",
        )
        .with_remedy("Build nova with its default features, or unset NOVA_EVENTS_TABLE."));
    }
    let folder = variable("NOVA_PROJECT").map_or_else(|| PathBuf::from("."), PathBuf::from);
    let project = Project::open(&folder);
    let sqlite = open_state(&project)?;
    let queue: Arc<dyn Queue> = Arc::new(sqlite.clone());
    let ports = local(&project, sqlite.clone(), queue, progress)?;
    Ok((ports, Some(Arc::new(sqlite))))
}

/// An environment variable that is set to something.
#[expect(clippy::disallowed_methods, reason = "wiring reads the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The project's log, queue, gates, leases and views.
///
/// # Errors
/// `NOVA-18xx`.
pub fn open_state(project: &Project) -> Result<Sqlite, Failure> {
    Ok(Sqlite::open(project.create_state_folder()?.join("nova.db"))?)
}

/// Ports over a project folder.
///
/// # Errors
/// `NOVA-10xx`, `NOVA-18xx`.
pub fn local(
    project: &Project,
    sqlite: Sqlite,
    queue: Arc<dyn Queue>,
    progress: Arc<dyn Progress>,
) -> Result<Ports, Failure> {
    let settings = project.settings()?.values();
    let keys = Arc::new(LocalKeys::new(project.keys_folder()));
    let compression = match settings.compression {
        nova_project::Compression::None => nova_blobs::Compression::None,
        nova_project::Compression::Lz4 => nova_blobs::Compression::Lz4,
    };
    let options = nova_blobs::Options {
        memory_budget_bytes: settings.memory_bytes,
        compression,
    };
    let blobs = LocalBlobs::new(project.create_state_folder()?.join("blobs"), keys.clone(), options);
    Ok(Ports {
        log: Arc::new(sqlite.clone()),
        queue,
        gates: Arc::new(sqlite.clone()),
        leases: Arc::new(sqlite.clone()),
        views: Arc::new(sqlite.clone()),
        blobs: Arc::new(blobs),
        keys,
        environments: Arc::new(WithPreviews::new(Arc::new(project.clone()), Arc::new(sqlite))),
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        progress,
        connections: Connections::default(),
        keeper: Keeper::default(),
        deadline: Deadline::default(),
        external_programs: settings.external_programs,
        configuration: Arc::new(defaults(settings, |path| {
            DefaultRules::File(project.folder().join(path))
        })),
        people: Vec::new(),
    })
}

/// Defaults as settings give them; `rules` finds the rules that they name.
fn defaults(settings: nova_project::Values, rules: impl FnOnce(PathBuf) -> DefaultRules) -> Defaults {
    Defaults {
        clone: CloneDefaults {
            exclude_rows: settings.exclude_rows,
            batch_rows: settings.batch_size,
            chunk_bytes: settings.chunk_bytes,
            parallel: settings.parallel_tables,
            keep_previous: settings.keep_previous,
            keep_backups: settings.keep_backups,
            locale: settings.locale,
            rules: settings.rules.map(rules),
            policy: settings
                .policy
                .as_deref()
                .and_then(nova_anonymization::rules::Policy::parse),
            keep_fingerprints: settings.keep_fingerprints,
        },
        notification_urls: settings.webhook_url.into_iter().chain(settings.slack_webhook).collect(),
    }
}
