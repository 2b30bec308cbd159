//! Blobs in memory, and the budget they share.

use bytes::Bytes;
use nova_eventlog::BlobKey;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// Finished blobs in memory. Readers share their parts, so a blob can be read again when a handler is tried again; only
/// its removal frees it.
#[derive(Default)]
pub(crate) struct Memory {
    blobs: Mutex<BTreeMap<BlobKey, Held>>,
}

/// The parts of a blob, and the part of the budget they take.
pub(crate) struct Held {
    pub(crate) parts: Arc<Vec<Bytes>>,
    #[expect(dead_code, reason = "held for its Drop, which gives the bytes back")]
    pub(crate) reserved: Reserved,
}

impl Memory {
    pub(crate) fn parts(&self, key: &BlobKey) -> Option<Arc<Vec<Bytes>>> {
        self.lock().get(key).map(|held| Arc::clone(&held.parts))
    }

    pub(crate) fn insert(&self, key: BlobKey, held: Held) {
        self.lock().insert(key, held);
    }

    pub(crate) fn remove(&self, key: &BlobKey) {
        self.lock().remove(key);
    }

    pub(crate) fn remove_all(&self, operation: &str, prefix: &str) {
        self.lock()
            .retain(|key, _| key.operation != operation || !key.name.starts_with(prefix));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<BlobKey, Held>> {
        self.blobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes that blobs in memory may take together.
pub(crate) struct Budget {
    limit: u64,
    used: AtomicU64,
}

impl Budget {
    pub(crate) fn new(limit: u64) -> Arc<Self> {
        Arc::new(Self {
            limit,
            used: AtomicU64::new(0),
        })
    }

    pub(crate) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }
}

/// A part of the budget; given back when dropped.
pub(crate) struct Reserved {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Reserved {
    pub(crate) fn none(budget: &Arc<Budget>) -> Self {
        Self {
            budget: Arc::clone(budget),
            bytes: 0,
        }
    }

    /// Takes more; false, and nothing taken, when the budget does not have it.
    pub(crate) fn grow(&mut self, bytes: u64) -> bool {
        let taken = self
            .budget
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                used.checked_add(bytes).filter(|sum| *sum <= self.budget.limit)
            });
        if taken.is_ok() {
            self.bytes += bytes;
        }
        taken.is_ok()
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
