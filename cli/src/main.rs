//! The `nova` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    nova_cli::main()
}
