//! What invokes a function.

use nova_events::Function;
use std::time::Duration;

/// What invokes a function of the deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Its queue, in batches of up to this many messages.
    Queue {
        /// Messages per invocation.
        batch: i32,
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

/// Every function, and what invokes it.
pub(crate) fn deployment(tick: Duration) -> Vec<Deployed> {
    let queues = Function::ALL.into_iter().map(|function| Deployed {
        name: function.name(),
        // One message at a time: what one invocation may take is one chunk, one table, one statement.
        source: Source::Queue { batch: 1 },
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
    let others = others.into_iter().map(|(name, source, processes)| Deployed {
        name,
        source,
        processes,
    });
    queues.chain(others).collect()
}
