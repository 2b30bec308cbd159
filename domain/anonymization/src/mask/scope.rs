//! What a masker knows beside its spec: the key, the columns of the table, and, value by value, the row.

use super::Fault;
use super::recent::Memories;
use crate::copy::ColumnLayout;
use crate::key::MaskingKey;
use std::borrow::Cow;

/// What maskers are compiled with.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) key: &'a MaskingKey,
    /// The columns of the table, in COPY order; empty where there is no row around the value.
    pub(crate) columns: &'a [ColumnLayout],
    /// Where replacements are kept for a while; none where few values come.
    pub(crate) memories: Option<&'a Memories>,
}

impl Scope<'_> {
    /// The position of a column; one that is not there never has a value.
    pub(crate) fn column(&self, name: &str) -> usize {
        self.columns
            .iter()
            .position(|column| column.name == name)
            .unwrap_or(usize::MAX)
    }
}

/// A scope without a row.
pub(crate) fn plain_scope(key: &MaskingKey) -> Scope<'_> {
    Scope {
        key,
        columns: &[],
        memories: None,
    }
}

/// The row a value stands in.
pub(crate) trait Row {
    /// The original value of a column in text form; `None` is NULL.
    fn original(&self, column: usize) -> Result<Option<Cow<'_, str>>, Fault>;

    /// What has replaced it; an error where that is not decided yet.
    fn replaced(&self, column: usize) -> Result<Option<Cow<'_, str>>, Fault>;
}
