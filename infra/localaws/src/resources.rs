//! What `infra/deploy/template.yaml` declares, made in the emulators.

use crate::Error;
use aws_sdk_sqs::types::QueueAttributeName;
use nova_aws::{Clients, Settings, dynamodb};
use nova_events::Function;
use serde_json::json;
use std::{fs, path::Path, time::Duration};

/// The functions handle what cannot succeed themselves, long before; SQS sets aside what not even they can read.
const MAX_RECEIVES: u32 = 250;

/// The account of emulators.
pub(crate) const ACCOUNT: &str = "123456789012";

/// Region of everything.
pub(crate) const REGION: &str = "eu-west-3";

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

/// Makes a secret of each `.env.<name>` of a project folder, and of its masking keys.
pub(crate) async fn create_secrets(clients: &Clients, settings: &Settings, project: &Path) -> Result<(), Error> {
    let reading = || Error::io(format!("reading {}", project.display()));
    for file in fs::read_dir(project).map_err(reading())? {
        let path = file.map_err(reading())?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(name) = name.strip_prefix(".env.").filter(|name| !name.contains('.')) else {
            continue;
        };
        let text = fs::read_to_string(&path).map_err(reading())?;
        let values: serde_json::Map<_, _> = text
            .lines()
            .filter_map(|line| line.trim().split_once('='))
            .filter(|(key, _)| !key.starts_with('#'))
            .map(|(key, value)| (key.trim().to_owned(), value.trim().trim_matches(['"', '\'']).into()))
            .collect();
        create_secret(
            clients,
            &format!("{}{name}", settings.secrets_prefix),
            &json!(values).to_string(),
        )
        .await?;
    }
    Ok(())
}

async fn create_secret(clients: &Clients, name: &str, text: &str) -> Result<(), Error> {
    let made = clients
        .secrets
        .create_secret()
        .name(name)
        .secret_string(text)
        .send()
        .await;
    made.map(drop).map_err(Error::resource("making a secret"))
}
