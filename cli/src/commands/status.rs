//! `nova status`.

use super::operation;
use crate::{
    arguments::{Format, Status},
    output::{self, Style, figures},
};
use nova_clone::{Operation, Outcome, Summary};
use nova_errors::{Code, Failure};
use nova_events::OperationKind;
use nova_kit::{Ports, RollbackPoint, Silent, wiring};
use nova_project::{OperationLock, Project};
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{IsTerminal, stdout},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

/// Operations shown when nobody asks for all.
const LATEST: usize = 10;

/// How long `--watch` waits before it looks again.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) async fn run(project: &Project, arguments: &Status) -> Result<ExitCode, Failure> {
    let redraw = arguments.watch && arguments.output == Format::Text && stdout().is_terminal();
    let (mut height, mut seen) = (0, BTreeSet::new());
    loop {
        let view = look(project, arguments).await?;
        if redraw {
            let up = if height > 0 {
                format!("\u{1b}[{height}A\u{1b}[J")
            } else {
                String::new()
            };
            output::print(&format!("{up}{}", view.text));
            height = view.text.lines().count();
        } else {
            for line in view.lines(arguments) {
                if seen.insert(line.clone()) {
                    output::print(&line);
                }
            }
        }
        if !arguments.watch || !view.active {
            return Ok(ExitCode::SUCCESS);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The history of a project; none when nothing has happened in it yet. Looking creates no state.
///
/// # Errors
/// `NOVA-10xx`, `NOVA-18xx`.
pub(super) fn history(project: &Project) -> Result<Option<Ports>, Failure> {
    if !project.state_folder().join("nova.db").is_file() {
        return Ok(None);
    }
    let sqlite = wiring::open_state(project)?;
    let queue = Arc::new(sqlite.clone());
    wiring::local(project, sqlite, queue, Arc::new(Silent)).map(Some)
}

/// What is shown at one moment.
struct View {
    text: String,
    /// One line per operation that changes only when the operation does.
    changes: Vec<String>,
    json: Value,
    /// Some operation that is shown is being run.
    active: bool,
}

impl View {
    fn lines(&self, arguments: &Status) -> Vec<String> {
        match (arguments.output, arguments.watch) {
            (Format::Json, _) => vec![self.json.to_string()],
            (Format::Text, true) => self.changes.clone(),
            (Format::Text, false) => vec![self.text.clone()],
        }
    }
}

async fn look(project: &Project, arguments: &Status) -> Result<View, Failure> {
    let ports = history(project)?;
    match (&ports, &arguments.operation) {
        (Some(ports), Some(id)) => one(project, ports, id).await,
        (None, Some(id)) => Err(Failure::new(
            Code::UNKNOWN_OPERATION,
            format!("operation {id:?} does not exist"),
        )),
        (Some(ports), None) => several(project, ports, arguments.all).await,
        (None, None) => Ok(View {
            text: "No operation has been started yet.".to_owned(),
            changes: Vec::new(),
            json: json!({ "operations": [], "rollback_points": [] }),
            active: false,
        }),
    }
}

async fn one(project: &Project, ports: &Ports, id: &str) -> Result<View, Failure> {
    let found = operation::named(ports, id).await?;
    let mut entry = Entry::of(project, ports, found).await?;
    entry.summary = operation::summary(ports, &entry.operation).await?;
    let points = nova_kit::rollback_points(ports, &entry.operation.requested.target).await?;
    entry.forget_used(points.iter());
    let mut text = output::summary_text(&entry.summary);
    let note = entry.note();
    if !note.is_empty() {
        text.extend(["\n  now         ", &note]);
    }
    Ok(View {
        text,
        changes: vec![entry.line()],
        active: entry.state == State::Running,
        json: entry.json(),
    })
}

async fn several(project: &Project, ports: &Ports, all: bool) -> Result<View, Failure> {
    let mut operations = nova_kit::operations(ports).await?;
    operations.sort_by(|a, b| b.id.cmp(&a.id));
    let targets: BTreeSet<String> = operations.iter().map(|one| one.requested.target.clone()).collect();
    if !all {
        operations.truncate(LATEST);
    }
    let mut entries = Vec::with_capacity(operations.len());
    for operation in operations {
        entries.push(Entry::of(project, ports, operation).await?);
    }
    let mut points = Vec::new();
    for target in targets {
        let found = nova_kit::rollback_points(ports, &target).await?;
        points.extend(found.into_iter().map(|point| (target.clone(), point)));
    }
    for entry in &mut entries {
        entry.forget_used(points.iter().map(|(_, point)| point));
    }
    let now = ports.clock.now_ms();
    let rows: Vec<Vec<String>> = entries.iter().map(|entry| entry.row(now)).collect();
    let mut text = output::table(&["operation", "what", "status", "requested", "time", "rows", ""], &rows);
    if all {
        text.push_str(&points_text(&points));
    }
    Ok(View {
        text,
        changes: entries.iter().map(Entry::line).collect(),
        active: entries.iter().any(|entry| entry.state == State::Running),
        json: json!({
            "operations": entries.iter().map(Entry::json).collect::<Vec<_>>(),
            "rollback_points": points.iter().map(|(target, point)| point_json(target, point)).collect::<Vec<_>>(),
        }),
    })
}

fn points_text(points: &[(String, RollbackPoint)]) -> String {
    if points.is_empty() {
        return "\n\nNothing to roll back to.".to_owned();
    }
    let rows: Vec<Vec<String>> = points
        .iter()
        .map(|(target, point)| {
            let command = format!("nova rollback --environment {target} --to-backup {}", point.operation);
            vec![
                target.clone(),
                figures::moment_for_people(point.at_ms),
                point.database.clone(),
                command,
            ]
        })
        .collect();
    let table = output::table(&["environment", "kept since", "database", "brought back by"], &rows);
    format!("\n\n{}\n{table}", Style::stdout().bold("Rollback points"))
}

fn point_json(target: &str, point: &RollbackPoint) -> Value {
    json!({
        "environment": target,
        "operation_id": point.operation,
        "database": point.database,
        "at": figures::moment(point.at_ms),
    })
}

/// Who acts for an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nobody: it has ended.
    Ended,
    /// A process on this machine.
    Running,
    /// Nobody, although it has not ended.
    Interrupted,
}

/// How far the rows have come.
#[derive(Debug, Clone, Copy, Serialize)]
struct Chunks {
    planned: u64,
    imported: u64,
    rows: u64,
}

/// One operation as it is shown.
struct Entry {
    operation: Operation,
    summary: Summary,
    state: State,
    chunks: Option<Chunks>,
}

impl Entry {
    async fn of(project: &Project, ports: &Ports, operation: Operation) -> Result<Self, Failure> {
        let state = if operation.has_ended() {
            State::Ended
        } else if OperationLock::try_acquire(&project.state_folder(), &operation.id)?.is_none() {
            State::Running
        } else {
            State::Interrupted
        };
        let chunks = match &operation.chunks {
            Some(planned) if state != State::Ended => Some(chunks(ports, &operation, planned.chunks).await?),
            _ => None,
        };
        Ok(Self {
            summary: Summary::of(&operation),
            operation,
            state,
            chunks,
        })
    }

    /// An offer to roll back holds as long as the previous contents are there.
    fn forget_used<'a>(&mut self, mut points: impl Iterator<Item = &'a RollbackPoint>) {
        if !points.any(|point| point.operation == self.operation.id) {
            self.summary.rollback_id = None;
        }
    }

    fn what(&self) -> String {
        match &self.operation.requested.source {
            Some(source) => format!("clone {source} → {}", self.operation.requested.target),
            None => format!("rollback of {}", self.operation.requested.target),
        }
    }

    fn row(&self, now_ms: u64) -> Vec<String> {
        let until = if self.state == State::Running {
            now_ms
        } else {
            self.operation.updated_at_ms
        };
        let rows = self.chunks.map_or(self.summary.rows, |chunks| chunks.rows);
        vec![
            self.operation.id.clone(),
            self.what(),
            self.status().to_owned(),
            figures::moment_for_people(self.operation.requested_at_ms),
            figures::duration(until.saturating_sub(self.operation.requested_at_ms)),
            if rows > 0 { figures::count(rows) } else { String::new() },
            self.note(),
        ]
    }

    fn line(&self) -> String {
        let note = self.note();
        let colon = if note.is_empty() { "" } else { ": " };
        format!("{}  {}  {}{colon}{note}", self.operation.id, self.what(), self.status())
    }

    fn status(&self) -> &'static str {
        match self.state {
            State::Interrupted => "interrupted",
            State::Running | State::Ended => self.operation.status().name(),
        }
    }

    /// What a person can do about it, or how far it has come.
    fn note(&self) -> String {
        let resume = format!("nova resume --operation {}", self.operation.id);
        match (self.state, &self.operation.outcome) {
            (State::Running, _) => self.chunks.map_or_else(String::new, progress),
            (State::Interrupted, _) => resume,
            (State::Ended, Some(Outcome::Failed { step, reason })) => {
                let what = format!("at {step}: {} {}", reason.code, reason.cause);
                if self.operation.is_resumable() {
                    format!("{what}; {resume}")
                } else {
                    what
                }
            }
            (State::Ended, Some(Outcome::Refused(reasons))) => reasons
                .first()
                .map(|reason| format!("{} {}", reason.code, reason.cause))
                .unwrap_or_default(),
            (State::Ended, _) if self.operation.is_resumable() => resume,
            (State::Ended, _) => String::new(),
        }
    }

    fn json(&self) -> Value {
        let mut value = json!(self.summary);
        if let Value::Object(fields) = &mut value {
            let kind = match self.operation.requested.kind {
                OperationKind::Clone => "clone",
                OperationKind::Rollback => "rollback",
            };
            fields.insert("kind".to_owned(), kind.into());
            fields.insert(
                "requested_at".to_owned(),
                figures::moment(self.operation.requested_at_ms).into(),
            );
            fields.insert("requested_by".to_owned(), self.operation.actor.clone().into());
            fields.insert("running".to_owned(), (self.state == State::Running).into());
            fields.insert("resumable".to_owned(), self.can_resume().into());
            fields.insert("chunks".to_owned(), json!(self.chunks));
        }
        value
    }

    fn can_resume(&self) -> bool {
        self.state != State::Running && self.operation.is_resumable()
    }
}

fn progress(chunks: Chunks) -> String {
    format!(
        "{} of {} ({} %), {}",
        figures::count(chunks.imported),
        figures::of(chunks.planned, "chunk"),
        figures::percent(chunks.imported, chunks.planned),
        figures::of(chunks.rows, "row")
    )
}

/// Counts the chunks that are in, from the read model that the pump keeps.
async fn chunks(ports: &Ports, operation: &Operation, planned: u32) -> Result<Chunks, Failure> {
    let prefix = format!("{}/{}/", operation.id, operation.epoch);
    let mut chunks = Chunks {
        planned: planned.into(),
        imported: 0,
        rows: 0,
    };
    for (_, item) in ports.views.list(nova_fn_pump::CHUNKS, &prefix).await? {
        if item["phase"] == "imported" {
            chunks.imported += 1;
            chunks.rows += item["rows"].as_u64().unwrap_or(0);
        }
    }
    Ok(chunks)
}
