//! The registry of keys.

use crate::nearest::nearest;

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Number {
        /// The least it may be.
        least: u64,
        /// The most it may be.
        most: u64,
    },
    /// One of some words.
    Choice(&'static [&'static str]),
    /// Any text.
    Text,
    /// An `https://` or `http://` address. Addresses of webhooks are secrets: errors never show them.
    Url,
    /// Texts; on the command line separated by commas.
    List,
}

/// One key of `nova.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its name, `table.key`.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What counts when it is not set, as on the command line; empty: nothing.
    pub default: &'static str,
    /// One line: what it does, with its unit.
    pub doc: &'static str,
}

/// Every key there is, in the order in which they are shown.
pub const KEYS: &[Key] = &[
    Key {
        name: "clone.parallel_tables",
        kind: Kind::Number { least: 1, most: 64 },
        default: "4",
        doc: "Chunks of tables that are copied at the same time",
    },
    Key {
        name: "clone.batch_size",
        kind: Kind::Number {
            least: 100,
            most: 1_000_000_000,
        },
        default: "",
        doc: "Most rows of one chunk; not set: chunks are cut by size only",
    },
    Key {
        name: "clone.chunk_size_mb",
        kind: Kind::Number { least: 1, most: 1024 },
        default: "8",
        doc: "Size of one chunk on the source's disk, in MB",
    },
    Key {
        name: "clone.memory_mb",
        kind: Kind::Number {
            least: 16,
            most: 65_536,
        },
        default: "128",
        doc: "Memory for chunks on their way, in MB; what does not fit is sealed on disk",
    },
    Key {
        name: "clone.compression",
        kind: Kind::Choice(&["none", "lz4"]),
        default: "none",
        doc: "Compression of chunks that are sealed on disk",
    },
    Key {
        name: "clone.keep_previous",
        kind: Kind::Number { least: 0, most: 10 },
        default: "1",
        doc: "Previous databases of a target that stay for `nova rollback`",
    },
    Key {
        name: "clone.exclude_rows",
        kind: Kind::List,
        default: "",
        doc: "Tables (schema.table, * for any) whose rows stay behind unless --include-all is given",
    },
    Key {
        name: "clone.rules",
        kind: Kind::Text,
        default: "",
        doc: "Rules file when --rules is not given, relative to this folder",
    },
    Key {
        name: "backup.keep",
        kind: Kind::Number { least: 1, most: 30 },
        default: "3",
        doc: "Backups of an environment that stay, each as large as its database",
    },
    Key {
        name: "anonymize.locale",
        kind: Kind::Choice(&["fr", "en"]),
        default: "fr",
        doc: "Language of replacement values",
    },
    Key {
        name: "anonymize.policy",
        kind: Kind::Choice(&["auto", "strict", "off"]),
        default: "",
        doc: "Columns that look personal and have no decision: masked (auto), a stop (strict) or copied (off)",
    },
    Key {
        name: "anonymize.keep_fingerprints",
        kind: Kind::Choice(&["no", "yes"]),
        default: "no",
        doc: "Keep the keyed fingerprints of originals for `nova anonymize verify`",
    },
    Key {
        name: "anonymize.external",
        kind: Kind::Choice(&["no", "yes"]),
        default: "no",
        doc: "Rules may name programs that replace values (transformer external); they run on this machine",
    },
    Key {
        name: "notify.webhook_url",
        kind: Kind::Url,
        default: "",
        doc: "Address that is told about outcomes, as JSON by POST",
    },
    Key {
        name: "notify.slack_webhook",
        kind: Kind::Url,
        default: "",
        doc: "Incoming webhook of a Slack channel that is told about outcomes",
    },
];

/// The key of that name, or what to say about a name that is none.
pub(crate) fn known(name: &str) -> Result<&'static Key, String> {
    KEYS.iter()
        .find(|key| key.name == name)
        .ok_or_else(|| match nearest(name, KEYS.iter().map(|key| key.name)) {
            Some(nearest) => format!("there is no key {name}; did you mean {nearest}?"),
            None => format!("there is no key {name}"),
        })
}

impl Key {
    /// What to say about a value it does not take.
    pub(crate) fn takes(&self) -> String {
        let what = match self.kind {
            Kind::Number { least, most } => format!("a whole number from {least} to {most}"),
            Kind::Choice(words) => words.join(" or "),
            Kind::Text => "a text".to_owned(),
            Kind::Url => "an address that begins with https:// or http://".to_owned(),
            Kind::List => "a list of texts".to_owned(),
        };
        format!("{} takes {what}", self.name)
    }
}
