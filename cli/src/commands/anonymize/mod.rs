//! `nova anonymize`: personal data found, decided about, shown before and after, masked in place, proved gone.

pub mod arguments;
mod in_place;
mod opened;
mod preview;
mod rotate_key;
mod rules;
mod scan;
mod transformers;
mod verify;

use arguments::{Anonymize, AnonymizeCommand};
use nova_errors::Failure;
use nova_project::Project;
use std::process::ExitCode;

pub(super) async fn run(project: &Project, arguments: &Anonymize) -> Result<ExitCode, Failure> {
    match &arguments.command {
        None => in_place::run(project, &arguments.in_place).await,
        Some(AnonymizeCommand::Scan(scan)) => scan::run(project, scan).await,
        Some(AnonymizeCommand::Rules(rules)) => rules::run(project, rules).await,
        Some(AnonymizeCommand::Preview(preview)) => preview::run(project, preview).await,
        Some(AnonymizeCommand::Transformers(transformers)) => transformers::run(transformers),
        Some(AnonymizeCommand::RotateKey(rotate)) => rotate_key::run(project, rotate).await,
        Some(AnonymizeCommand::Verify(verify)) => verify::run(project, verify).await,
    }
}
