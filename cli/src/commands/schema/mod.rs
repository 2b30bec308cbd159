//! `nova schema …`: the schema engine.
//!
//! | module | holds |
//! |---|---|
//! | [`arguments`] | the grammar |
//! | [`sides`] | an environment or address, what it is, and whether it may be written to |
//! | [`compare`], [`migrate`], [`apply`], [`backup`], [`conflicts`], [`dependencies`] | one command each |
//! | [`unexplained`] | what the catalogs differ in and the comparison does not say |
//! | [`trial`] | a script tried, measured and proved on shadow databases |

mod apply;
pub mod arguments;
mod backup;
mod compare;
mod conflicts;
mod dependencies;
mod migrate;
mod sides;
mod trial;

use arguments::Schema;
use nova_errors::Failure;
use nova_project::Project;
use std::process::ExitCode;

/// How a process exits that found differences.
const DIFFERENT: u8 = 5;

pub(super) async fn run(project: &Project, command: &Schema) -> Result<ExitCode, Failure> {
    match command {
        Schema::Compare(arguments) => compare::run(project, arguments).await,
        Schema::Migrate(arguments) => migrate::run(project, arguments).await,
        Schema::Apply(arguments) => apply::run(project, arguments).await,
        Schema::Backup(arguments) => backup::backup(project, arguments).await,
        Schema::Restore(arguments) => backup::restore(project, arguments).await,
        Schema::Conflicts(arguments) => conflicts::run(project, arguments).await,
        Schema::Dependencies(arguments) => dependencies::run(project, arguments).await,
    }
}

/// 0, or 5 when something differs.
fn exit(equal: bool) -> ExitCode {
    if equal {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(DIFFERENT)
    }
}
