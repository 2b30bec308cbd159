//! Programs of the administrator's that replace values: one JSON text per line in, one JSON text or `null` per line out.
//!
//! Only where nova.toml says `anonymize.external = yes`, and only in the embedded runtime. A batch that takes too long, a
//! program that fails and an answer of another form fail the chunk: nothing passes unmasked.

use nova_anonymization::{External, ExternalRequest};
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Most bytes that a batch may answer.
const MOST: u64 = 64 << 20;

/// Runs the program once for each batch.
pub(crate) struct Programs;

impl External for Programs {
    fn replace(&mut self, request: &ExternalRequest, values: &[String]) -> Result<Vec<Option<String>>, String> {
        let Some((program, arguments)) = request.command.split_first() else {
            return Err("the command is empty".to_owned());
        };
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{program} cannot be started: {error}"))?;
        let answered = talk(&mut child, values, Duration::from_secs(request.seconds));
        if answered.is_err() {
            // It may have ended by itself.
            drop(child.kill());
        }
        let status = child.wait().map_err(|error| format!("{program}: {error}"))?;
        let output = answered.map_err(|reason| format!("{program} {reason}"))?;
        if !status.success() {
            return Err(format!("{program} ended with {status}"));
        }
        let answers: Vec<Option<String>> = output
            .lines()
            .map(|line| {
                serde_json::from_str(line).map_err(|_| format!("{program} answered a line that is no JSON text"))
            })
            .collect::<Result<_, String>>()?;
        if answers.len() == values.len() {
            Ok(answers)
        } else {
            Err(format!(
                "{program} answered {} lines to {}",
                answers.len(),
                values.len()
            ))
        }
    }
}

/// Hands over the values and reads all that comes back.
fn talk(child: &mut Child, values: &[String], limit: Duration) -> Result<String, String> {
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("has no input or output".to_owned());
    };
    let mut lines = String::new();
    for value in values {
        lines.push_str(&serde_json::Value::from(value.as_str()).to_string());
        lines.push('\n');
    }
    // Both ways at once: a program that answers line by line would otherwise wait for its reader.
    std::thread::spawn(move || {
        // A program that stops reading shows in what it answers.
        drop(input.write_all(lines.as_bytes()));
    });
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = output.take(MOST + 1).read_to_string(&mut text).map(|_| text);
        drop(sender.send(read));
    });
    match receiver.recv_timeout(limit) {
        Ok(Ok(text)) if text.len() as u64 <= MOST => Ok(text),
        Ok(Ok(_)) => Err("answered too much".to_owned()),
        Ok(Err(_)) => Err("answered something else than UTF-8 text".to_owned()),
        Err(_) => Err(format!("took longer than {} s", limit.as_secs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(command: &[&str], seconds: u64) -> Result<Vec<Option<String>>, String> {
        let request = ExternalRequest {
            column: "note".to_owned(),
            command: command.iter().map(|word| (*word).to_owned()).collect(),
            seconds,
        };
        Programs.replace(&request, &["Jean\n\"x\"".to_owned(), "Luc".to_owned()])
    }

    #[test]
    fn a_program_answers_line_by_line() {
        let same = ask(&["cat"], 10).unwrap();
        assert_eq!(same, [Some("Jean\n\"x\"".to_owned()), Some("Luc".to_owned())]);
        let nothing = ask(&["sed", "s/.*/null/"], 10).unwrap();
        assert_eq!(nothing, [None, None]);
    }

    #[test]
    fn whatever_goes_wrong_is_said_without_a_value() {
        for (command, expected) in [
            (&["/nowhere/program"][..], "cannot be started"),
            (&["false"], "ended with"),
            (&["sh", "-c", "cat >/dev/null; echo '\"one\"'"], "answered 1 lines to 2"),
            (&["sh", "-c", "cat >/dev/null; echo Jean; echo Luc"], "no JSON text"),
            (&["sleep", "30"], "took longer than 1 s"),
        ] {
            let reason = ask(command, 1).unwrap_err();
            assert!(reason.contains(expected), "{reason}");
            assert!(!reason.contains("Jean"), "{reason}");
        }
    }
}
