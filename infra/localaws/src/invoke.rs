//! Invoking a function.

use serde_json::Value;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// Invokes one function over the endpoint that the SDKs of AWS use.
#[derive(Debug, Clone)]
pub(crate) struct Invoker {
    url: Arc<str>,
    name: &'static str,
    agent: ureq::Agent,
    /// How many of its processes have ended; an invocation that may have been in one of them has failed.
    deaths: watch::Receiver<u64>,
}

impl Invoker {
    /// An invoker of the function `name`. `timeout` is the function's.
    pub(crate) fn new(lambda: &str, name: &'static str, timeout: Duration, deaths: watch::Receiver<u64>) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .build();
        Self {
            url: format!("{lambda}/2015-03-31/functions/{name}/invocations").into(),
            name,
            agent: config.into(),
            deaths,
        }
    }

    /// Hands an event over; `None` when the function failed, took too long, or its process ended meanwhile.
    pub(crate) async fn invoke(&self, event: Value) -> Option<Value> {
        let started = Instant::now();
        let mut deaths = self.deaths.clone();
        deaths.mark_unchanged();
        let (agent, url) = (self.agent.clone(), Arc::clone(&self.url));
        let call = tokio::task::spawn_blocking(move || -> Result<Value, String> {
            let mut answer = agent.post(&*url).send_json(event).map_err(|error| error.to_string())?;
            let text = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
            if !answer.status().is_success() {
                return Err(format!("{}: {text}", answer.status()));
            }
            let value: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
            match value.get("errorType") {
                Some(_) => Err(text),
                None => Ok(value),
            }
        });
        let outcome = tokio::select! {
            outcome = call => outcome.unwrap_or_else(|error| Err(error.to_string())),
            // What ran in another process of the same function goes on there; its message comes again all the same.
            _ = deaths.changed() => Err("a process of the function ended".to_owned()),
        };
        tracing::debug!(function = self.name, ms = started.elapsed().as_millis(), "invoked");
        outcome
            .inspect_err(|why| tracing::warn!(function = self.name, "an invocation failed: {why}"))
            .ok()
    }
}
