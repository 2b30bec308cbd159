//! An environment that lives as long as a pull request.

use nova_eventlog::{Commit, Error, Head};
use nova_events::{Event, Identity, PreviewOpened};

/// Where a preview stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is there, or about to be.
    Open,
    /// It is to be removed.
    Closing,
    /// It is gone; the same name may be opened again.
    Removed,
}

/// A preview, folded from the stream of its environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// What was asked for last.
    pub opened: PreviewOpened,
    /// Counts how often the name was opened, from 1.
    pub incarnation: u32,
    /// When it was opened last, in milliseconds since 1970-01-01 UTC.
    pub opened_at_ms: u64,
    /// Where it stands.
    pub stage: Stage,
    /// The database as it was created, once it was.
    pub created: Option<Identity>,
    /// Why it is to be removed.
    pub reason: Option<String>,
}

impl Preview {
    /// Names of previews begin so.
    pub const PREFIX: &'static str = "pr-";

    /// The environment of a pull request.
    pub fn name(number: u64) -> String {
        format!("{}{number}", Self::PREFIX)
    }

    /// The database of a pull request.
    pub fn database(number: u64) -> String {
        format!("pr_{number}")
    }

    /// True when an environment of this name would be a preview.
    pub fn is_name(name: &str) -> bool {
        let number = name.strip_prefix(Self::PREFIX);
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Folds the commits of an environment's stream; none when no preview was ever opened. Also where the stream ends.
    ///
    /// # Errors
    /// When an event is unknown.
    pub fn fold(commits: &[Commit]) -> Result<(Option<Self>, Head), Error> {
        let mut preview: Option<Self> = None;
        for commit in commits {
            for event in commit.decoded()? {
                match (event, &mut preview) {
                    (Event::PreviewOpened(opened), before) => {
                        let incarnation = before.as_ref().map_or(0, |before| before.incarnation) + 1;
                        preview = Some(Self {
                            opened,
                            incarnation,
                            opened_at_ms: commit.at_ms,
                            stage: Stage::Open,
                            created: None,
                            reason: None,
                        });
                    }
                    (Event::PreviewDatabaseCreated(created), Some(preview)) => preview.created = Some(created.identity),
                    (Event::PreviewClosed(closed), Some(preview)) => {
                        preview.stage = Stage::Closing;
                        preview.reason = Some(closed.reason);
                    }
                    (Event::PreviewRemoved(_), Some(preview)) => preview.stage = Stage::Removed,
                    _ => {}
                }
            }
        }
        Ok((preview, Head::of(commits)))
    }

    /// True while its environment can be found.
    pub fn exists(&self) -> bool {
        self.stage != Stage::Removed
    }

    /// True when it has outlived its time.
    pub fn has_expired(&self, now_ms: u64) -> bool {
        self.stage == Stage::Open && now_ms >= self.opened.expires_at_ms
    }

    /// What its database is marked with, so that one that was created by an attempt that died is recognised. The moment
    /// tells it from that of another deployment on the same server, whose pull requests have the same numbers.
    pub fn mark(&self) -> String {
        let Self {
            opened,
            incarnation,
            opened_at_ms,
            ..
        } = self;
        format!(
            "Nova made this for {} ({incarnation}, {opened_at_ms})",
            opened.environment
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_of_pull_requests_make_previews() {
        for (name, is) in [
            ("pr-1", true),
            ("pr-120", true),
            ("pr-", false),
            ("pr-x", false),
            ("pr", false),
            ("prod-1", false),
        ] {
            assert_eq!(Preview::is_name(name), is, "{name}");
        }
    }
}
