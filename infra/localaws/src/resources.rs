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

/// The secrets with the settings of the deployment and with the rules that they name.
pub(crate) const SETTINGS: &str = "nova/settings";
pub(crate) const RULES: &str = "nova/rules";

/// The secret with the practice platform's database and key.
pub(crate) const PLATFORM: &str = "nova/platform";

/// The address that the platform's letters come from.
pub(crate) const MAIL_FROM: &str = "nova@example.org";

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
    for function in Function::ALL.into_iter().chain(Function::PLATFORM) {
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

/// Makes what the practice platform needs: the secret with its database and its key, and the topic that its messages go to.
/// Returns the topic's ARN.
pub(crate) async fn create_platform(clients: &Clients, project: &Path, database: &str) -> Result<String, Error> {
    // What was sealed under the project's key can be opened here, too.
    let kept = fs::read_to_string(project.join(".nova/keys/platform")).ok();
    let drawn = || format!("{:032x}{:032x}", ulid::Ulid::generate().0, ulid::Ulid::generate().0);
    let secret = json!({ "database_url": database, "platform_key": kept.unwrap_or_else(drawn).trim() });
    let made = clients
        .secrets
        .create_secret()
        .name(PLATFORM)
        .secret_string(secret.to_string());
    made.send()
        .await
        .map_err(Error::resource("making the platform's secret"))?;
    // Letters come from a verified address; the emulator keeps them.
    let verified = clients.mail.create_email_identity().email_identity(MAIL_FROM);
    verified
        .send()
        .await
        .map_err(Error::resource("verifying the platform's address"))?;
    let made = clients.topics.create_topic().name("nova-platform").send().await;
    let made = made.map_err(Error::resource("making the platform's topic"))?;
    Ok(made.topic_arn.unwrap_or_default())
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
    create_defaults(clients, project).await
}

/// Makes the secrets of what holds where a request says nothing, from the project's `nova.toml` and the rules it names.
/// Schedules and previews are variables of the functions, as in the template.
async fn create_defaults(clients: &Clients, project: &Path) -> Result<(), Error> {
    let file = project.join("nova.toml");
    if !file.exists() {
        return Ok(());
    }
    let text = fs::read_to_string(&file).map_err(Error::io(format!("reading {}", file.display())))?;
    let mut settings: toml_edit::DocumentMut = text.parse().map_err(Error::resource("reading nova.toml"))?;
    for elsewhere in ["schedules", "previews"] {
        settings.remove(elsewhere);
    }
    let rules = settings.get("clone").and_then(|clone| clone.get("rules"));
    let rules = rules.and_then(toml_edit::Item::as_str).map(|name| project.join(name));
    let mut secrets = vec![(SETTINGS, settings.to_string())];
    if let Some(rules) = rules.filter(|rules| rules.exists()) {
        let text = fs::read_to_string(&rules).map_err(Error::io(format!("reading {}", rules.display())))?;
        secrets.push((RULES, text));
    }
    for (name, text) in secrets.into_iter().filter(|(_, text)| !text.is_empty()) {
        let made = clients.secrets.create_secret().name(name).secret_string(text).send();
        made.await
            .map_err(Error::resource("making the secret of the settings"))?;
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
