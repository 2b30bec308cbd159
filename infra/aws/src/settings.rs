//! What a deployment's functions are told of it.

use nova_errors::{Code, Failure};

/// Names of a deployment's resources. The template sets them as environment variables of every function.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `NOVA_EVENTS_TABLE`: the event log.
    pub events_table: String,
    /// `NOVA_WORK_TABLE`: gates, leases, views.
    pub work_table: String,
    /// `NOVA_KEYS_TABLE`: wrapped data keys.
    pub keys_table: String,
    /// `NOVA_BUCKET`: chunks and documents.
    pub bucket: String,
    /// `NOVA_KMS_KEY`: id or ARN of the key that wraps data keys and encrypts the bucket.
    pub kms_key: String,
    /// `NOVA_QUEUE_URL_PREFIX`: a queue's URL up to the function's name; its dead letters end in `-dead`.
    pub queue_url_prefix: String,
    /// `NOVA_SECRETS_PREFIX`: names of environments' secrets up to the environment's name.
    pub secrets_prefix: String,
    /// `NOVA_CHUNK_MB`: megabytes of heap that one chunk holds.
    pub chunk_mb: u64,
    /// `NOVA_ENVIRONMENTS`: names of the environments to list, separated by commas. Without it, secrets are listed, which
    /// takes a right that AWS only grants for all of an account's.
    pub environments: Vec<String>,
    /// `NOVA_ALERT_TOPIC`: ARN of the SNS topic for alerts.
    pub alert_topic: Option<String>,
    /// `NOVA_MAIL_FROM`: verified sender of e-mail.
    pub mail_from: Option<String>,
    /// `NOVA_MAIL_TO`: recipients of e-mail, separated by commas.
    pub mail_to: Vec<String>,
}

/// Reading, masking and loading a chunk of this size fits into a function's time and memory, and what every message costs
/// counts little against it.
const CHUNK_MB: u64 = 64;

impl Settings {
    /// Reads the settings through `variable`, which looks an environment variable up.
    ///
    /// # Errors
    /// `NOVA-1001` naming the first variable that is missing or cannot be read.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let needed = |name: &str| {
            given(name).ok_or_else(|| {
                let cause = format!("the environment variable {name} is not set");
                Failure::new(Code::BAD_ARGUMENT, cause)
            })
        };
        Ok(Self {
            events_table: needed("NOVA_EVENTS_TABLE")?,
            work_table: needed("NOVA_WORK_TABLE")?,
            keys_table: needed("NOVA_KEYS_TABLE")?,
            bucket: needed("NOVA_BUCKET")?,
            kms_key: needed("NOVA_KMS_KEY")?,
            queue_url_prefix: needed("NOVA_QUEUE_URL_PREFIX")?,
            secrets_prefix: needed("NOVA_SECRETS_PREFIX")?,
            chunk_mb: match given("NOVA_CHUNK_MB") {
                None => CHUNK_MB,
                Some(text) => text.parse().ok().filter(|mb| (1..=1024).contains(mb)).ok_or_else(|| {
                    let cause =
                        format!("the environment variable NOVA_CHUNK_MB is '{text}', not a number from 1 to 1024");
                    Failure::new(Code::BAD_ARGUMENT, cause)
                })?,
            },
            alert_topic: given("NOVA_ALERT_TOPIC"),
            mail_from: given("NOVA_MAIL_FROM"),
            environments: given("NOVA_ENVIRONMENTS").as_deref().map(separated).unwrap_or_default(),
            mail_to: given("NOVA_MAIL_TO").as_deref().map(separated).unwrap_or_default(),
        })
    }
}

fn separated(list: &str) -> Vec<String> {
    list.split(',')
        .map(|one| one.trim().to_owned())
        .filter(|one| !one.is_empty())
        .collect()
}
