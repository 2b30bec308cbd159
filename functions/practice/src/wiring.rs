//! A platform from a Lambda's environment.
//!
//! `NOVA_PLATFORM_SECRET_ID` names a secret of Secrets Manager that holds `{"database_url": …, "platform_key": …}`.
//! Without it, `NOVA_PLATFORM_DATABASE_URL` and `NOVA_PLATFORM_KEY` hold the two themselves.

use crate::{InProcess, Limits, Parts, Platform, Windowed, parties, site};
use nova_aws::{Clients, Settings, billing::Billing, dynamodb::DynamoDb, sqs::Queues};
use nova_errors::{Code, Failure};
use nova_eventlog::{EventLog, Queue};
use nova_kit::wiring::{RandomIds, SystemClock, open_state, variable};
use nova_practice::signin::seal::MasterKey;
use nova_practice_store::{Options, Store, identity::SystemEntropy};
use nova_project::Project;
use serde::Deserialize;
use std::{path::Path, sync::Arc};

/// Connections of one instance of a Lambda, which answers one request at a time.
const CONNECTIONS: usize = 2;

#[derive(Deserialize)]
struct Secret {
    database_url: String,
    platform_key: String,
}

/// The platform that the environment describes. In a deployment (`NOVA_EVENTS_TABLE`) workflows are in its event log, and
/// requests are counted for all instances together; elsewhere the log is that of the project folder `NOVA_PROJECT`.
///
/// # Errors
/// `NOVA-3220` when there is no key; `NOVA-18xx` when the secret or the project cannot be read; what the store says.
pub async fn from_environment() -> Result<Platform, Failure> {
    Ok(with_queue(&clients().await).await?.0)
}

/// Clients of AWS whose calls nobody counts.
pub async fn clients() -> Clients {
    Clients::from_environment(Billing::unheard()).await
}

/// The platform, with the queue that its functions take messages from.
///
/// # Errors
/// As [`from_environment`].
pub async fn with_queue(clients: &Clients) -> Result<(Platform, Arc<dyn Queue>), Failure> {
    let secret = match variable("NOVA_PLATFORM_SECRET_ID") {
        Some(id) => managed(clients, &id).await?,
        None => Secret {
            database_url: needed("NOVA_PLATFORM_DATABASE_URL")?,
            platform_key: needed("NOVA_PLATFORM_KEY")?,
        },
    };
    let log: Arc<dyn EventLog>;
    let limits: Arc<dyn Limits>;
    let queue: Arc<dyn Queue>;
    if variable("NOVA_EVENTS_TABLE").is_some() {
        let settings = Settings::read(variable)?;
        let tables = Arc::new(DynamoDb::new(clients.dynamodb.clone(), &settings));
        log = tables.clone();
        limits = Arc::new(Windowed(tables));
        queue = Arc::new(Queues::new(clients.sqs.clone(), settings.queue_url_prefix));
    } else {
        let folder = variable("NOVA_PROJECT").unwrap_or_else(|| ".".to_owned());
        let sqlite = Arc::new(open_state(&Project::open(Path::new(&folder)))?);
        log = sqlite.clone();
        limits = Arc::new(InProcess::default());
        queue = sqlite;
    }
    let options = Options {
        connections: CONNECTIONS,
        ..Options::default()
    };
    let platform = Platform::new(Parts {
        store: Store::connect_with(&secret.database_url, &options).await?,
        master: MasterKey::parse(&secret.platform_key)?,
        parties: parties(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        entropy: Arc::new(SystemEntropy::default()),
        limits,
        log,
        site: site(),
    });
    Ok((platform, queue))
}

fn needed(name: &str) -> Result<String, Failure> {
    variable(name).ok_or_else(|| Failure::new(Code::PLATFORM_KEY, format!("{name} is not set")))
}

async fn managed(clients: &Clients, id: &str) -> Result<Secret, Failure> {
    let answer = clients.secrets.get_secret_value().secret_id(id).send().await;
    let answer = answer.map_err(|_| Failure::new(Code::STATE, "the platform's secret cannot be read").retryable())?;
    serde_json::from_str(answer.secret_string.as_deref().unwrap_or_default()).map_err(|_| {
        let cause = "the platform's secret is not JSON with database_url and platform_key";
        Failure::new(Code::PLATFORM_KEY, cause)
    })
}
