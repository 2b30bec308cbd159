//! Booking as pure decisions: when a cabinet and its people are there, which times are free, what a status allows,
//! which dates a series means. What makes a double booking impossible is the database.

mod availability;
mod recurrence;
mod schedule;
mod status;
mod wall;

pub use availability::{Fit, Wanted, fits, free, free_on_a_chair, nearest};
pub use recurrence::{Recurrence, Repeat, occurrences};
pub use schedule::{Exception, ExceptionKind, Hours, Week, day_spans};
pub use status::{Status, Transition};
pub use wall::instant;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A half-open span of time, `start` included, `end` not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// The first moment.
    pub start: Timestamp,
    /// The moment after the last.
    pub end: Timestamp,
}

impl Slot {
    /// A span, unless it would be empty.
    pub fn new(start: Timestamp, end: Timestamp) -> Option<Self> {
        (end > start).then_some(Self { start, end })
    }

    /// Whether the two share a moment.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies in it.
    pub fn contains(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// The spans as few spans as possible, in order.
fn merged(mut spans: Vec<Slot>) -> Vec<Slot> {
    spans.sort_unstable();
    let mut result: Vec<Slot> = Vec::with_capacity(spans.len());
    for span in spans {
        match result.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => result.push(span),
        }
    }
    result
}

/// What is left of `spans` (in order, apart) without `taken`.
fn without(spans: &[Slot], taken: &[Slot]) -> Vec<Slot> {
    let taken = merged(taken.to_vec());
    let mut result = Vec::new();
    for span in spans {
        let mut from = span.start;
        for hole in taken.iter().filter(|hole| hole.overlaps(span)) {
            result.extend(Slot::new(from, hole.start.min(span.end)));
            from = from.max(hole.end);
        }
        result.extend(Slot::new(from, span.end));
    }
    result
}

/// What both have in common; each in order and apart.
fn intersection(one: &[Slot], other: &[Slot]) -> Vec<Slot> {
    let mut result = Vec::new();
    for a in one {
        for b in other.iter().filter(|b| b.overlaps(a)) {
            result.extend(Slot::new(a.start.max(b.start), a.end.min(b.end)));
        }
    }
    result
}
