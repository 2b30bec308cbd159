//! What environments hold, and what is kept of what they held, as far as operations tell: which operation put it there,
//! and whether it may be personal data. What was in an environment before Nova first touched it is nobody's.

use crate::Operation;
use std::collections::BTreeMap;

/// The contents of an environment, at some time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// The clone that made them; none for what was there before the first.
    pub made_by: Option<String>,
    /// They were copied from production, or from what came from there, without being anonymized.
    pub personal_data: bool,
}

/// The contents of every environment through time.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// For each environment what it held, each with the time from which on, in milliseconds since 1970-01-01 UTC.
    held: BTreeMap<String, Vec<(u64, Contents)>>,
    /// What an operation has kept: its target's previous contents, or the backup it made.
    kept: BTreeMap<String, Contents>,
}

impl History {
    /// Follows every operation there ever was, in any order.
    pub fn of(operations: &[Operation]) -> Self {
        let mut effective: Vec<&Operation> = operations
            .iter()
            .filter(|operation| operation.has_taken_effect() || operation.rolled_back.is_some())
            .collect();
        effective.sort_by(|a, b| (a.updated_at_ms, &a.id).cmp(&(b.updated_at_ms, &b.id)));
        let mut history = Self::default();
        for operation in effective {
            history.follow(operation);
        }
        history
    }

    fn follow(&mut self, operation: &Operation) {
        let target = &operation.requested.target;
        let before = self.now(target);
        let undone = operation
            .rolled_back
            .as_ref()
            .and_then(|rolled_back| rolled_back.undone.as_ref());
        let after = if operation.backup.is_some() {
            self.kept.insert(operation.id.clone(), before);
            return;
        } else if operation.promoted.is_some() {
            self.kept.insert(operation.id.clone(), before);
            Contents {
                made_by: Some(operation.id.clone()),
                personal_data: self.carries_personal_data(operation),
            }
        } else if let Some(undone) = undone {
            self.kept(undone)
        } else {
            return;
        };
        let entry = (operation.updated_at_ms, after);
        self.held.entry(target.clone()).or_default().push(entry);
    }

    /// What an environment holds.
    pub fn now(&self, environment: &str) -> Contents {
        let last = self.held.get(environment).and_then(|held| held.last());
        last.map(|(_, contents)| contents.clone()).unwrap_or_default()
    }

    /// What comes back when an operation is undone, or when the backup that it made is brought back.
    pub fn kept(&self, operation: &str) -> Contents {
        self.kept.get(operation).cloned().unwrap_or_default()
    }

    fn carries_personal_data(&self, clone: &Operation) -> bool {
        let Some(options) = clone.options() else { return false };
        let of_production = clone.guard.as_ref().is_some_and(|guard| guard.source_is_production);
        let source = clone.requested.source.as_deref().unwrap_or_default();
        !options.anonymize
            && (options.allow_personal_data
                || of_production
                || self.held_personal_data_since(source, clone.requested_at_ms))
    }

    /// Whether an environment held personal data at this time or at any later one.
    fn held_personal_data_since(&self, environment: &str, since_ms: u64) -> bool {
        let held = self.held.get(environment).map(Vec::as_slice).unwrap_or_default();
        let later = held.partition_point(|(from_ms, _)| *from_ms <= since_ms);
        let at_that_time = later.saturating_sub(1);
        held[at_that_time..].iter().any(|(_, contents)| contents.personal_data)
    }
}
