//! The SDK's clients, set up once per process.

use crate::billing::Billing;
use aws_config::{BehaviorVersion, ConfigLoader, Region, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_s3::config::Credentials;
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use std::time::Duration;

/// How often a call is tried; the SDK waits longer each time, with jitter, and longer still when it is throttled.
const ATTEMPTS: u32 = 8;

/// How long one try may take until its answer begins.
const ATTEMPT: Duration = Duration::from_secs(20);

/// The region that local stacks are asked in.
const LOCAL_REGION: &str = "eu-west-3";

/// Clients of every service that Nova uses; cheap to clone.
#[derive(Debug, Clone)]
pub struct Clients {
    /// DynamoDB.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// SQS.
    pub sqs: aws_sdk_sqs::Client,
    /// S3.
    pub s3: aws_sdk_s3::Client,
    /// KMS.
    pub kms: aws_sdk_kms::Client,
    /// Secrets Manager.
    pub secrets: aws_sdk_secretsmanager::Client,
    /// SES.
    pub mail: aws_sdk_sesv2::Client,
    /// SNS.
    pub topics: aws_sdk_sns::Client,
}

impl Clients {
    /// Clients as the process's environment says: region, credentials and, for local stacks, `AWS_ENDPOINT_URL` and
    /// `AWS_ENDPOINT_URL_<SERVICE>`. What they ask for is told to `billing`.
    pub async fn from_environment(billing: Billing) -> Self {
        Self::of(loader(), billing).await
    }

    /// Clients of a local stack, whose every service answers at `endpoint` and takes any credentials.
    pub async fn local(endpoint: &str) -> Self {
        let credentials = Credentials::new("local", "local", None, None, "local stack");
        let loader = loader()
            .endpoint_url(endpoint)
            .region(Region::from_static(LOCAL_REGION))
            .credentials_provider(credentials);
        Self::of(loader, Billing::unheard()).await
    }

    async fn of(loader: ConfigLoader, billing: Billing) -> Self {
        let config = loader.load().await;
        macro_rules! client {
            ($sdk:ident) => {{
                let config = $sdk::config::Builder::from(&config).interceptor(billing.clone());
                $sdk::Client::from_conf(config.build())
            }};
        }
        // Local stacks do not resolve a host name per bucket.
        let s3 = aws_sdk_s3::config::Builder::from(&config)
            .force_path_style(config.endpoint_url().is_some())
            .interceptor(billing.clone());
        Self {
            dynamodb: client!(aws_sdk_dynamodb),
            sqs: client!(aws_sdk_sqs),
            s3: aws_sdk_s3::Client::from_conf(s3.build()),
            kms: client!(aws_sdk_kms),
            secrets: client!(aws_sdk_secretsmanager),
            mail: client!(aws_sdk_sesv2),
            topics: client!(aws_sdk_sns),
        }
    }
}

/// What all clients have in common: TLS, retries with growing pauses and jitter, time limits.
fn loader() -> ConfigLoader {
    let http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let limits = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(ATTEMPT)
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(limits)
}
