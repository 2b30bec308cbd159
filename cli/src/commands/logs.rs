//! `nova logs`: what happened in an operation, in the order of time.

use super::{operation, status::history};
use crate::{
    arguments::{Format, Level, Logs},
    output::{self, Style, events, figures},
};
use nova_clone::plan::Plan;
use nova_errors::{Code, Failure};
use nova_eventlog::{Commit, StreamId};
use nova_kit::{Ports, documents};
use nova_project::Project;
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, btree_map},
    process::ExitCode,
    sync::Arc,
};

pub(super) async fn run(project: &Project, arguments: &Logs) -> Result<ExitCode, Failure> {
    let id = &arguments.operation;
    let Some(ports) = history(project)? else {
        return Err(Failure::new(
            Code::UNKNOWN_OPERATION,
            format!("operation {id:?} does not exist"),
        ));
    };
    operation::named(&ports, id).await?;
    let mut entries = entries(&ports, id, arguments.detailed).await?;
    entries.retain(|entry| entry.severity >= arguments.level);
    match arguments.output {
        Format::Json => output::json(&json!({ "operation_id": id, "entries": entries })),
        Format::Text if entries.is_empty() => output::print("Nothing of that severity happened."),
        Format::Text => {
            let style = Style::stdout();
            let lines: Vec<String> = entries
                .iter()
                .map(|entry| entry.text(arguments.detailed, style))
                .collect();
            output::print(&lines.join("\n"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// One event of the history.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Entry {
    /// When, in UTC.
    pub(super) at: String,
    /// When, in milliseconds since 1970-01-01 UTC.
    #[serde(skip)]
    pub(super) at_ms: u64,
    /// `info`, `warning` or `error`.
    pub(super) level: &'static str,
    /// The same, to compare.
    #[serde(skip)]
    pub(super) severity: Level,
    /// The stream it stands in.
    pub(super) stream: String,
    /// Who acted.
    pub(super) actor: String,
    /// Its type.
    pub(super) event: String,
    /// One sentence.
    pub(super) text: String,
    /// Every field.
    pub(super) data: Value,
}

impl Entry {
    fn text(&self, detailed: bool, style: Style) -> String {
        let level = format!("{:<7}", self.level);
        let level = match self.severity {
            Level::Info => style.dim(&level),
            Level::Warning => style.warning(&level),
            Level::Error => style.bad(&level),
        };
        let line = format!("{}  {level}  {}", style.dim(&self.at), self.text);
        if !detailed {
            return line;
        }
        let fields = format!("    {} {} by {} {}", self.stream, self.event, self.actor, self.data);
        format!("{line}\n{}", style.dim(&fields))
    }
}

/// The events of an operation and of its notifications, in the order of time. `detailed` adds its chunks, its tables and
/// what it found out about environments.
pub(super) async fn entries(ports: &Ports, id: &str, detailed: bool) -> Result<Vec<Entry>, Failure> {
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
    let mut places = Places::default();
    let mut entries = Vec::new();
    for stream in streams {
        for commit in ports.log.read(&stream, 0).await? {
            if stream.as_str().starts_with("environment/") && commit.metadata.correlation != id {
                continue;
            }
            let place = places.of(ports, id, &stream).await;
            entries.extend(of_commit(&commit, place.as_deref()));
        }
    }
    // Stable: events of one moment stay in the order of their stream.
    entries.sort_by_key(|entry| entry.at_ms);
    Ok(entries)
}

fn of_commit(commit: &Commit, place: Option<&str>) -> Vec<Entry> {
    let entry = |recorded: &nova_events::RecordedEvent| {
        let (severity, text) = match recorded.decode() {
            Ok(event) => (events::level(&event), events::sentence(&event)),
            Err(unknown) => (Level::Warning, unknown.to_string()),
        };
        Entry {
            at: figures::moment(commit.at_ms),
            at_ms: commit.at_ms,
            level: match severity {
                Level::Info => "info",
                Level::Warning => "warning",
                Level::Error => "error",
            },
            severity,
            stream: commit.stream.to_string(),
            actor: commit.metadata.actor.clone(),
            event: recorded.kind.clone(),
            text: place.map_or_else(|| text.clone(), |place| format!("{place}: {text}")),
            data: recorded.data.clone(),
        }
    };
    commit.events.iter().map(entry).collect()
}

/// Names of tables for the numbers in streams' names.
#[derive(Default)]
struct Places {
    plans: BTreeMap<u32, Option<Arc<Plan>>>,
}

impl Places {
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
