//! `nova audit verify`.

use super::status::history;
use crate::{
    arguments::{AuditVerify, Format},
    output::{self, Style, figures},
};
use nova_errors::Failure;
use nova_eventlog::{EventLog, StreamId, prove};
use nova_project::Project;
use serde::Serialize;
use std::process::ExitCode;

/// Names of streams per page.
const PAGE: usize = 500;

/// What was proved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Proof {
    /// Number of streams.
    pub(super) streams: u64,
    /// Number of commits in all of them.
    pub(super) commits: u64,
}

pub(super) async fn run(project: &Project, arguments: &AuditVerify) -> Result<ExitCode, Failure> {
    let proof = match history(project)? {
        Some(ports) => verify(ports.log.as_ref()).await?,
        None => Proof::default(),
    };
    match arguments.output {
        Format::Text => output::print(&format!("{} {}", Style::stdout().mark(true), sentence(proof))),
        Format::Json => output::json(&serde_json::json!({
            "status": "proved",
            "streams": proof.streams,
            "commits": proof.commits,
        })),
    }
    Ok(ExitCode::SUCCESS)
}

/// One line for people.
pub(super) fn sentence(proof: Proof) -> String {
    let commits = figures::of(proof.commits, "commit");
    let streams = figures::of(proof.streams, "stream");
    format!("{commits} in {streams}: each follows from the one before it and none was changed")
}

/// Proves every stream of a log.
///
/// # Errors
/// `NOVA-1806` at the first commit that does not prove; what the log says.
pub(super) async fn verify(log: &dyn EventLog) -> Result<Proof, Failure> {
    let mut proof = Proof::default();
    let mut after: Option<StreamId> = None;
    loop {
        let page = log.streams("", after.as_ref(), PAGE).await?;
        for stream in &page {
            let commits = log.read(stream, 0).await?;
            prove(stream, &commits)?;
            proof.streams += 1;
            proof.commits += commits.len() as u64;
        }
        if page.len() < PAGE {
            return Ok(proof);
        }
        after = page.last().cloned();
    }
}
