//! Running PostgreSQL's programs.

use crate::Error;
use crate::user::ServerUser;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Lines of output quoted in an error.
const QUOTED_LINES: usize = 12;

/// A program with an environment in which the caller's `PG…` variables and language play no part.
pub(crate) fn command(program: &Path, folder: &Path, user: ServerUser) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("PG") || name_text.starts_with("LC_") || name_text == "LANGUAGE" {
            command.env_remove(&name);
        }
    }
    command
        .env("LANG", "C")
        .env("LC_ALL", "C")
        .current_dir(folder)
        .stdin(Stdio::null());
    user.run(&mut command);
    command
}

/// Runs a program to its end; a failure carries the end of its output.
pub(crate) fn run(step: &'static str, command: &mut Command) -> Result<Output, Error> {
    let program = command.get_program().to_owned();
    let output = command.output().map_err(Error::io("running", program))?;
    if output.status.success() {
        return Ok(output);
    }
    let text = format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Err(Error::Server {
        step,
        reason: decisive_line(&text),
        log: tail(&text),
    })
}

/// The line that says why: the last that looks like an error, else the last.
pub(crate) fn decisive_line(text: &str) -> String {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let looks_bad = |line: &&str| {
        ["FATAL", "PANIC", "rror:", "could not"]
            .iter()
            .any(|sign| line.contains(sign))
    };
    lines()
        .rfind(looks_bad)
        .or_else(|| lines().next_back())
        .unwrap_or("no output")
        .to_owned()
}

/// The last lines of some output.
pub(crate) fn tail(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(QUOTED_LINES)..]
        .iter()
        .map(|line| (*line).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decisive_line_is_the_last_that_looks_like_an_error() {
        let log = "LOG: starting\nFATAL: could not create lock file\nLOG: database system is shut down\n";
        assert_eq!(decisive_line(log), "FATAL: could not create lock file");
        assert_eq!(decisive_line("just this\n\n"), "just this");
        assert_eq!(decisive_line(""), "no output");
    }

    #[test]
    fn the_tail_keeps_the_last_lines() {
        let text: String = (0..40).map(|n| format!("{n}\n")).collect();
        assert_eq!(tail(&text).first().map(String::as_str), Some("28"));
        assert_eq!(tail(&text).len(), QUOTED_LINES);
    }
}
