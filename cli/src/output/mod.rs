//! What people and programs read.
//!
//! | module | holds |
//! |---|---|
//! | [`failure`], [`summary`], [`validation`] | the results that every command shares |
//! | `operations` | operations as they stand now |
//! | [`table`] | rows and columns for people |
//! | [`events`] | events in words |
//! | [`figures`] | counts, bytes, durations and moments in words |
//! | [`progress`] | one bar per phase |
//! | [`Style`] | colour, where it is wanted |
//!
//! Results go to standard output, progress and failures to standard error. With `--output json` everything that a
//! program needs is one JSON object per line on standard output, failures too.

mod failures;
pub(crate) mod operations;
pub mod progress;
mod style;
mod summaries;
mod tables;

pub use failures::failure;
pub use nova_words::{events, figures};
pub use style::Style;
pub use summaries::{checks, summary, summary_text, validation};
pub use tables::table;

use serde::Serialize;
use std::io::Write;

/// Prints lines on standard output. A reader that has gone away (`nova logs | head`) is no error.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{}", text.trim_end_matches('\n')).and_then(|()| out.flush());
    drop(written);
}

/// Prints lines on standard error, for people who wait.
pub fn note(text: &str) {
    let mut out = std::io::stderr().lock();
    let written = writeln!(out, "{}", text.trim_end_matches('\n')).and_then(|()| out.flush());
    drop(written);
}

/// Prints one value as one line of JSON on standard output.
pub fn json<T: Serialize + ?Sized>(value: &T) {
    print(&json_line(value));
}

fn json_line<T: Serialize + ?Sized>(value: &T) -> String {
    // Every value printed is a plain structure with text keys, which cannot fail.
    serde_json::to_string(value).unwrap_or_else(|error| {
        serde_json::json!({ "status": "failed", "errors": [{ "cause": error.to_string() }] }).to_string()
    })
}
