//! Settings as the rest of Nova takes them.

use super::keys::{Key, Kind};
use std::path::PathBuf;

/// Compression of chunks that are sealed on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// None.
    None,
    /// LZ4.
    Lz4,
}

/// Every setting with its value, defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values {
    /// Chunks in work at the same time.
    pub parallel_tables: u32,
    /// Most rows of one chunk; none: by size only.
    pub batch_size: Option<u64>,
    /// Heap bytes of one chunk.
    pub chunk_bytes: u64,
    /// Bytes of memory for chunks on their way.
    pub memory_bytes: u64,
    /// Compression of sealed chunks.
    pub compression: Compression,
    /// Previous databases that stay for a rollback.
    pub keep_previous: u32,
    /// Backups of an environment that stay.
    pub keep_backups: u32,
    /// Patterns of tables whose rows stay behind.
    pub exclude_rows: Vec<String>,
    /// The default rules file, relative to the project's folder.
    pub rules: Option<PathBuf>,
    /// Language of replacement values: `fr` or `en`.
    pub locale: String,
    /// What happens to columns without a decision: `auto`, `strict` or `off`; none: not set.
    pub policy: Option<String>,
    /// Keep the fingerprints of originals.
    pub keep_fingerprints: bool,
    /// Rules may name programs that replace values.
    pub external_programs: bool,
    /// Address that is told about outcomes.
    pub webhook_url: Option<String>,
    /// Slack webhook that is told about outcomes.
    pub slack_webhook: Option<String>,
}

/// A value that its key takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Number(u64),
    Text(String),
    List(Vec<String>),
}

impl Value {
    /// Reads a value from the command line; none when the key does not take it.
    pub(crate) fn parse(key: &Key, text: &str) -> Option<Self> {
        let value = match key.kind {
            Kind::Number { .. } => Self::Number(text.trim().replace('_', "").parse().ok()?),
            Kind::List => Self::List(
                text.split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(str::to_owned)
                    .collect(),
            ),
            Kind::Choice(_) | Kind::Text | Kind::Url => Self::Text(text.trim().to_owned()),
        };
        value.fits(key).then_some(value)
    }

    /// Whether the key takes it.
    pub(crate) fn fits(&self, key: &Key) -> bool {
        match (key.kind, self) {
            (Kind::Number { least, most }, Self::Number(number)) => (least..=most).contains(number),
            (Kind::Choice(words), Self::Text(word)) => words.contains(&word.as_str()),
            (Kind::Text, Self::Text(text)) => !text.is_empty(),
            (Kind::Url, Self::Text(url)) => ["https://", "http://"]
                .iter()
                .any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty())),
            (Kind::List, Self::List(_)) => true,
            _ => false,
        }
    }
}

/// As on the command line.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::List(texts) => f.write_str(&texts.join(",")),
        }
    }
}
