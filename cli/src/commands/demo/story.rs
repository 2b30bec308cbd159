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
}

impl Change {
    /// True when nothing of the original is left.
    pub(super) fn is_safe(&self) -> bool {
        self.before == "NULL" || self.before != self.after
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

    fn cell(place: &str, value: &str) -> Cell {
        Cell {
            place: place.to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn a_value_that_survives_is_not_safe_and_a_missing_one_is() {
        let before = [cell("a", "Zoé"), cell("b", "NULL"), cell("c", "06 12"), cell("d", "x")];
        let after = [cell("a", "Zoé"), cell("b", "NULL"), cell("c", "07 99")];
        let safe: Vec<bool> = changes(&before, &after).iter().map(Change::is_safe).collect();
        assert_eq!(safe, [false, true, true, true]);
    }
}
