//! A function of the deployment, its limits and what invokes it.

use crate::{
    error::Error,
    template::{Template, below_stack, target},
};
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};

/// A function.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// Its logical name.
    pub logical: String,
    /// Its name below the stack's: that of its folder in `functions/`.
    pub name: String,
    /// How long one invocation may take.
    pub timeout: Duration,
    /// Memory in megabytes.
    pub memory: u64,
    /// Environment variables.
    pub variables: BTreeMap<String, Value>,
    /// Logical name of its role.
    pub role: String,
    /// Logical names of the alarms that take a deployment of it back.
    pub deployment_alarms: Vec<String>,
    /// How a deployment of it goes: `AllAtOnce`, `Canary10Percent5Minutes` …
    pub deployment: String,
    /// What invokes it.
    pub sources: Vec<Source>,
}

/// What invokes a function.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Messages of a queue.
    Queue(Queue),
    /// Changes of the events table.
    Stream {
        /// Most records of one invocation.
        batch: u64,
        /// Single records may be reported as failed.
        partial: bool,
        /// How often a batch is tried again.
        retries: Option<u64>,
        /// Logical name of the queue that hears of batches that were given up.
        given_up: Option<String>,
    },
    /// Time.
    Schedule {
        /// `rate(1 minute)`.
        expression: String,
    },
    /// A request to the API.
    Http {
        /// Method; none: any.
        method: Option<String>,
        /// Path; none: whatever is nobody else's.
        path: Option<String>,
    },
}

/// A queue as a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    /// Logical name of the queue.
    pub logical: String,
    /// Its name below the stack's.
    pub name: String,
    /// How long a message that was received stays invisible.
    pub visibility: Duration,
    /// Most messages of one invocation.
    pub batch: u64,
    /// How long Lambda gathers messages for a batch.
    pub window: Duration,
    /// Single messages may be reported as failed.
    pub partial: bool,
    /// Most invocations at once.
    pub concurrency: Option<u64>,
    /// How often a message is received before it is moved.
    pub receives: Option<u64>,
    /// Logical name of the queue it is moved to.
    pub dead_letters: Option<String>,
}

impl Function {
    pub(crate) fn of(template: &Template, logical: &str) -> Result<Self, Error> {
        let properties = template.properties(logical);
        let missing = |what: &str| Error::Structure(format!("function {logical} has no {what}"));
        let name = below_stack(&properties["FunctionName"]).ok_or_else(|| missing("FunctionName"))?;
        let events = properties["Events"].as_object().ok_or_else(|| missing("Events"))?;
        let variables = properties["Environment"]["Variables"].as_object();
        let alarms = properties["DeploymentPreference"]["Alarms"].as_array();
        Ok(Self {
            logical: logical.to_owned(),
            name: name.to_owned(),
            timeout: seconds(&properties["Timeout"]).ok_or_else(|| missing("Timeout"))?,
            memory: properties["MemorySize"].as_u64().ok_or_else(|| missing("MemorySize"))?,
            variables: variables
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            role: target(&properties["Role"]).ok_or_else(|| missing("Role"))?.to_owned(),
            deployment_alarms: alarms
                .into_iter()
                .flatten()
                .filter_map(target)
                .map(str::to_owned)
                .collect(),
            deployment: text(&properties["DeploymentPreference"]["Type"]).unwrap_or_default(),
            sources: events
                .values()
                .map(|event| Source::of(template, logical, event))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The queue it consumes.
    pub fn queue(&self) -> Option<&Queue> {
        self.sources.iter().find_map(|source| match source {
            Source::Queue(queue) => Some(queue),
            _ => None,
        })
    }

    /// True when the API invokes it.
    pub fn answers_http(&self) -> bool {
        self.sources.iter().any(|source| matches!(source, Source::Http { .. }))
    }
}

impl Source {
    fn of(template: &Template, function: &str, event: &Value) -> Result<Self, Error> {
        let given = &event["Properties"];
        let partial = given["FunctionResponseTypes"]
            .as_array()
            .is_some_and(|types| types.iter().any(|kind| kind == "ReportBatchItemFailures"));
        match event["Type"].as_str() {
            Some("SQS") => {
                let logical = target(&given["Queue"])
                    .ok_or_else(|| Error::Structure(format!("function {function} consumes an unknown queue")))?;
                let queue = template.properties(logical);
                let name = below_stack(&queue["QueueName"])
                    .ok_or_else(|| Error::Structure(format!("queue {logical} has no name")))?;
                Ok(Self::Queue(Queue {
                    logical: logical.to_owned(),
                    name: name.to_owned(),
                    // What SQS and Lambda take when nothing is said.
                    visibility: seconds(&queue["VisibilityTimeout"]).unwrap_or(Duration::from_secs(30)),
                    batch: given["BatchSize"].as_u64().unwrap_or(10),
                    window: seconds(&given["MaximumBatchingWindowInSeconds"]).unwrap_or_default(),
                    partial,
                    concurrency: given["ScalingConfig"]["MaximumConcurrency"].as_u64(),
                    receives: queue["RedrivePolicy"]["maxReceiveCount"].as_u64(),
                    dead_letters: target(&queue["RedrivePolicy"]["deadLetterTargetArn"]).map(str::to_owned),
                }))
            }
            Some("DynamoDB") => Ok(Self::Stream {
                batch: given["BatchSize"].as_u64().unwrap_or(100),
                partial,
                retries: given["MaximumRetryAttempts"].as_u64(),
                given_up: target(&given["DestinationConfig"]["OnFailure"]["Destination"]).map(str::to_owned),
            }),
            Some("ScheduleV2" | "Schedule") => Ok(Self::Schedule {
                expression: text(&given["ScheduleExpression"]).unwrap_or_default(),
            }),
            Some("HttpApi") => Ok(Self::Http {
                method: text(&given["Method"]),
                path: text(&given["Path"]),
            }),
            other => Err(Error::Structure(format!("function {function} is invoked by {other:?}"))),
        }
    }
}

fn seconds(value: &Value) -> Option<Duration> {
    value.as_u64().map(Duration::from_secs)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
