//! `nova status`.

use super::operation::{self, Locks};
use crate::{
    arguments::{Format, Status},
    output::{
        self,
        operations::{Several, View, one, several},
    },
};
use nova_errors::{Code, Failure};
use nova_fn_api_operations::{Point, reading::operations::Shown};
use nova_kit::{Ports, Silent, rollback_points_among, wiring};
use nova_project::Project;
use std::{
    collections::BTreeSet,
    io::{IsTerminal, stdout},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

/// Operations shown when nobody asks for all.
pub(crate) const LATEST: usize = 10;

/// How long `--watch` waits before it looks again.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) async fn run(project: &Project, arguments: &Status) -> Result<ExitCode, Failure> {
    watch(arguments, async || look(project, arguments).await).await
}

/// Shows what `look` finds: once, or until nothing is being run any more.
pub(crate) async fn watch(
    arguments: &Status,
    look: impl AsyncFn() -> Result<View, Failure>,
) -> Result<ExitCode, Failure> {
    let redraw = arguments.watch && arguments.output == Format::Text && stdout().is_terminal();
    let (mut height, mut seen) = (0, BTreeSet::new());
    loop {
        let view = look().await?;
        if redraw {
            let up = if height > 0 {
                format!("\u{1b}[{height}A\u{1b}[J")
            } else {
                String::new()
            };
            output::print(&format!("{up}{}", view.text));
            height = view.text.lines().count();
        } else {
            for line in lines(&view, arguments) {
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

fn lines(view: &View, arguments: &Status) -> Vec<String> {
    match (arguments.output, arguments.watch) {
        (Format::Json, _) => vec![view.json.to_string()],
        (Format::Text, true) => view.changes.clone(),
        (Format::Text, false) => vec![view.text.clone()],
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

async fn look(project: &Project, arguments: &Status) -> Result<View, Failure> {
    let ports = history(project)?;
    match (&ports, &arguments.operation) {
        (Some(ports), Some(id)) => {
            let found = operation::named(ports, id).await?;
            Ok(one(&Shown::in_full(ports, &Locks(project), &found).await?))
        }
        (None, Some(id)) => Err(Failure::new(
            Code::UNKNOWN_OPERATION,
            format!("operation {id:?} does not exist"),
        )),
        (Some(ports), None) => {
            let found = read(project, ports, arguments.all).await?;
            Ok(several(&found, arguments.all, ports.clock.now_ms()))
        }
        (None, None) => Ok(several(&Several::default(), false, 0)),
    }
}

async fn read(project: &Project, ports: &Ports, all: bool) -> Result<Several, Failure> {
    let mut operations = nova_kit::operations(ports).await?;
    operations.sort_by(|a, b| b.id.cmp(&a.id));
    let targets: BTreeSet<String> = operations.iter().map(|one| one.requested.target.clone()).collect();
    let mut points = Vec::new();
    for target in targets {
        let found = rollback_points_among(&operations, &target);
        points.extend(found.into_iter().map(|point| (target.clone(), point)));
    }
    if !all {
        operations.truncate(LATEST);
    }
    let mut found = Several::default();
    for operation in operations {
        let mut shown = Shown::of(ports, &Locks(project), &operation).await?;
        shown.forget_used(points.iter().map(|(_, point)| point));
        found.operations.push(shown);
    }
    found.points = points
        .into_iter()
        .map(|(target, point)| (target, Point::from(point)))
        .collect();
    Ok(found)
}
