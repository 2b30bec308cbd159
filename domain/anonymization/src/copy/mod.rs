//! COPY streams: masking the chosen columns of one, counting the rows of one. A stream may be cut anywhere between two
//! calls of `feed`; what does not concern a masked column is copied byte for byte.

mod binary;
mod block;
mod column;
mod composite;
mod counter;
mod element;
mod rows;
mod text;
mod view;

pub use block::{External, ExternalRequest};
pub(crate) use composite::parts as composite_parts;
pub use counter::RowCounter;

use crate::error::Error;
use crate::key::MaskingKey;
use crate::leak::{Fingerprints, Recorder};
use crate::mask::{Memories, Scope};
use crate::spec::Spec;
use column::ColumnMasker;
use serde::{Deserialize, Serialize};

/// The format of a COPY stream. Text is the default text format in UTF-8 with `DateStyle` ISO.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyFormat {
    /// `COPY … (FORMAT text)`.
    Text,
    /// `COPY … (FORMAT binary)`.
    Binary,
}

/// The columns of a table in COPY order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableLayout {
    /// The columns.
    pub columns: Vec<ColumnLayout>,
}

/// One column of a COPY stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnLayout {
    /// The column's name, for messages.
    pub name: String,
    /// Name in `pg_catalog` with domains resolved, `_text` for an array.
    pub base_type: String,
    /// What happens to it.
    pub action: Action,
}

/// What happens to a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "one per column of a table, and most plans mask few"
)]
pub enum Action {
    /// Copied byte for byte.
    Pass,
    /// Masked.
    Mask(Spec),
}

/// What passed through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Rows.
    pub rows: u64,
    /// Values that were replaced; NULLs do not count.
    pub values_masked: u64,
}

/// Masks the COPY stream of one table.
pub struct TableMasker {
    stream: Stream,
    shared: Shared,
}

enum Stream {
    Text(text::TextStream),
    Binary(binary::BinaryStream),
    /// Row by row, where a value depends on others.
    Rows(Box<rows::RowStream>),
}

/// What both formats need for each row.
struct Shared {
    /// By COPY position; `None` passes.
    columns: Vec<Option<ColumnMasker>>,
    memories: Memories,
    recorder: Option<Recorder>,
    totals: Totals,
}

impl Shared {
    /// The number of the current row, from 1.
    fn row(&self) -> u64 {
        self.totals.rows + 1
    }

    fn end_row(&mut self) {
        self.totals.rows += 1;
        if let Some(recorder) = &mut self.recorder {
            recorder.end_row();
        }
    }

    fn value_error(&self, column: usize, reason: &'static str) -> Error {
        let name = self
            .columns
            .get(column)
            .and_then(Option::as_ref)
            .map(ColumnMasker::name);
        Error::Value {
            column: name.unwrap_or_default().to_owned(),
            row: self.row(),
            reason,
        }
    }

    fn stream_error(&self, reason: &'static str) -> Error {
        Error::Stream {
            row: self.row(),
            reason,
        }
    }
}

impl TableMasker {
    /// Compiles a table's specs. With a fingerprint key, originals and replacements are recorded for the leak check.
    ///
    /// # Errors
    /// [`Error::Inapplicable`] when a spec does not fit its column's type, [`Error::UnknownColumn`] when it refers to a
    /// column that is not there.
    pub fn compile(
        format: CopyFormat,
        layout: &TableLayout,
        key: &MaskingKey,
        fingerprint_key: Option<[u8; 16]>,
    ) -> Result<Self, Error> {
        let memories = Memories::default();
        let scope = Scope {
            key,
            columns: &layout.columns,
            memories: Some(&memories),
        };
        let mut columns = Vec::with_capacity(layout.columns.len());
        let mut by_row = false;
        for column in &layout.columns {
            columns.push(match &column.action {
                Action::Mask(spec) => {
                    by_row |= spec.needs_row();
                    view::check_references(format, layout, column, spec)?;
                    if block::is_for_blocks(spec.kind) {
                        None
                    } else {
                        Some(ColumnMasker::compile(
                            format,
                            &column.name,
                            &column.base_type,
                            spec,
                            &scope,
                        )?)
                    }
                }
                Action::Pass => None,
            });
        }
        let stream = match format {
            _ if by_row => Stream::Rows(Box::new(rows::RowStream::compile(format, layout, key)?)),
            CopyFormat::Text => Stream::Text(text::TextStream::new(&columns)),
            CopyFormat::Binary => Stream::Binary(binary::BinaryStream::new()),
        };
        Ok(Self {
            stream,
            shared: Shared {
                columns,
                memories,
                recorder: fingerprint_key.map(|key| Recorder::new(&key)),
                totals: Totals::default(),
            },
        })
    }

    /// Gives the masker the means to ask programs for replacements; a table with such columns fails without.
    #[must_use]
    pub fn with_external(mut self, external: Box<dyn External>) -> Self {
        if let Stream::Rows(rows) = &mut self.stream {
            rows.set_external(external);
        }
        self
    }

    /// Takes fingerprints of names as search configurations shorten them, too, so that they are found in search vectors.
    #[must_use]
    pub fn with_stems(mut self) -> Self {
        if let Some(recorder) = &mut self.shared.recorder {
            recorder.take_stems();
        }
        self
    }

    /// Appends the masked form of the next piece of the stream.
    ///
    /// # Errors
    /// [`Error::Value`] when a value cannot be decoded, [`Error::Stream`] when the framing is broken. The masker and
    /// what it wrote must not be used afterwards.
    pub fn feed(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        match &mut self.stream {
            Stream::Text(stream) => stream.feed(&mut self.shared, input, out),
            Stream::Binary(stream) => stream.feed(&mut self.shared, input, out),
            Stream::Rows(stream) => stream.feed(&mut self.shared, input, out),
        }
    }

    /// Ends the stream.
    ///
    /// # Errors
    /// [`Error::Stream`] when the stream stopped inside a row, or before the trailer of the binary format.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<Totals, Error> {
        let complete = match &mut self.stream {
            Stream::Text(stream) => stream.complete(),
            Stream::Binary(stream) => stream.complete(),
            Stream::Rows(stream) => stream.finish(&mut self.shared, out)?,
        };
        if complete {
            Ok(self.shared.totals)
        } else {
            Err(self.shared.stream_error("the stream ends early"))
        }
    }

    /// Hands out the fingerprints recorded so far; none without a fingerprint key.
    pub fn take_fingerprints(&mut self) -> Fingerprints {
        // What comes again is recorded again: the recorder starts anew.
        self.shared.memories.forget();
        self.shared.recorder.as_mut().map(Recorder::take).unwrap_or_default()
    }
}
