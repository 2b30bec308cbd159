//! A deployment's resources on the moto server of this process, apart from those of every other test.
#![allow(dead_code, reason = "not every test uses all of it")]

use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
use nova_aws::{Clients, Settings, keys::KmsKeys, sqs::Queues};
use nova_conformance::moto;
use nova_events::Function;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Clients and names of one deployment.
pub(crate) struct Deployment {
    pub(crate) clients: Clients,
    pub(crate) settings: Settings,
}

impl Deployment {
    /// A deployment without resources.
    pub(crate) async fn empty() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("nova{}", NUMBER.fetch_add(1, Ordering::SeqCst));
        let settings = Settings::read(|variable| {
            Some(match variable {
                "NOVA_CHUNK_MB" | "NOVA_ENVIRONMENTS" => return None,
                "NOVA_QUEUE_URL_PREFIX" => format!("{}/123456789012/{name}-", moto()),
                "NOVA_SECRETS_PREFIX" => format!("{name}/environments/"),
                other => format!("{name}-{}", other.to_ascii_lowercase().replace('_', "-")),
            })
        });
        Self {
            clients: Clients::local(moto()).await,
            settings: settings.unwrap(),
        }
    }

    /// With a queue per function and its dead letters. A message that was received twice goes there by itself when
    /// `redrive` says so.
    pub(crate) async fn with_queues(functions: &[Function], redrive: bool) -> Self {
        use aws_sdk_sqs::types::QueueAttributeName::RedrivePolicy;
        let deployment = Self::empty().await;
        let (_, prefix) = deployment.settings.queue_url_prefix.rsplit_once('/').unwrap();
        for function in functions {
            let name = format!("{prefix}{}", function.name());
            let dead = format!("{name}-dead");
            let sqs = &deployment.clients.sqs;
            sqs.create_queue().queue_name(&dead).send().await.unwrap();
            let arn = format!("arn:aws:sqs:eu-west-3:123456789012:{dead}");
            let policy = format!(r#"{{"deadLetterTargetArn":"{arn}","maxReceiveCount":2}}"#);
            let policy = redrive.then_some(policy);
            let call = sqs.create_queue().queue_name(&name);
            let attributes = policy.map(|policy| [(RedrivePolicy, policy)].into());
            call.set_attributes(attributes).send().await.unwrap();
        }
        deployment
    }

    /// With a bucket.
    pub(crate) async fn with_bucket() -> Self {
        use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
        let deployment = Self::empty().await;
        let place = CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::EuWest3);
        let call = deployment
            .clients
            .s3
            .create_bucket()
            .bucket(&deployment.settings.bucket);
        call.create_bucket_configuration(place.build()).send().await.unwrap();
        deployment
    }

    /// With a key and a table of wrapped keys.
    pub(crate) async fn with_keys() -> Self {
        let mut deployment = Self::empty().await;
        deployment.settings.kms_key = deployment.new_key().await;
        let name = AttributeDefinition::builder().attribute_name("p");
        let key = KeySchemaElement::builder().attribute_name("p").key_type(KeyType::Hash);
        let call = deployment.clients.dynamodb.create_table();
        call.table_name(&deployment.settings.keys_table)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(name.attribute_type(ScalarAttributeType::S).build().unwrap())
            .key_schema(key.build().unwrap())
            .send()
            .await
            .unwrap();
        deployment
    }

    /// The id of a new KMS key.
    pub(crate) async fn new_key(&self) -> String {
        let made = self.clients.kms.create_key().send().await.unwrap();
        made.key_metadata.unwrap().key_id
    }

    /// Queues that answer at once.
    pub(crate) fn queues(&self) -> Queues {
        Queues::new(self.clients.sqs.clone(), &self.settings.queue_url_prefix).waiting(0)
    }

    /// Data keys that no process remembers yet.
    pub(crate) fn keys(&self) -> KmsKeys {
        KmsKeys::new(self.clients.kms.clone(), self.clients.dynamodb.clone(), &self.settings)
    }
}
