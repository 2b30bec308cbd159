//! What `infra/deploy/template.yaml` declares, made in the emulators.

use crate::Error;
use aws_sdk_secretsmanager::primitives::Blob;
use aws_sdk_sqs::types::QueueAttributeName;
use nova_aws::{Clients, Settings, dynamodb};
use nova_events::Function;
use serde_json::json;
use std::{fs, path::Path, time::Duration};

/// The functions handle what cannot succeed themselves, before; SQS sets aside what not even they can read.
const MAX_RECEIVES: u32 = 10;

/// The account of emulators.
pub(crate) const ACCOUNT: &str = "123456789012";

/// Region of everything.
pub(crate) const REGION: &str = "eu-west-3";

/// Beginning of the names of environments' secrets, and of the secrets that hold their masking keys.
pub(crate) const ENVIRONMENTS: &str = "nova/environments/";
const MASKING_KEYS: &str = "nova/masking-keys/";

/// Makes tables, bucket, and a queue with dead letters per function. A message that is not handled is visible again
/// after `visibility`.
pub(crate) async fn create(clients: &Clients, settings: &Settings, visibility: Duration) -> Result<(), Error> {
    dynamodb::create_tables(&clients.dynamodb, settings)
        .await
        .map_err(Error::resource("making the tables"))?;
    let place = aws_sdk_s3::types::CreateBucketConfiguration::builder()
        .location_constraint(aws_sdk_s3::types::BucketLocationConstraint::from(REGION))
        .build();
    let bucket = clients.s3.create_bucket().bucket(&settings.bucket);
    let bucket = bucket.create_bucket_configuration(place).send().await;
    bucket.map_err(Error::resource("making the bucket"))?;
    for function in Function::ALL {
        let (_, name) = settings.queue_url_prefix.rsplit_once('/').unwrap_or_default();
        let name = format!("{name}{}", function.name());
        let dead = format!("{name}-dead");
        let made = clients.sqs.create_queue().queue_name(&dead).send().await;
        made.map_err(Error::resource("making a queue"))?;
        let redrive = json!({
            "deadLetterTargetArn": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{dead}"),
            "maxReceiveCount": MAX_RECEIVES,
        });
        let made = clients
            .sqs
            .create_queue()
            .queue_name(&name)
            .attributes(QueueAttributeName::VisibilityTimeout, visibility.as_secs().to_string())
            .attributes(QueueAttributeName::RedrivePolicy, redrive.to_string())
            .send()
            .await;
        made.map_err(Error::resource("making a queue"))?;
    }
    Ok(())
}

/// Makes the key that wraps the keys of operations.
pub(crate) async fn create_key(clients: &Clients) -> Result<String, Error> {
    let made = clients.kms.create_key().send().await;
    let made = made.map_err(Error::resource("making the key"))?;
    Ok(made.key_metadata.map(|key| key.key_id).unwrap_or_default())
}

/// Makes a secret of each `.env.<name>` of a project folder, and of the masking keys that the project has: what is cloned
/// here gets the replacements that it gets there.
pub(crate) async fn create_secrets(clients: &Clients, settings: &Settings, project: &Path) -> Result<(), Error> {
    for (name, text) in files(project, ".env.", "")? {
        let text = String::from_utf8_lossy(&text);
        let values: serde_json::Map<_, _> = text
            .lines()
            .filter_map(|line| line.trim().split_once('='))
            .filter(|(key, _)| !key.starts_with('#'))
            .map(|(key, value)| (key.trim().to_owned(), value.trim().trim_matches(['"', '\'']).into()))
            .collect();
        let made = clients
            .secrets
            .create_secret()
            .name(format!("{}{name}", settings.secrets_prefix))
            .secret_string(json!(values).to_string());
        made.send()
            .await
            .map_err(Error::resource("making an environment's secret"))?;
    }
    for (name, key) in files(&project.join(".nova/keys"), "environment-", ".key")? {
        let made = clients
            .secrets
            .create_secret()
            .name(format!("{MASKING_KEYS}{name}"))
            .secret_binary(Blob::new(key));
        made.send()
            .await
            .map_err(Error::resource("making a masking key's secret"))?;
    }
    Ok(())
}

/// Contents of the files of a folder whose names begin and end like this, by what is between.
fn files(folder: &Path, begin: &str, end: &str) -> Result<Vec<(String, Vec<u8>)>, Error> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let reading = || Error::io(format!("reading {}", folder.display()));
    let mut found = Vec::new();
    for file in fs::read_dir(folder).map_err(reading())? {
        let path = file.map_err(reading())?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let name = name.strip_prefix(begin).and_then(|name| name.strip_suffix(end));
        if let Some(name) = name.filter(|name| !name.contains('.')) {
            found.push((name.to_owned(), fs::read(&path).map_err(reading())?));
        }
    }
    Ok(found)
}
