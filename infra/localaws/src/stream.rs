//! The stream of the events table as an event source. A batch that fails, or of which a record fails, is read again
//! from there: later records of a shard wait.

use crate::{invoke::Invoker, queues::failures, switch::Switch};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

/// Between two looks at a stream that has nothing new.
const IDLE: Duration = Duration::from_millis(100);

/// One table's stream and the function behind it.
pub(crate) struct Stream {
    /// Where DynamoDB answers.
    pub(crate) endpoint: String,
    pub(crate) table: String,
    pub(crate) batch: usize,
    pub(crate) invoker: Invoker,
    pub(crate) switch: Switch,
}

impl Stream {
    /// Reads every shard and hands its records over, for ever.
    pub(crate) async fn run(self) {
        let agent = ureq::Agent::new_with_defaults();
        // By shard, the sequence number up to which everything is handled.
        let mut handled: BTreeMap<String, String> = BTreeMap::new();
        loop {
            self.switch.wait().await;
            let mut found = false;
            match self.shards(&agent).await {
                Ok((stream, shards)) => {
                    for shard in shards {
                        match self.advance(&agent, &stream, &shard, &mut handled).await {
                            Ok(any) => found |= any,
                            Err(why) => tracing::warn!("the stream cannot be read: {why}"),
                        }
                    }
                }
                Err(why) => tracing::warn!("the stream cannot be read: {why}"),
            }
            if !found {
                tokio::time::sleep(IDLE).await;
            }
        }
    }

    async fn shards(&self, agent: &ureq::Agent) -> Result<(String, Vec<String>), String> {
        let streams = self
            .call(agent, "ListStreams", json!({ "TableName": self.table }))
            .await?;
        let arn = streams.pointer("/Streams/0/StreamArn").and_then(Value::as_str);
        let arn = arn.ok_or("the table has no stream")?.to_owned();
        let stream = self.call(agent, "DescribeStream", json!({ "StreamArn": arn })).await?;
        let shards = stream.pointer("/StreamDescription/Shards").and_then(Value::as_array);
        let ids = shards.into_iter().flatten();
        let ids = ids.filter_map(|shard| shard["ShardId"].as_str().map(str::to_owned));
        Ok((arn, ids.collect()))
    }

    /// Hands the next records of a shard over; false when there are none.
    async fn advance(
        &self,
        agent: &ureq::Agent,
        stream: &str,
        shard: &str,
        handled: &mut BTreeMap<String, String>,
    ) -> Result<bool, String> {
        let mut wanted = json!({ "StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON" });
        if let Some(number) = handled.get(shard) {
            wanted["ShardIteratorType"] = "AFTER_SEQUENCE_NUMBER".into();
            wanted["SequenceNumber"] = number.as_str().into();
        }
        let iterator = self.call(agent, "GetShardIterator", wanted).await?;
        let wanted = json!({ "ShardIterator": iterator["ShardIterator"], "Limit": self.batch });
        let mut answer = self.call(agent, "GetRecords", wanted).await?;
        let Some(records) = answer["Records"].as_array_mut().filter(|records| !records.is_empty()) else {
            return Ok(false);
        };
        let mut numbers = Vec::new();
        for record in records.iter_mut() {
            numbers.push(
                record["dynamodb"]["SequenceNumber"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            );
            record["eventSourceARN"] = stream.into();
        }
        let Some(report) = self.invoker.invoke(json!({ "Records": answer["Records"] })).await else {
            tokio::time::sleep(IDLE).await;
            return Ok(true);
        };
        let failed = failures(&report, "itemIdentifier");
        let good = numbers.iter().take_while(|number| !failed.contains(*number));
        if let Some(last) = good.last() {
            handled.insert(shard.to_owned(), last.clone());
        }
        if !failed.is_empty() {
            tokio::time::sleep(IDLE).await;
        }
        Ok(true)
    }

    /// One call of the streams' API. The emulator checks no signatures, and a record is needed in the very JSON that
    /// Lambda passes on.
    async fn call(&self, agent: &ureq::Agent, action: &str, body: Value) -> Result<Value, String> {
        let request = agent
            .post(&self.endpoint)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", &format!("DynamoDBStreams_20120810.{action}"))
            .header("x-amz-date", "20260101T000000Z")
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-3/dynamodb/aws4_request, SignedHeaders=host, Signature=00",
            );
        let call = tokio::task::spawn_blocking(move || {
            let request = request.config().http_status_as_error(false).build();
            let mut answer = request.send(body.to_string()).map_err(|error| error.to_string())?;
            let text = answer.body_mut().with_config().limit(64 << 20).read_to_string();
            let text = text.map_err(|error| error.to_string())?;
            if !answer.status().is_success() {
                return Err(text);
            }
            serde_json::from_str(&text).map_err(|error| error.to_string())
        });
        call.await.unwrap_or_else(|error| Err(error.to_string()))
    }
}
