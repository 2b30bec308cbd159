//! Everything a handler may touch.

use crate::{
    connections::Connections, deadline::Deadline, defaults::Configuration, keeper::Keeper, progress::Progress,
};
use nova_clone::Announce;
use nova_environments::Environments;
use nova_eventlog::{Blobs, Clock, DataKeys, EventLog, Gates, Ids, Leases, Queue, Views};
use std::sync::Arc;

/// The ports, as adapters of this process implement them. Handlers know nothing else of where they run.
pub struct Ports {
    /// What has happened.
    pub log: Arc<dyn EventLog>,
    /// What is asked of functions.
    pub queue: Arc<dyn Queue>,
    /// Fan-in.
    pub gates: Arc<dyn Gates>,
    /// Who works on what.
    pub leases: Arc<dyn Leases>,
    /// Read models.
    pub views: Arc<dyn Views>,
    /// Rows on their way, plans, schemas.
    pub blobs: Arc<dyn Blobs>,
    /// Keys of operations.
    pub keys: Arc<dyn DataKeys>,
    /// Where databases are and what they are for.
    pub environments: Arc<dyn Environments>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Arc<dyn Ids>,
    /// Who watches the work.
    pub progress: Arc<dyn Progress>,
    /// Sessions to databases.
    pub connections: Connections,
    /// The snapshots this process holds.
    pub keeper: Keeper,
    /// Until when the work at hand must be settled.
    pub deadline: Deadline,
    /// What holds where a request says nothing.
    pub configuration: Arc<dyn Configuration>,
    /// Rules may name programs that replace values; they run where the rows are masked.
    pub external_programs: bool,
    /// People who are told.
    pub people: Vec<Arc<dyn Announce>>,
}
