//! What this process remembers of streams, so that most appends need no read.

use nova_eventlog::{Commit, StreamId};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// How many streams are remembered; then all are forgotten, which costs one short read each.
const STREAMS: usize = 512;

/// What tells a commit from others in its stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its id.
    pub(super) id: String,
    /// Its hash.
    pub(super) hash: String,
}

impl Mark {
    /// The mark of a commit.
    pub(super) fn of(commit: &Commit) -> Self {
        Self {
            id: commit.id.clone(),
            hash: commit.hash.clone(),
        }
    }
}

/// Marks of streams from number 0 on, without gaps. Commits never change, so what is remembered may be short, but it is
/// never wrong.
#[derive(Debug, Default)]
pub(super) struct Known {
    streams: Mutex<HashMap<StreamId, Vec<Mark>>>,
}

impl Known {
    /// Looks at the marks of a stream.
    pub(super) fn look<T>(&self, stream: &StreamId, look: impl FnOnce(&[Mark]) -> T) -> T {
        look(self.lock().get(stream).map_or(&[], Vec::as_slice))
    }

    /// How many commits of a stream are known.
    pub(super) fn length(&self, stream: &StreamId) -> u64 {
        self.look(stream, |marks| marks.len() as u64)
    }

    /// Remembers marks of a stream that begin at number `from`; those that do not follow what is known are left out.
    pub(super) fn add(&self, stream: &StreamId, from: u64, marks: impl IntoIterator<Item = Mark>) {
        let mut streams = self.lock();
        if streams.len() >= STREAMS && !streams.contains_key(stream) {
            streams.clear();
        }
        let known = streams.entry(stream.clone()).or_default();
        for (number, mark) in (from..).zip(marks) {
            if number == known.len() as u64 {
                known.push(mark);
            }
        }
    }

    /// True when a commit may follow what is known: its predecessor stands where it says, and its id stands nowhere.
    pub(super) fn allows(&self, commit: &Commit) -> bool {
        self.look(&commit.stream, |marks| {
            let Some(before) = usize::try_from(commit.number)
                .ok()
                .and_then(|number| marks.get(..number))
            else {
                return false;
            };
            let hash = before.last().map_or("", |mark| mark.hash.as_str());
            hash == commit.previous_hash && before.iter().all(|mark| mark.id != commit.id)
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<StreamId, Vec<Mark>>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
