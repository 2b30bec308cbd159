//! Runs Nova as it runs on AWS, on this machine, until it is interrupted.

use clap::Parser;
use nova_localaws::{Faults, Options, Stack};
use std::{path::PathBuf, process::ExitCode, time::Duration};

/// Runs Nova as it runs on AWS, on this machine: emulated services, every function in a process of its own.
///
/// Environments are the `.env.<name>` files of the project folder. Nothing outside of this machine is called.
#[derive(Debug, Parser)]
#[command(after_help = "Example:\n  aws-local --project . --functions target/debug")]
struct Arguments {
    /// Folder with the `.env.<name>` files.
    #[arg(long, default_value = ".")]
    project: PathBuf,
    /// Run the practice platform's functions, too, over this database: as nova_app, after `nova platform migrate`.
    #[arg(long, value_name = "URL")]
    practice_database: Option<String>,
    /// Folder with the functions' programs.
    #[arg(long)]
    functions: PathBuf,
    /// Folder for the logs of every process.
    #[arg(long)]
    logs: PathBuf,
    /// Seconds until a message that was not handled is delivered again; no function may take longer.
    #[arg(long, default_value_t = 900)]
    visibility: u64,
    /// Of a hundred messages, how many are delivered twice.
    #[arg(long, default_value_t = 0)]
    doubled: u64,
    /// The longest that a message is held back, in milliseconds.
    #[arg(long, default_value_t = 0)]
    delay_ms: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new("warn"))
        .with_writer(std::io::stderr)
        .init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the addresses are what this program is asked for")]
async fn run(arguments: Arguments) -> Result<(), nova_localaws::Error> {
    let mut options = Options::new(arguments.functions, arguments.project);
    options.visibility = Duration::from_secs(arguments.visibility);
    options.faults = Faults::new(1, arguments.doubled, Duration::from_millis(arguments.delay_ms));
    options.logs = Some(arguments.logs);
    let platform = arguments.practice_database.is_some();
    options.practice_database = arguments.practice_database;
    let stack = Stack::start(options).await?;
    println!("NOVA_API={}", stack.url("api-operations"));
    println!("webhooks {}", stack.url("webhook"));
    println!("logs     {}", stack.logs().display());
    if platform {
        for api in ["api-identity", "api-cabinets", "api-patients", "api-appointments"] {
            println!("{api:<16} {}", stack.url(api));
        }
    }
    for (name, value) in stack.variables() {
        println!("{name}={value}");
    }
    // Told to end in any way, the stack is dropped and its processes with it.
    let _ = tokio::signal::ctrl_c().await;
    Ok(())
}
