//! What a long step notes of its work, so that the next turn need not begin again when this one is cut off. Where there is
//! no deadline nothing is noted.
//!
//! Notes are sealed with the operation's key, like rows: a fingerprint of a value is nobody's business either.

use crate::{chunks::is_lost, ports::Ports};
use bytes::Bytes;
use nova_clone::{Operation, names};
use nova_errors::{Code, Failure};
use nova_eventlog::{Durability, read_all, write_all};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;

/// The longest that work goes on without a note.
const LONGEST: Duration = Duration::from_secs(20);

/// One note of one operation, written over and over.
pub struct Notebook<'a> {
    ports: &'a Ports,
    operation: &'a Operation,
    name: &'static str,
    next_ms: u64,
}

impl<'a> Notebook<'a> {
    /// Opens a note, with what an earlier turn wrote.
    ///
    /// # Errors
    /// What the blob store says.
    pub async fn open<T: DeserializeOwned + Default>(
        ports: &'a Ports,
        operation: &'a Operation,
        name: &'static str,
    ) -> Result<(Self, T), Failure> {
        let mut book = Self {
            ports,
            operation,
            name,
            next_ms: 0,
        };
        if !ports.deadline.is_set() {
            return Ok((book, T::default()));
        }
        book.wait();
        let key = names::note_blob(&operation.id, operation.epoch, name);
        let noted = match read_all(ports.blobs.as_ref(), &key).await.map_err(Failure::from) {
            Err(none) if is_lost(&none) => None,
            outcome => serde_json::from_slice(&outcome?).ok(),
        };
        Ok((book, noted.unwrap_or_default()))
    }

    /// How long work may go on until the next note; none where nothing is noted.
    pub fn interval(&self) -> Option<Duration> {
        let left = Duration::from_millis(self.ports.deadline.left_ms(self.ports.clock.as_ref())?);
        Some(LONGEST.min(left / 4).max(Duration::from_millis(50)))
    }

    fn wait(&mut self) {
        let interval = self.interval().map_or(u64::MAX, |interval| {
            u64::try_from(interval.as_millis()).unwrap_or(u64::MAX)
        });
        self.next_ms = self.ports.clock.now_ms().saturating_add(interval);
    }

    /// Writes the note if it is time to.
    ///
    /// # Errors
    /// What the blob store says.
    pub async fn note<T: Serialize>(&mut self, work: &T) -> Result<(), Failure> {
        if !self.ports.deadline.is_set() || self.ports.clock.now_ms() < self.next_ms {
            return Ok(());
        }
        let bytes = serde_json::to_vec(work)
            .map_err(|error| Failure::new(Code::INTERNAL, format!("note {}: {error}", self.name)))?;
        let key = names::note_blob(&self.operation.id, self.operation.epoch, self.name);
        write_all(self.ports.blobs.as_ref(), &key, Durability::Durable, Bytes::from(bytes)).await?;
        self.wait();
        Ok(())
    }
}
