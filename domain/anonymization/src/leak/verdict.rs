//! Which hits are real.

use super::{Fingerprints, Hit};
use std::collections::BTreeMap;

/// Confirms hits against the exact sets, one set at a time, so that only one need be in memory.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    hits: BTreeMap<Hit, State>,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    original: bool,
    explained: bool,
}

impl Verdict {
    /// Starts from the candidates of all scanners; duplicates are one.
    pub fn new(hits: impl IntoIterator<Item = Hit>) -> Self {
        Self {
            hits: hits.into_iter().map(|hit| (hit, State::default())).collect(),
        }
    }

    /// True when nothing is left to confirm.
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// Looks the candidates up in one set. Call it for every set before asking for [`Self::leaks`].
    pub fn check(&mut self, fingerprints: &Fingerprints) {
        for (hit, state) in &mut self.hits {
            state.original |= fingerprints.has_original(hit.category, hit.fingerprint);
            state.explained |= hit.masked_column && fingerprints.has_replacement(hit.category, hit.fingerprint);
        }
    }

    /// The hits that are originals and that no replacement explains.
    pub fn leaks(&self) -> Vec<Hit> {
        self.hits
            .iter()
            .filter(|(_, state)| state.original && !state.explained)
            .map(|(hit, _)| *hit)
            .collect()
    }
}
