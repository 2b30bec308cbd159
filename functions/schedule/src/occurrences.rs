//! One task of one environment.

use crate::ACTOR;
use nova_automation::{Schedule, Task};
use nova_errors::Failure;
use nova_kit::{
    Ports,
    requests::{self, CloneRequest, Requested},
};
use serde_json::json;

/// The kind of view item that says since when a pattern is known.
const ITEM: &str = "schedule";

/// Requests the newest occurrence that is due, unless that was done. Returns the operation that this call started.
pub(crate) async fn request_due(
    ports: &Ports,
    environment: &str,
    schedule: &Schedule,
    task: Task,
) -> Result<Option<String>, Failure> {
    let Some(pattern) = schedule.pattern(task)? else {
        return Ok(None);
    };
    let now_ms = ports.clock.now_ms();
    let since_ms = known_since(ports, environment, schedule, task, now_ms).await?;
    let Some(at_ms) = pattern.due(since_ms, now_ms) else {
        return Ok(None);
    };
    let key = format!("{environment}/{}/{}", task.name(), at_ms / 1000);
    let requested = match task {
        Task::Refresh => {
            let request = CloneRequest::anonymized(&schedule.from, environment);
            requests::request_clone(ports, ACTOR, request, Some(&key)).await?
        }
        Task::Backup => requests::request_backup(ports, ACTOR, environment, Some(&key)).await?,
        Task::Health => requests::request_check(ports, ACTOR, environment, &key).await?,
    };
    Ok(started(requested))
}

/// Since when this pattern is known: nothing before that is made up for. A changed pattern is a new one.
async fn known_since(
    ports: &Ports,
    environment: &str,
    schedule: &Schedule,
    task: Task,
    now_ms: u64,
) -> Result<u64, Failure> {
    let pattern = schedule
        .tasks()
        .find(|(other, _)| *other == task)
        .map(|(_, pattern)| pattern);
    let pattern = format!("{} {}", pattern.unwrap_or_default(), schedule.time_zone);
    let key = format!("{environment}/{}", task.name());
    let known = ports.views.get(ITEM, &key).await?;
    let since = known
        .filter(|item| item["pattern"] == pattern.as_str())
        .and_then(|item| item["since_ms"].as_u64());
    if let Some(since_ms) = since {
        return Ok(since_ms);
    }
    // The minute that has begun counts: an occurrence at its start is not missed because this tick is its first.
    let since_ms = now_ms - now_ms % 60_000;
    ports
        .views
        .put(ITEM, &key, &json!({ "pattern": pattern, "since_ms": since_ms }))
        .await?;
    Ok(since_ms)
}

pub(crate) fn started(requested: Requested) -> Option<String> {
    (!requested.repeated).then_some(requested.operation)
}
