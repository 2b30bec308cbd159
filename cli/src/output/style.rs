//! Colour, where it is wanted: `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`, and otherwise whether a terminal reads.

use std::io::IsTerminal;

/// Paints text, or leaves it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    colour: bool,
}

impl Style {
    /// For standard output.
    pub fn stdout() -> Self {
        Self {
            colour: wanted(std::io::stdout().is_terminal(), variable),
        }
    }

    /// For standard error.
    pub fn stderr() -> Self {
        Self {
            colour: wanted(std::io::stderr().is_terminal(), variable),
        }
    }

    /// Never any colour.
    pub fn plain() -> Self {
        Self { colour: false }
    }

    /// True when text is painted.
    pub fn is_coloured(self) -> bool {
        self.colour
    }

    /// Headings and names.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// What matters less.
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// What went well.
    pub fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// What someone should know.
    pub fn warning(self, text: &str) -> String {
        self.paint("33", text)
    }

    /// What went wrong.
    pub fn bad(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    /// A green tick or a red cross.
    pub fn mark(self, good: bool) -> String {
        if good { self.good("✓") } else { self.bad("✗") }
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The conventions of <https://no-color.org> and <https://bixense.com/clicolors>.
fn wanted(terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    if variable("NO_COLOR").is_some() {
        return false;
    }
    if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    let declined = variable("CLICOLOR").is_some_and(|value| value == "0");
    let dumb = variable("TERM").is_some_and(|value| value == "dumb");
    terminal && !declined && !dumb
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(terminal: bool, set: &[(&str, &str)]) -> bool {
        wanted(terminal, |name| {
            set.iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_terminal_gets_colour_and_a_file_does_not() {
        assert!(with(true, &[]));
        assert!(!with(false, &[]));
    }

    #[test]
    fn no_color_wins_over_everything() {
        assert!(!with(true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
    }

    #[test]
    fn colour_can_be_declined_and_forced() {
        assert!(!with(true, &[("CLICOLOR", "0")]));
        assert!(!with(true, &[("TERM", "dumb")]));
        assert!(with(false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!with(false, &[("CLICOLOR_FORCE", "0")]));
    }

    #[test]
    fn plain_text_is_untouched() {
        assert_eq!(Style::plain().bad("no"), "no");
        assert_eq!(Style { colour: true }.bad("no"), "\u{1b}[1;31mno\u{1b}[0m");
    }
}
