//! The state of one chunk.

use nova_eventlog::{Commit, Error, Head};
use nova_events::{ChunkAnonymized, ChunkExported, ChunkImported, Event};

/// How far a chunk has come in its current attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChunkPhase {
    /// Nothing is known of its rows.
    Planned,
    /// Its rows were read.
    Exported,
    /// Its personal data was replaced.
    Anonymized,
    /// Its rows are in staging.
    Imported,
}

/// A chunk, folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkState {
    /// Where the stream ends.
    pub head: Head,
    /// The current attempt, from 0.
    pub attempt: u32,
    /// The reading of the current attempt.
    pub exported: Option<ChunkExported>,
    /// The masking of the current attempt.
    pub anonymized: Option<ChunkAnonymized>,
    /// The loading.
    pub imported: Option<ChunkImported>,
}

impl ChunkState {
    /// Folds the commits of a chunk's stream.
    ///
    /// # Errors
    /// When an event is unknown.
    pub fn fold(commits: &[Commit]) -> Result<Self, Error> {
        let mut state = Self {
            head: Head::of(commits),
            attempt: 0,
            exported: None,
            anonymized: None,
            imported: None,
        };
        for commit in commits {
            for event in commit.decoded()? {
                match event {
                    Event::ChunkExported(exported) => state.exported = Some(exported),
                    Event::ChunkAnonymized(anonymized) => state.anonymized = Some(anonymized),
                    Event::ChunkImported(imported) => state.imported = Some(imported),
                    Event::ChunkRestarted(restarted) => {
                        state.attempt = restarted.attempt;
                        (state.exported, state.anonymized, state.imported) = (None, None, None);
                    }
                    _ => {}
                }
            }
        }
        Ok(state)
    }

    /// How far it has come.
    pub fn phase(&self) -> ChunkPhase {
        match (&self.exported, &self.anonymized, &self.imported) {
            (_, _, Some(_)) => ChunkPhase::Imported,
            (_, Some(_), None) => ChunkPhase::Anonymized,
            (Some(_), None, None) => ChunkPhase::Exported,
            (None, None, None) => ChunkPhase::Planned,
        }
    }
}
