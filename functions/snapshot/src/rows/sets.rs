//! Rows of all tables.

use nova_clone::rows::RowSet;

/// Rows by the position of their table; of some tables all.
#[derive(Debug, Clone, Default)]
pub(super) struct Sets {
    rows: Vec<RowSet>,
    whole: Vec<bool>,
}

impl Sets {
    pub(super) fn new(tables: usize) -> Self {
        Self {
            rows: vec![RowSet::new(); tables],
            whole: vec![false; tables],
        }
    }

    /// Takes all rows of a table.
    pub(super) fn take_whole(&mut self, table: usize) {
        if let Some(whole) = self.whole.get_mut(table) {
            *whole = true;
        }
    }

    pub(super) fn is_whole(&self, table: usize) -> bool {
        self.whole.get(table).copied().unwrap_or(false)
    }

    /// Adds a row and tells whether it is new.
    pub(super) fn insert(&mut self, table: usize, place: (u32, u16)) -> bool {
        !self.is_whole(table) && self.rows.get_mut(table).is_some_and(|rows| rows.insert(place))
    }

    pub(super) fn contains(&self, table: usize, place: (u32, u16)) -> bool {
        self.is_whole(table) || self.rows.get(table).is_some_and(|rows| rows.contains(place))
    }

    /// The rows of a table that were added one by one.
    pub(super) fn rows(&self, table: usize) -> Option<&RowSet> {
        self.rows.get(table)
    }

    /// How many rows were added one by one to these tables.
    pub(super) fn count(&self, tables: &[usize]) -> u64 {
        tables
            .iter()
            .filter_map(|table| self.rows.get(*table))
            .map(RowSet::len)
            .sum()
    }

    /// All of them, for their references to be followed.
    pub(super) fn pending(&self) -> Vec<Pending> {
        self.rows
            .iter()
            .zip(&self.whole)
            .map(|(rows, whole)| Pending {
                all: *whole,
                rows: if *whole { RowSet::new() } else { rows.clone() },
            })
            .collect()
    }

    /// Bytes of memory, about.
    pub(super) fn size(&self) -> usize {
        self.rows.iter().map(RowSet::size).sum()
    }
}

/// Rows of one table whose references are still to be followed.
#[derive(Debug, Clone, Default)]
pub(super) struct Pending {
    /// All rows of the table.
    pub(super) all: bool,
    /// Some of them.
    pub(super) rows: RowSet,
}

impl Pending {
    pub(super) fn is_empty(&self) -> bool {
        !self.all && self.rows.is_empty()
    }
}
