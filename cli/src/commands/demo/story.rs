//! What the demonstration showed, and whether it is what it should be.

use crate::{
    commands::audit::Proof,
    demo::glimpse::Cell,
    output::{self, Style, figures},
};
use nova_clone::{Status, Summary};
use serde::Serialize;
use serde_json::{Value, json};

/// A cell before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Change {
    place: String,
    before: String,
    after: String,
    personal: bool,
}

impl Change {
    /// True when nothing of a personal original is left, and all of any other.
    pub(super) fn is_right(&self) -> bool {
        (self.personal && self.before != "NULL") != (self.before == self.after)
    }
}

/// Cells of the same places side by side.
pub(super) fn changes(before: &[Cell], after: &[Cell]) -> Vec<Change> {
    let after_of = |place: &str| {
        after
            .iter()
            .find(|cell| cell.place == place)
            .map(|cell| cell.value.clone())
    };
    before
        .iter()
        .map(|cell| Change {
            place: cell.place.clone(),
            before: cell.value.clone(),
            personal: cell.personal,
            after: after_of(&cell.place).unwrap_or_else(|| "NULL".to_owned()),
        })
        .collect()
}

/// A table for people.
pub(super) fn changes_text(changes: &[Change]) -> String {
    let row = |change: &Change| vec![change.place.clone(), change.before.clone(), change.after.clone()];
    output::table(
        &["", SOURCE_HEADING, TARGET_HEADING],
        &changes.iter().map(row).collect::<Vec<_>>(),
    )
}

const SOURCE_HEADING: &str = "production";
const TARGET_HEADING: &str = "test, after the clone";

/// What came of the rollback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct RolledBack {
    pub(super) operation_id: String,
    pub(super) status: Status,
    pub(super) duration_ms: u64,
    pub(super) previous_contents_back: bool,
}

impl RolledBack {
    pub(super) fn holds(&self) -> bool {
        self.status == Status::Completed && self.previous_contents_back
    }
}

/// Something that must be so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Expectation {
    name: &'static str,
    held: bool,
}

impl Expectation {
    pub(super) fn new(name: &'static str, held: bool) -> Self {
        Self { name, held }
    }
}

/// The whole demonstration.
#[derive(Debug, Serialize)]
pub(super) struct Story {
    pub(super) postgres: u32,
    pub(super) reservations: u64,
    pub(super) clone: Summary,
    pub(super) glimpse: Vec<Change>,
    pub(super) audit: Proof,
    pub(super) rollback: RolledBack,
    pub(super) expectations: Vec<Expectation>,
    pub(super) duration_ms: u64,
}

impl Story {
    /// True when every expectation held.
    pub(super) fn holds(&self) -> bool {
        self.expectations.iter().all(|expectation| expectation.held)
    }

    /// One line per expectation, and one for all.
    pub(super) fn verdict(&self) -> String {
        let style = Style::stdout();
        let mut lines: Vec<String> = self
            .expectations
            .iter()
            .map(|one| format!("{} {}", style.mark(one.held), one.name))
            .collect();
        let time = figures::duration(self.duration_ms);
        lines.push(if self.holds() {
            style.bold(&format!("All of it in {time}."))
        } else {
            style.bad(&format!("Not everything was as it should be (after {time})."))
        });
        lines.join("\n")
    }

    /// The object for programs.
    pub(super) fn json(&self) -> Value {
        let mut object = json!(self);
        object["status"] = if self.holds() { "completed" } else { "failed" }.into();
        object
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(place: &str, value: &str, personal: bool) -> Cell {
        Cell {
            place: place.to_owned(),
            value: value.to_owned(),
            personal,
        }
    }

    #[test]
    fn personal_values_must_change_and_others_must_stay() {
        let cases = [
            ("Zoé", "Ana", true, true),
            ("Zoé", "Zoé", true, false),
            ("NULL", "NULL", true, true),
            ("NULL", "Ana", true, false),
            ("439.04", "439.04", false, true),
            ("439.04", "12.00", false, false),
        ];
        for (before, after, personal, right) in cases {
            let changes = changes(&[cell("place", before, personal)], &[cell("place", after, personal)]);
            assert_eq!(changes[0].is_right(), right, "{before} → {after}, personal: {personal}");
        }
    }

    #[test]
    fn a_row_that_is_gone_counts_as_null() {
        let changes = changes(&[cell("place", "439.04", false)], &[]);
        assert!(!changes[0].is_right());
    }
}
