//! `nova completions`.

use crate::{arguments::Arguments, output};
use clap::CommandFactory;
use clap_complete::{Shell, generate};
use std::process::ExitCode;

pub(super) fn run(shell: Shell) -> ExitCode {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "nova", &mut script);
    output::print(&String::from_utf8_lossy(&script));
    ExitCode::SUCCESS
}
