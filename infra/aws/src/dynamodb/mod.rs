//! Event log, gates, leases, views and counters on DynamoDB.
//!
//! | table | key | holds |
//! |---|---|---|
//! | events | `p` stream, `n` number | commits: `i` id, `h` hash, `b` the commit as JSON. Only ever added to |
//! | work | `streams`, name of a stream | which streams there are |
//! | work | `gate/<name>`, `root` or `leaf/<n>` | `m` who has arrived, `e` how many are expected |
//! | work | `lease/<name>`, `lease` | `o` holder, `f` fence, `u` until, milliseconds since 1970-01-01 UTC |
//! | work | `view/<kind>`, key | `b` the item as JSON |
//! | work | `count/<key>`, number of a window | `c` the count, `expires` when the item may go |
//!
//! Every read is consistent and goes on to the last page. The client repeats what was throttled or got no answer, so
//! every write is one whose repetition does no harm: conditional, or the same whenever it is done. Only a count may come
//! out one too high, for one window.

mod counters;
mod fault;
mod gates;
mod image;
mod items;
mod known;
mod leases;
mod log;
mod streams;
mod tables;
mod views;

pub use image::{commit_of, commit_of_image};
pub use tables::create_tables;

use crate::settings::Settings;
use aws_sdk_dynamodb::Client;
use known::Known;
use std::sync::Arc;

/// The ports over two tables; cheap to clone.
#[derive(Debug, Clone)]
pub struct DynamoDb {
    client: Client,
    events: String,
    work: String,
    known: Arc<Known>,
}

impl DynamoDb {
    /// The tables of a deployment.
    pub fn new(client: Client, settings: &Settings) -> Self {
        Self {
            client,
            events: settings.events_table.clone(),
            work: settings.work_table.clone(),
            known: Arc::default(),
        }
    }
}
