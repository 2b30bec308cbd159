//! What happened in an operation, in words and in the order of time.

use nova_clone::plan::Plan;
use nova_errors::Failure;
use nova_eventlog::{Commit, StreamId};
use nova_kit::{Ports, documents};
use nova_words::{Level, events, figures};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    collections::{BTreeMap, btree_map},
    sync::Arc,
};
use utoipa::ToSchema;

/// One event of the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = LogEntry)]
pub struct Entry {
    /// When, in UTC.
    #[schema(example = "2026-03-01T12:00:00.123Z")]
    pub at: String,
    /// When, in milliseconds since 1970-01-01 UTC.
    #[serde(skip)]
    pub at_ms: u64,
    /// `info`, `warning` or `error`.
    #[schema(value_type = String, example = "info")]
    pub level: Level,
    /// The stream it stands in.
    #[schema(example = "operation/01jz0000000000000000000001")]
    pub stream: String,
    /// Who acted.
    #[schema(example = "token:ci")]
    pub actor: String,
    /// Its type.
    #[schema(example = "OperationCompleted")]
    pub event: String,
    /// One sentence.
    #[schema(example = "completed: 1,200 rows, 2.1 MB, 800 values anonymized")]
    pub text: String,
    /// Every field.
    #[schema(value_type = Object)]
    pub data: Value,
    /// Its place among all: a page that begins after it names this.
    #[serde(skip)]
    pub place: Place,
}

/// Where an entry stands: by time; in the same millisecond the operation's own stream first.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    at_ms: u64,
    rank: u8,
    stream: String,
    commit: u64,
    event: usize,
}

impl Place {
    /// One word, for addresses.
    pub fn cursor(&self) -> String {
        let Self {
            at_ms,
            rank,
            stream,
            commit,
            event,
        } = self;
        format!("{at_ms}.{rank}.{commit}.{event}.{stream}")
    }

    /// The place that a word names; none when it names none.
    pub fn parse(cursor: &str) -> Option<Self> {
        let mut parts = cursor.splitn(5, '.');
        Some(Self {
            at_ms: parts.next()?.parse().ok()?,
            rank: parts.next()?.parse().ok()?,
            commit: parts.next()?.parse().ok()?,
            event: parts.next()?.parse().ok()?,
            stream: parts.next()?.to_owned(),
        })
    }
}

/// The events of an operation and of its notifications, in the order of time. `detailed` adds its chunks, its tables and
/// what it found out about environments.
///
/// # Errors
/// What the stores say.
pub async fn entries(ports: &Ports, id: &str, detailed: bool) -> Result<Vec<Entry>, Failure> {
    let mut streams = vec![nova_clone::names::operation_stream(id)?];
    let mut kinds = vec!["notification"];
    if detailed {
        kinds.extend(["chunk", "table"]);
    }
    for kind in kinds {
        streams.extend(nova_kit::streams(ports, &format!("{kind}/{id}/")).await?);
    }
    if detailed {
        streams.extend(nova_kit::streams(ports, "environment/").await?);
    }
    let mut subjects = Subjects::default();
    let mut entries = Vec::new();
    for stream in streams {
        for commit in ports.log.read(&stream, 0).await? {
            if stream.as_str().starts_with("environment/") && commit.metadata.correlation != id {
                continue;
            }
            let named = subjects.of(ports, id, &stream).await;
            entries.extend(of_commit(&commit, named.as_deref()));
        }
    }
    entries.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(entries)
}

fn of_commit(commit: &Commit, named: Option<&str>) -> Vec<Entry> {
    let entry = |(number, recorded): (usize, &nova_events::RecordedEvent)| {
        let (level, text) = match recorded.decode() {
            Ok(event) => (events::level(&event), events::sentence(&event)),
            Err(unknown) => (Level::Warning, unknown.to_string()),
        };
        Entry {
            at: figures::moment(commit.at_ms),
            at_ms: commit.at_ms,
            level,
            stream: commit.stream.to_string(),
            actor: commit.metadata.actor.clone(),
            event: recorded.kind.clone(),
            text: named.map_or_else(|| text.clone(), |named| format!("{named}: {text}")),
            data: recorded.data.clone(),
            place: Place {
                at_ms: commit.at_ms,
                rank: u8::from(!commit.stream.as_str().starts_with("operation/")),
                stream: commit.stream.to_string(),
                commit: commit.number,
                event: number,
            },
        }
    };
    commit.events.iter().enumerate().map(entry).collect()
}

/// Names of tables for the numbers in streams' names.
#[derive(Default)]
struct Subjects {
    plans: BTreeMap<u32, Option<Arc<Plan>>>,
}

impl Subjects {
    /// `chunk 3 of public.bills`, `public.bills`; none for streams that are about the whole operation.
    async fn of(&mut self, ports: &Ports, id: &str, stream: &StreamId) -> Option<String> {
        let parts: Vec<&str> = stream.as_str().split('/').collect();
        let [kind @ ("chunk" | "table"), _, epoch, number] = parts[..] else {
            return None;
        };
        let (epoch, number) = (epoch.parse().ok()?, number.parse::<usize>().ok()?);
        if let btree_map::Entry::Vacant(place) = self.plans.entry(epoch) {
            // A history without its plans still reads, with numbers for names.
            place.insert(documents::plan(ports, id, epoch).await.ok());
        }
        let plan = self.plans.get(&epoch).and_then(Option::as_ref);
        let table = |number: usize| Some(plan?.tables.get(number)?.name.readable());
        if kind == "table" {
            return Some(table(number).unwrap_or_else(|| format!("table {number}")));
        }
        let of = plan
            .and_then(|plan| plan.chunks.get(number))
            .and_then(|chunk| table(chunk.table as usize));
        Some(of.map_or_else(
            || format!("chunk {number}"),
            |table| format!("chunk {number} of {table}"),
        ))
    }
}
