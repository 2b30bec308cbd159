//! `nova demo`: the whole job on throwaway servers, and proof of every step of it.
//!
//! 1. Two servers, one with the sample production database and one with something older.
//! 2. The clone, by the same code as `nova clone`.
//! 3. Some values before and after; the history proved; the rollback, and the older contents back.
//!
//! It succeeds only when every expectation held. Servers and folder are removed however it ends.

mod story;

use super::{audit, operation, report};
use crate::{
    arguments::{self, Demo, Format},
    demo::{
        glimpse,
        sample::BYTES_PER_ROW,
        stage::{Stage, connect},
    },
    output::{self, figures},
    runtime::Runtime,
};
use nova_clone::Status;
use nova_errors::{Code, Failure};
use nova_kit::Silent;
use nova_project::Project;
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};
use story::{Change, Expectation, RolledBack, Story};
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};

const SOURCE: &str = "production";
const TARGET: &str = "test";

pub(super) async fn run(arguments: &Demo) -> Result<ExitCode, Failure> {
    // Dropping the performance takes its servers and its folder along.
    tokio::select! {
        biased;
        failure = interruption() => Err(failure),
        result = perform(arguments) => result,
    }
}

/// Ends when the person or the system asks the process to end.
async fn interruption() -> Failure {
    let cause = match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
        (Ok(mut interrupt), Ok(mut terminate)) => {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            "the demonstration was interrupted; its servers are removed"
        }
        _ => std::future::pending().await,
    };
    Failure::new(Code::INTERRUPTED, cause).with_remedy("Run `nova demo` again.")
}

async fn perform(arguments: &Demo) -> Result<ExitCode, Failure> {
    let begun = Instant::now();
    let folder = Folder::new(arguments.keep.as_deref())?;
    let teller = Teller(arguments.output);

    teller.say(&format!(
        "1. A production server with {} (about {} of tables) and a test server",
        figures::of(arguments.rows, "reservation"),
        figures::bytes(arguments.rows.saturating_mul(BYTES_PER_ROW))
    ));
    let stage = Stage::set(arguments.postgres, arguments.rows).await?;
    stage.write_project(folder.path())?;
    let major = stage.production.installation().major;
    teller.say(&format!("   PostgreSQL {major}, ready after {}", elapsed(begun)));
    let before = glimpse::look(&connect(&stage.production_url()).await?).await?;

    teller.say(&format!(
        "\n2. nova clone --source {SOURCE} --target {TARGET} --anonymize --rules rules.json"
    ));
    let project = Project::open(folder.path());
    let bars = output::progress::Bars::new(arguments.output);
    let runtime = Runtime::open(&project, bars.clone())?;
    let cloned = operation::start_clone(&runtime, &clone_arguments(folder.path(), arguments.output)).await;
    bars.finish();
    let cloned = cloned?;
    let summary = operation::summary(runtime.ports(), &cloned).await?;
    teller.say(&output::summary_text(&summary));
    if arguments.keep.is_some() {
        report::write(runtime.ports(), &cloned, &folder.path().join("report.html")).await?;
    }
    if summary.status != Status::Completed {
        // Text has told already.
        if arguments.output == Format::Json {
            output::json(&serde_json::json!({ "status": "failed", "clone": summary }));
        }
        return Ok(operation::exit_code(&summary));
    }

    let after = glimpse::look(&connect(&stage.test_url()).await?).await?;
    let production_after = glimpse::look(&connect(&stage.production_url()).await?).await?;
    let changes = story::changes(&before, &after);
    teller.say(&format!(
        "\n3. The same rows before and after\n{}",
        story::changes_text(&changes)
    ));

    teller.say("\n4. nova audit verify");
    let proof = audit::verify(runtime.ports().log.as_ref()).await?;
    teller.say(&format!("   {}", audit::sentence(proof)));
    drop(runtime);

    teller.say(&format!("\n5. nova rollback --environment {TARGET}"));
    let runtime = Runtime::open(&project, Arc::new(Silent))?;
    let undone = operation::start_rollback(&runtime, &rollback_arguments(arguments.output)).await?;
    let rollback = RolledBack {
        operation_id: undone.id.clone(),
        status: undone.status(),
        duration_ms: undone.updated_at_ms.saturating_sub(undone.requested_at_ms),
        previous_contents_back: stage.holds_previous_contents().await?,
    };
    teller.say(&format!(
        "   {} in {}",
        rollback.status.name(),
        figures::duration(rollback.duration_ms)
    ));

    let expectations = vec![
        Expectation::new("the clone passed every check", summary.validation.passed),
        Expectation::new(
            "of what is shown, personal data was replaced and nothing else",
            changes.iter().all(Change::is_right),
        ),
        Expectation::new("production is as it was", production_after == before),
        Expectation::new("the history proves", proof.commits > 0),
        Expectation::new("the rollback brought the previous contents back", rollback.holds()),
    ];
    let story = Story {
        postgres: major,
        reservations: arguments.rows,
        clone: summary,
        glimpse: changes,
        audit: proof,
        rollback,
        expectations,
        duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    teller.say(&format!("\n{}", story.verdict()));
    if let Some(kept) = &arguments.keep {
        teller.say(&format!(
            "Project and report are in {}; the servers are gone.",
            kept.display()
        ));
    }
    if arguments.output == Format::Json {
        output::json(&story.json());
    }
    Ok(if story.holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Tells people what happens; programs get one object at the end.
struct Teller(Format);

impl Teller {
    fn say(&self, text: &str) {
        if self.0 == Format::Text {
            output::print(text);
        }
    }
}

fn elapsed(since: Instant) -> String {
    figures::duration(u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX))
}

fn clone_arguments(folder: &Path, output: Format) -> arguments::Clone {
    arguments::Clone {
        source: SOURCE.to_owned(),
        target: TARGET.to_owned(),
        anonymize: true,
        allow_personal_data: false,
        include_all: false,
        preserve_roles: false,
        skip_unsupported: false,
        batch_size: None,
        tables: Vec::new(),
        subset: None,
        on_snapshot_loss: arguments::SnapshotPolicy::Restart,
        rules: Some(folder.join("rules.json")),
        policy: None,
        keep_fingerprints: false,
        dry_run: false,
        yes: true,
        output,
    }
}

fn rollback_arguments(output: Format) -> arguments::Rollback {
    arguments::Rollback {
        environment: TARGET.to_owned(),
        to_backup: None,
        yes: true,
        output,
    }
}

/// The project's folder: temporary, or one that the person wants to keep.
enum Folder {
    Temporary(TempDir),
    Kept(PathBuf),
}

impl Folder {
    fn new(keep: Option<&Path>) -> Result<Self, Failure> {
        let Some(folder) = keep else {
            let made = tempfile::Builder::new().prefix("nova-demo-").tempdir();
            let failed = |error: std::io::Error| Failure::new(Code::STATE, format!("a temporary folder: {error}"));
            return made.map(Self::Temporary).map_err(failed);
        };
        let wrong = |what: String| Failure::new(Code::BAD_ARGUMENT, format!("--keep: {} {what}", folder.display()));
        fs::create_dir_all(folder).map_err(|error| wrong(format!("cannot be created: {}", error.kind())))?;
        let mut entries = folder
            .read_dir()
            .map_err(|error| wrong(format!("cannot be read: {}", error.kind())))?;
        if entries.next().is_some() {
            // The files of a real project must never be replaced by those of the sample.
            return Err(wrong("is not empty".to_owned()).with_remedy("Name a folder that is empty or does not exist."));
        }
        Ok(Self::Kept(folder.to_owned()))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_holds_something_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".env.production"), "DATABASE_URL=postgres://real").unwrap();
        let refused = Folder::new(Some(folder.path())).err().unwrap();
        assert_eq!(refused.code, Code::BAD_ARGUMENT);
        assert!(Folder::new(Some(&folder.path().join("new"))).is_ok());
    }
}
