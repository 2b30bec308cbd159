//! The tables of a deployment on an emulator of their own.
#![allow(dead_code, reason = "not every test uses all of it")]

use aws_sdk_dynamodb::{
    Client,
    config::{
        retry::{RetryConfig, RetryPartition, TokenBucket},
        timeout::TimeoutConfig,
    },
};
use nova_aws::{
    Clients, Settings,
    dynamodb::{DynamoDb, create_tables},
};
use nova_conformance::DynamoDbEmulator;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An emulator and its tables.
pub(crate) struct Stack {
    emulator: DynamoDbEmulator,
    client: Client,
    settings: Settings,
}

impl Stack {
    /// An emulator with empty tables.
    pub(crate) async fn start() -> Self {
        let emulator = DynamoDbEmulator::start().await;
        let client = Clients::local(emulator.url()).await.dynamodb;
        // Every name is that of its variable.
        let settings = Settings::read(|variable| match variable {
            "NOVA_CHUNK_MB" => None,
            _ => Some(variable.to_ascii_lowercase()),
        });
        let settings = settings.unwrap();
        let stack = Self {
            emulator,
            client,
            settings,
        };
        stack.create_tables().await;
        stack
    }

    /// Creates the tables that are not there.
    pub(crate) async fn create_tables(&self) {
        create_tables(&self.client, &self.settings).await.unwrap();
    }

    /// An adapter that remembers nothing yet.
    pub(crate) fn adapter(&self) -> DynamoDb {
        DynamoDb::new(self.client.clone(), &self.settings)
    }

    /// An adapter that calls `url` instead, is soon impatient, and tries `attempts` times.
    pub(crate) async fn adapter_through(&self, url: &str, attempts: u32) -> DynamoDb {
        let retries = RetryConfig::standard()
            .with_max_attempts(attempts)
            .with_initial_backoff(Duration::from_millis(20));
        let limits = TimeoutConfig::builder()
            .operation_attempt_timeout(Duration::from_millis(1_500))
            .build();
        let config = Clients::local(url).await.dynamodb.config().to_builder();
        // All clients of a process share what they may spend on retries, and other tests spend much.
        let budget = RetryPartition::custom(url.to_owned()).token_bucket(TokenBucket::unlimited());
        let config = config
            .retry_config(retries)
            .retry_partition(budget.build())
            .timeout_config(limits)
            .build();
        DynamoDb::new(Client::from_conf(config), &self.settings)
    }

    /// Where the emulator answers.
    pub(crate) fn url(&self) -> &str {
        self.emulator.url()
    }

    /// An empty work table instead of the one there was.
    pub(crate) async fn lose_work_table(&self) {
        self.lose_work_table_for_good().await;
        self.create_tables().await;
    }

    /// No work table any more.
    pub(crate) async fn lose_work_table_for_good(&self) {
        let table = &self.settings.work_table;
        self.client.delete_table().table_name(table).send().await.unwrap();
    }

    /// The new images in the stream of the events table, as a function would receive them.
    pub(crate) async fn streamed_images(&self) -> Vec<serde_dynamo::Item> {
        let table = &self.settings.events_table;
        let streams = self.call("ListStreams", &json!({ "TableName": table })).await;
        let stream = &streams["Streams"][0]["StreamArn"];
        let shards = self.call("DescribeStream", &json!({ "StreamArn": stream })).await;
        let shards = shards["StreamDescription"]["Shards"].as_array().unwrap().clone();
        let mut images = Vec::new();
        for shard in shards {
            let start = json!({
                "StreamArn": stream,
                "ShardId": shard["ShardId"],
                "ShardIteratorType": "TRIM_HORIZON",
            });
            let mut iterator = self.call("GetShardIterator", &start).await["ShardIterator"].clone();
            loop {
                let page = self.call("GetRecords", &json!({ "ShardIterator": iterator })).await;
                let records = page["Records"].as_array().unwrap();
                for record in records {
                    images.push(serde_json::from_value(record["dynamodb"]["NewImage"].clone()).unwrap());
                }
                iterator = page["NextShardIterator"].clone();
                if records.is_empty() || iterator.is_null() {
                    break;
                }
            }
        }
        images
    }

    /// Calls an action of DynamoDB Streams.
    async fn call(&self, action: &str, body: &Value) -> Value {
        let address = self.url().trim_start_matches("http://");
        let body = body.to_string();
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.0\r\n\
             X-Amz-Target: DynamoDBStreams_20120810.{action}\r\nX-Amz-Date: 20260101T000000Z\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-3/dynamodb/aws4_request, \
             SignedHeaders=host, Signature=0\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{action}: {answer}");
        serde_json::from_str(body).unwrap()
    }
}
