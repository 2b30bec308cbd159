//! What invokes a function.

use nova_events::Function;
use std::time::Duration;

/// What invokes a function of the deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Its queue.
    Queue {
        /// Most messages per invocation, up to 10.
        batch: usize,
        /// How long messages are gathered for a batch once there is one.
        window: Duration,
    },
    /// Commits, as they enter the events table.
    Stream {
        /// Records per invocation.
        batch: usize,
    },
    /// A schedule.
    Clock {
        /// From one invocation to the next.
        every: Duration,
    },
    /// Its callers, over HTTP.
    Http,
}

/// A function of the deployment.
#[derive(Debug, Clone)]
pub(crate) struct Deployed {
    /// Its name: that of its binary, its folder, its queue.
    pub(crate) name: &'static str,
    /// What invokes it.
    pub(crate) source: Source,
    /// How many processes of it there are.
    pub(crate) processes: usize,
}

/// Every function of the local deployment by name, and what invokes it.
pub fn functions() -> Vec<(&'static str, Source)> {
    let deployed = deployment(Duration::from_mins(1), true).into_iter();
    deployed.map(|one| (one.name, one.source)).collect()
}

/// Every function, and what invokes it; those of the practice platform where it has a database.
pub(crate) fn deployment(tick: Duration, practice: bool) -> Vec<Deployed> {
    let platform = Function::PLATFORM.into_iter().filter(|_| practice);
    let queues = Function::ALL.into_iter().chain(platform).map(|function| Deployed {
        name: function.name(),
        source: match function {
            Function::Notify => Source::Queue {
                batch: 5,
                window: Duration::from_secs(1),
            },
            // One message at a time: what one invocation may take is one chunk, one table, one statement.
            _ => Source::Queue {
                batch: 1,
                window: Duration::ZERO,
            },
        },
        processes: match function {
            Function::Export | Function::Anonymize | Function::Import | Function::Finalize => 2,
            Function::Keeper => 3,
            _ => 1,
        },
    });
    let others = [
        ("pump", Source::Stream { batch: 100 }, 1),
        ("reconcile", Source::Clock { every: tick }, 1),
        ("schedule", Source::Clock { every: tick }, 1),
        ("api-operations", Source::Http, 1),
        ("webhook", Source::Http, 1),
    ];
    let platform = [
        ("dispatch", Source::Clock { every: tick }, 1),
        ("api-identity", Source::Http, 1),
        ("api-cabinets", Source::Http, 1),
        ("api-patients", Source::Http, 1),
        ("api-appointments", Source::Http, 1),
    ];
    let platform = platform.into_iter().filter(|_| practice);
    let others = others
        .into_iter()
        .chain(platform)
        .map(|(name, source, processes)| Deployed {
            name,
            source,
            processes,
        });
    queues.chain(others).collect()
}
