//! Operations as they stand now, for `nova status`.

use super::{Style, figures, summary_text, table};
use nova_clone::Status;
use nova_events::OperationKind;
use nova_fn_api_operations::{
    Point,
    reading::operations::{Chunks, Shown},
};
use serde_json::{Value, json};

/// Operations, newest first, and what environments can be rolled back to.
#[derive(Debug, Default)]
pub(crate) struct Several {
    pub(crate) operations: Vec<Shown>,
    /// Each with its environment.
    pub(crate) points: Vec<(String, Point)>,
}

/// What is shown at one moment.
pub(crate) struct View {
    pub(crate) text: String,
    /// One line per operation that changes only when the operation does.
    pub(crate) changes: Vec<String>,
    pub(crate) json: Value,
    /// Some operation that is shown is being run.
    pub(crate) active: bool,
}

/// One operation in full.
pub(crate) fn one(shown: &Shown) -> View {
    let mut text = summary_text(&shown.summary);
    let note = note(shown);
    if !note.is_empty() {
        text.extend(["\n  now         ", &note]);
    }
    View {
        text,
        changes: vec![line(shown)],
        active: shown.running,
        json: json!(shown),
    }
}

/// Several as a table; with `all`, what can be rolled back, too.
pub(crate) fn several(found: &Several, all: bool, now_ms: u64) -> View {
    let operations = &found.operations;
    let mut text = if operations.is_empty() {
        "No operation has been started yet.".to_owned()
    } else {
        let rows: Vec<Vec<String>> = operations.iter().map(|shown| row(shown, now_ms)).collect();
        table(&["operation", "what", "status", "requested", "time", "rows", ""], &rows)
    };
    if all && !operations.is_empty() {
        text.push_str(&points_text(&found.points));
    }
    View {
        text,
        changes: operations.iter().map(line).collect(),
        active: operations.iter().any(|shown| shown.running),
        json: json!({
            "operations": operations,
            "rollback_points": found.points.iter().map(|(target, point)| point_json(target, point)).collect::<Vec<_>>(),
        }),
    }
}

fn points_text(points: &[(String, Point)]) -> String {
    if points.is_empty() {
        return "\n\nNothing to roll back to.".to_owned();
    }
    let rows: Vec<Vec<String>> = points
        .iter()
        .map(|(target, point)| {
            let command = format!(
                "nova rollback --environment {target} --to-backup {}",
                point.operation_id
            );
            let since = figures::parse_moment(&point.at).map_or_else(|| point.at.clone(), figures::moment_for_people);
            vec![
                target.clone(),
                since,
                point.kept.clone(),
                point.database.clone(),
                command,
            ]
        })
        .collect();
    let table = table(
        &["environment", "kept since", "what", "database", "brought back by"],
        &rows,
    );
    format!("\n\n{}\n{table}", Style::stdout().bold("Rollback points"))
}

fn point_json(target: &str, point: &Point) -> Value {
    json!({
        "environment": target,
        "operation_id": point.operation_id,
        "database": point.database,
        "at": point.at,
        "kept": point.kept,
        "personal_data": point.personal_data,
    })
}

fn what(shown: &Shown) -> String {
    match &shown.summary.source {
        Some(source) if shown.summary.kind == OperationKind::Clone => {
            format!("clone {source} → {}", shown.summary.target)
        }
        _ => format!("{} of {}", shown.summary.kind.name(), shown.summary.target),
    }
}

fn row(shown: &Shown, now_ms: u64) -> Vec<String> {
    let requested_at_ms = shown.requested_at_ms();
    let duration_ms = if shown.running {
        now_ms.saturating_sub(requested_at_ms)
    } else {
        shown.summary.duration_ms
    };
    let rows = shown.chunks.map_or(shown.summary.rows, |chunks| chunks.rows);
    vec![
        shown.summary.operation_id.clone(),
        what(shown),
        status(shown).to_owned(),
        figures::moment_for_people(requested_at_ms),
        figures::duration(duration_ms),
        if rows > 0 { figures::count(rows) } else { String::new() },
        note(shown),
    ]
}

fn line(shown: &Shown) -> String {
    let note = note(shown);
    let colon = if note.is_empty() { "" } else { ": " };
    format!(
        "{}  {}  {}{colon}{note}",
        shown.summary.operation_id,
        what(shown),
        status(shown)
    )
}

fn status(shown: &Shown) -> &'static str {
    if shown.is_interrupted() {
        "interrupted"
    } else {
        shown.summary.status.name()
    }
}

/// What a person can do about it, or how far it has come.
fn note(shown: &Shown) -> String {
    let resume = format!("nova resume --operation {}", shown.summary.operation_id);
    let first = shown.summary.errors.first();
    match shown.summary.status {
        _ if shown.running => shown.chunks.map_or_else(String::new, progress),
        _ if shown.is_interrupted() => resume,
        Status::Failed => {
            let step = shown.failed_step.as_deref().unwrap_or("a step");
            let what = first.map_or_else(String::new, |reason| {
                format!("at {step}: {} {}", reason.code, reason.cause)
            });
            if shown.resumable {
                format!("{what}; {resume}")
            } else {
                what
            }
        }
        Status::Refused => first.map_or_else(String::new, |reason| format!("{} {}", reason.code, reason.cause)),
        _ if shown.resumable => resume,
        _ => String::new(),
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
