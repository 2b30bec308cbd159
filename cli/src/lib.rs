//! The `nova` command line and the embedded runtime, which runs every function of the pipeline in one process.
//!
//! | module | holds |
//! |---|---|
//! | [`arguments`] | the grammar |
//! | [`commands`] | one file per command |
//! | [`runtime`] | the pipeline in this process: workers over the SQLite queue |
//! | `remote` | commands as clients of an API |
//! | `serve` | the API and its workers in this process |
//! | [`output`] | tables and progress bars for people, JSON for programs |
//! | [`demo`] | the demonstration's sample database and servers |

pub mod arguments;
pub mod commands;
pub mod demo;
pub mod output;
mod remote;
pub mod runtime;
mod serve;

use arguments::{Arguments, Command};
use clap::Parser;
use nova_errors::{Code, Failure};
use std::{process::ExitCode, time::Duration};

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A server tells its log what it does; a command tells the person.
    let usual = if matches!(arguments.command, Command::Serve(_)) {
        "info"
    } else {
        "off"
    };
    nova_kit::start_telemetry(&std::env::var("NOVA_LOG").unwrap_or_else(|_| usual.to_owned()));
    let outcome = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let outcome = runtime.block_on(commands::run(&arguments));
            // A session that hangs must not keep the program from ending.
            runtime.shutdown_timeout(Duration::from_secs(2));
            outcome
        }
        Err(error) => Err(Failure::new(
            Code::INTERNAL,
            format!("the asynchronous runtime cannot start: {error}"),
        )),
    };
    outcome.unwrap_or_else(|failure| {
        output::failure(&failure, arguments.command.output());
        ExitCode::from(failure.exit() as u8)
    })
}
