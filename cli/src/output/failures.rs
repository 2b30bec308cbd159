//! A command that ends in a coded error.

use super::{Style, json_line, note, print};
use crate::arguments::Format;
use nova_errors::{Exit, Failure};
use nova_events::Reason;
use serde_json::{Value, json};
use std::fmt::Write;

/// Tells of a failure: people on standard error, programs on standard output.
pub fn failure(failure: &Failure, format: Format) {
    match format {
        Format::Text => note(&text(failure, Style::stderr())),
        Format::Json => print(&json_line(&object(failure))),
    }
}

/// The lines of one reason why something failed.
pub(super) fn reason_text(reason: &Reason, style: Style) -> String {
    let mut text = format!("{} {}", style.bad(&format!("error[{}]:", reason.code)), reason.cause);
    for detail in &reason.details {
        for line in detail.lines() {
            let _ = write!(text, "\n  {line}");
        }
    }
    let _ = write!(text, "\n{} {}", style.bold("what to do:"), reason.remedy);
    text
}

fn text(failure: &Failure, style: Style) -> String {
    reason_text(&nova_kit::reason(failure), style)
}

fn object(failure: &Failure) -> Value {
    let status = match failure.exit() {
        Exit::Failed => "failed",
        Exit::Usage => "usage",
        Exit::Refused => "refused",
        Exit::Invalid => "invalid",
        Exit::Interrupted => "interrupted",
    };
    json!({ "status": status, "errors": [nova_kit::reason(failure)] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use nova_errors::Code;

    fn example() -> Failure {
        Failure::new(Code::TARGET_IS_PRODUCTION, "environment test leads to production")
            .with_details(["it was seen as production on 2026-03-01".to_owned()])
    }

    #[test]
    fn a_person_reads_the_code_the_cause_and_what_to_do() {
        insta::assert_snapshot!(text(&example(), Style::plain()), @r"
        error[NOVA-1101]: environment test leads to production
          it was seen as production on 2026-03-01
        what to do: Choose a target that is not production; production is only ever a source.
        ");
    }

    #[test]
    fn a_program_reads_one_object() {
        insta::assert_json_snapshot!(object(&example()), @r#"
        {
          "errors": [
            {
              "cause": "environment test leads to production",
              "code": "NOVA-1101",
              "details": [
                "it was seen as production on 2026-03-01"
              ],
              "remedy": "Choose a target that is not production; production is only ever a source."
            }
          ],
          "status": "refused"
        }
        "#);
    }

    #[test]
    fn the_status_says_how_the_process_exits() {
        for (code, status) in [
            (Code::BAD_ARGUMENT, "usage"),
            (Code::INVALID, "invalid"),
            (Code::INTERRUPTED, "interrupted"),
            (Code::UNREACHABLE, "failed"),
        ] {
            assert_eq!(object(&Failure::new(code, "cause"))["status"], status);
        }
    }
}
