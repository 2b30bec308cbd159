//! The practice platform beside the API of operations, on the same port.
//!
//! | module | holds |
//! |---|---|
//! | [`document`] | the OpenAPI document of all of its APIs, and the types for TypeScript |
//! | [`demonstration`] | what `--dev` fills a throwaway database with |
//! | [`work`] | what the platform's functions do on AWS: provisionings, messages, what is over |

pub(crate) mod demonstration;
pub(crate) mod document;
mod typescript;
mod work;

use crate::{arguments::Serve, runtime::Runtime};
use axum::Router;
use demonstration::Account;
use nova_errors::{Code, Failure};
use nova_fn_dispatch::{
    Carrier, Log,
    letters::{Folder, Mailing},
};
use nova_fn_practice::{InProcess, Parts, Platform, parties, site};
use nova_kit::wiring::{RandomIds, SystemClock, variable};
use nova_pgserver::Cluster;
use nova_practice::signin::{Entropy, random, seal::MasterKey};
use nova_practice_store::{Options, Store, identity::SystemEntropy, migrate, set_app_password};
use nova_project::Project;
use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, sync::Arc};
use uuid::Uuid;

/// Connections to the platform's database.
const CONNECTIONS: usize = 32;

/// The platform as it is served.
pub(super) struct Served {
    platform: Platform,
    /// Who may sign in to a demonstration.
    pub(super) accounts: Vec<Account>,
    /// A throwaway server; it goes with this.
    _server: Option<Cluster>,
}

/// The platform that the arguments ask for, if they do.
///
/// # Errors
/// `NOVA-20xx` when no server starts; `NOVA-3220` when the key cannot be used; what the store says.
pub(super) async fn open(runtime: &Arc<Runtime>, arguments: &Serve) -> Result<Option<Served>, Failure> {
    if arguments.dev {
        return demonstrate(runtime, arguments).await.map(Some);
    }
    let Some(url) = arguments.database.as_deref().filter(|url| !url.is_empty()) else {
        return Ok(None);
    };
    let platform = platform(runtime, url, key(runtime.project())?).await?;
    let log = log_name(runtime.project())?;
    work::claim(&platform, &log).await?;
    tokio::spawn(work::keep_claim(platform.clone(), log));
    work::begin(runtime, &platform, carrier(arguments, Arc::new(Log)));
    Ok(Some(Served {
        platform,
        accounts: Vec::new(),
        _server: None,
    }))
}

/// Every address of the platform.
pub(super) fn routes(served: &Served) -> Router {
    let platform = &served.platform;
    nova_fn_api_identity::routes(platform)
        .merge(nova_fn_api_cabinets::routes(platform))
        .merge(nova_fn_api_patients::routes(platform))
        .merge(nova_fn_api_appointments::routes(platform))
        .merge(nova_fn_api_identity::published())
}

async fn platform(runtime: &Runtime, url: &str, master: MasterKey) -> Result<Platform, Failure> {
    let options = Options {
        connections: CONNECTIONS,
        ..Options::default()
    };
    Ok(Platform::new(Parts {
        store: Store::connect_with(url, &options).await.map_err(at_the_database)?,
        master,
        parties: parties(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        entropy: Arc::new(SystemEntropy::default()),
        limits: Arc::new(InProcess::default()),
        log: Arc::clone(&runtime.ports().log),
        site: site(),
    }))
}

/// Why the database of the platform does not open: its URL is an argument, and its roles are made by migrating.
pub(crate) fn at_the_database(error: nova_practice_store::Error) -> Failure {
    let failure = Failure::from(error);
    if failure.code != Code::AUTHENTICATION {
        return failure;
    }
    failure.with_remedy(
        "Check user and password of --database; `nova platform migrate` makes the role nova_app, and NOVA_APP_PASSWORD its password.",
    )
}

/// Where messages go: to the log, and what people are sent into a folder, where one was named.
fn carrier(arguments: &Serve, log: Arc<dyn Carrier>) -> Arc<dyn Carrier> {
    match &arguments.letters {
        None => log,
        Some(folder) => Arc::new(Mailing {
            post: Arc::new(Folder(folder.clone())),
            site: site(),
            others: log,
        }),
    }
}

/// A private server with demonstration data.
async fn demonstrate(runtime: &Arc<Runtime>, arguments: &Serve) -> Result<Served, Failure> {
    let server = tokio::task::spawn_blocking(Cluster::start_any)
        .await
        .map_err(|error| Failure::new(Code::SERVER_START, error.to_string()))??;
    let owner = server.url("postgres");
    migrate(&owner).await?;
    let entropy = SystemEntropy::default();
    let password: String = random::<24>(&entropy)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    set_app_password(&owner, &password).await?;
    let url = format!("postgres://nova_app:{password}@127.0.0.1:{}/postgres", server.port());
    let platform = platform(runtime, &url, MasterKey::new(random(&entropy))).await?;
    let accounts = demonstration::fill(&platform).await?;
    work::begin(runtime, &platform, carrier(arguments, Arc::new(demonstration::Post)));
    Ok(Served {
        platform,
        accounts,
        _server: Some(server),
    })
}

/// What opens the secrets in the database: `NOVA_PLATFORM_KEY`, or a key of the project, made when it is first needed.
fn key(project: &Project) -> Result<MasterKey, Failure> {
    if let Some(text) = variable("NOVA_PLATFORM_KEY") {
        return MasterKey::parse(&text);
    }
    project.create_state_folder()?;
    let path = project.keys_folder().join("platform");
    let broken = |error: std::io::Error| Failure::new(Code::PLATFORM_KEY, format!("{}: {error}", path.display()));
    match fs::read_to_string(&path) {
        Ok(text) => MasterKey::parse(&text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            fs::create_dir_all(project.keys_folder()).map_err(broken)?;
            let made = MasterKey::new(random(&SystemEntropy::default() as &dyn Entropy));
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
                .map_err(broken)?;
            file.write_all(made.reveal().as_bytes()).map_err(broken)?;
            Ok(made)
        }
        Err(error) => Err(broken(error)),
    }
}

/// What the project's event log is called among those of other servers: a word of its own, made when it is first needed.
fn log_name(project: &Project) -> Result<String, Failure> {
    let path = project.state_folder().join("platform-log");
    let broken = |error: std::io::Error| Failure::new(Code::STATE, format!("{}: {error}", path.display()));
    project.create_state_folder()?;
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let bytes: [u8; 16] = random(&SystemEntropy::default() as &dyn Entropy);
            let name: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            fs::write(&path, &name).map_err(broken)?;
            Ok(name)
        }
        Err(error) => Err(broken(error)),
    }
}

/// A new id of version 7.
pub(crate) fn new_id(now_ms: u64, random: &[u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(now_ms, random).into_uuid()
}
