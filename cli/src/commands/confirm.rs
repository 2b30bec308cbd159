//! The question before something is replaced.

use nova_errors::{Code, Failure};
use std::io::{self, BufRead, IsTerminal, Write};

/// Asks the person to type the name of the target; `what` is the beginning of the sentence that the name ends.
///
/// # Errors
/// `NOVA-1006` when nobody can be asked and `yes` was not given, or when the answer is another.
pub(super) fn target(name: &str, what: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let cause = format!("nobody can be asked to confirm the target {name}: this is not a terminal");
        return Err(
            Failure::new(Code::CONFIRMATION_NEEDED, cause).with_remedy("Pass --yes to go on without a question.")
        );
    }
    ask(name, what, &mut io::stdin().lock(), &mut io::stderr().lock())
}

fn ask(name: &str, what: &str, input: &mut dyn BufRead, output: &mut dyn Write) -> Result<(), Failure> {
    let unreadable = |error: io::Error| Failure::new(Code::CONFIRMATION_NEEDED, format!("no answer: {error}"));
    write!(output, "{what} {name}. Type its name to go on: ")
        .and_then(|()| output.flush())
        .map_err(unreadable)?;
    let mut answer = String::new();
    input.read_line(&mut answer).map_err(unreadable)?;
    if answer.trim() == name {
        return Ok(());
    }
    let cause = format!("the answer was not {name}; nothing was done");
    Err(Failure::new(Code::CONFIRMATION_NEEDED, cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(answer: &str) -> (Result<(), Failure>, String) {
        let mut output = Vec::new();
        let result = ask(
            "test",
            "This replaces the contents of environment",
            &mut answer.as_bytes(),
            &mut output,
        );
        (result, String::from_utf8(output).unwrap())
    }

    #[test]
    fn the_name_of_the_target_is_the_only_right_answer() {
        let (result, question) = answered("test\n");
        assert_eq!(result, Ok(()));
        assert_eq!(
            question,
            "This replaces the contents of environment test. Type its name to go on: "
        );
        for wrong in ["yes\n", "Test\n", "\n", ""] {
            let (result, _) = answered(wrong);
            assert_eq!(result.unwrap_err().code, Code::CONFIRMATION_NEEDED, "{wrong:?}");
        }
    }

    #[test]
    fn yes_needs_no_answer() {
        assert_eq!(target("test", "This replaces", true), Ok(()));
    }
}
