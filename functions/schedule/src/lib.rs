//! What happens by the clock: environments are refreshed, backed up and checked, and previews end.
//!
//! Time comes as ticks, about one a minute. A tick may be late, doubled or missing: each occurrence of a schedule is
//! requested under its own name, so a second tick finds it requested; after a silence the newest one counts.

mod occurrences;
mod previews;

use nova_automation::Automation;
use nova_errors::Failure;
use nova_kit::Ports;

/// Who requests, in the log.
pub(crate) const ACTOR: &str = "schedule";

/// What a tick led to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tick {
    /// Operations that it started.
    pub started: Vec<String>,
    /// What could not be requested, and why; the others were.
    pub failed: Vec<Failure>,
}

impl Tick {
    fn note(&mut self, what: &str, outcome: Result<Option<String>, Failure>) {
        match outcome {
            Ok(started) => self.started.extend(started),
            Err(failure) => {
                tracing::warn!(code = %failure.code, "{what}: {}", failure.cause);
                self.failed.push(failure);
            }
        }
    }
}

/// Requests what is due now, by the clock of the ports.
///
/// # Errors
/// What the stores say of the tick as a whole; one schedule that cannot be followed does not stop the others.
pub async fn tick(ports: &Ports, automation: &Automation) -> Result<Tick, Failure> {
    let mut tick = Tick::default();
    for (environment, schedule) in &automation.schedules {
        for (task, _) in schedule.tasks() {
            let outcome = occurrences::request_due(ports, environment, schedule, task).await;
            tick.note(&format!("{} of {environment}", task.name()), outcome);
        }
    }
    for preview in nova_kit::previews::all(ports).await? {
        let outcome = previews::look_after(ports, &preview).await;
        tick.note(&preview.opened.environment, outcome);
    }
    Ok(tick)
}
