//! The stream row by row, for tables where a replacement depends on the rest of its row or on other rows.
//!
//! A row is taken apart when all of it is there. Its originals are read, never what replaced them; only templates that
//! say `new.x` are filled in last, from the replacements of the others. What depends on other rows is decided for a block
//! of them, of bounded size, never across the end of the stream.

use super::binary::{HEADER, header_extension};
use super::block::{BYTES, BlockColumn, Decision, External, ROWS};
use super::text::{escape, unescape};
use super::view::{Cell, View};
use super::{Action, CopyFormat, Shared, TableLayout};
use crate::error::Error;
use crate::key::MaskingKey;
use crate::mask::template_new_columns;
use crate::sql::SqlType;
use std::ops::Range;

pub(super) struct RowStream {
    format: CopyFormat,
    types: Vec<SqlType>,
    /// Columns that are masked, those that take replacements last.
    order: Vec<usize>,
    by_block: Vec<BlockColumn>,
    external: Option<Box<dyn External>>,
    state: State,
    /// What the end of the input cut.
    carry: Vec<u8>,
    block: Block,
    value: Vec<u8>,
    bytes: Vec<u8>,
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Header,
    Rows,
    Done,
}

/// Rows that wait for the end of their block: bytes, and where each field is.
#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    fields: Vec<Option<Range<usize>>>,
    rows: usize,
}

/// A piece at the start of the input.
enum Piece {
    /// Of this many bytes, that pass as they are.
    Pass(usize),
    /// A row of this many bytes, and its fields.
    Row(usize, Vec<Option<Range<usize>>>),
    /// The trailer of this many bytes.
    End(usize),
    /// Not all there yet.
    Incomplete,
}

impl RowStream {
    pub(super) fn compile(format: CopyFormat, layout: &TableLayout, key: &MaskingKey) -> Result<Self, Error> {
        let mut order: Vec<usize> = (0..layout.columns.len()).collect();
        // A stable sort: templates that take replacements come last.
        order.sort_by_key(|&column| match &layout.columns[column].action {
            Action::Mask(spec) => !template_new_columns(spec).is_empty(),
            Action::Pass => false,
        });
        Ok(Self {
            format,
            types: layout
                .columns
                .iter()
                .map(|column| SqlType::parse(&column.base_type).0)
                .collect(),
            order,
            by_block: BlockColumn::all(layout, key)?,
            external: None,
            state: match format {
                CopyFormat::Text => State::Rows,
                CopyFormat::Binary => State::Header,
            },
            carry: Vec::new(),
            block: Block::default(),
            value: Vec::new(),
            bytes: Vec::new(),
            cells: Vec::new(),
        })
    }

    pub(super) fn set_external(&mut self, external: Box<dyn External>) {
        self.external = Some(external);
    }

    pub(super) fn feed(&mut self, shared: &mut Shared, input: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        if self.carry.is_empty() {
            let taken = self.take(shared, input, out)?;
            self.carry.extend_from_slice(&input[taken..]);
            return Ok(());
        }
        let mut carry = std::mem::take(&mut self.carry);
        carry.extend_from_slice(input);
        let taken = self.take(shared, &carry, out)?;
        carry.drain(..taken);
        self.carry = carry;
        Ok(())
    }

    /// Ends the stream; true when it was complete.
    pub(super) fn finish(&mut self, shared: &mut Shared, out: &mut Vec<u8>) -> Result<bool, Error> {
        self.flush(shared, out)?;
        let done = match self.format {
            CopyFormat::Text => self.state == State::Rows,
            CopyFormat::Binary => self.state == State::Done,
        };
        Ok(done && self.carry.is_empty())
    }

    /// Handles all complete pieces and says how many bytes they were.
    fn take(&mut self, shared: &mut Shared, input: &[u8], out: &mut Vec<u8>) -> Result<usize, Error> {
        let mut at = 0;
        while at < input.len() {
            let rest = &input[at..];
            match self.piece(shared, rest)? {
                Piece::Incomplete => break,
                Piece::Pass(length) => {
                    out.extend_from_slice(&rest[..length]);
                    self.state = State::Rows;
                    at += length;
                }
                Piece::End(length) => {
                    self.flush(shared, out)?;
                    out.extend_from_slice(&rest[..length]);
                    self.state = State::Done;
                    at += length;
                }
                Piece::Row(length, fields) => {
                    if self.by_block.is_empty() {
                        let fields: Vec<Option<&[u8]>> = fields
                            .into_iter()
                            .map(|field| field.map(|range| &rest[range]))
                            .collect();
                        self.row(shared, &fields, None, out)?;
                    } else {
                        self.block.push(&rest[..length], fields);
                        if self.block.rows >= ROWS || self.block.bytes.len() >= BYTES {
                            self.flush(shared, out)?;
                        }
                    }
                    at += length;
                }
            }
        }
        Ok(at)
    }

    fn piece(&self, shared: &Shared, rest: &[u8]) -> Result<Piece, Error> {
        let columns = self.types.len();
        match (self.state, self.format) {
            (State::Done, _) => Err(shared.stream_error("bytes follow the trailer")),
            (State::Header, _) => {
                let Some(header) = rest.first_chunk::<HEADER>() else {
                    return Ok(Piece::Incomplete);
                };
                let extension = header_extension(header).map_err(|reason| Error::Stream { row: 0, reason })?;
                Ok(if rest.len() < HEADER + extension {
                    Piece::Incomplete
                } else {
                    Piece::Pass(HEADER + extension)
                })
            }
            (State::Rows, CopyFormat::Text) => {
                let Some(end) = memchr::memchr(b'\n', rest) else {
                    return Ok(Piece::Incomplete);
                };
                let mut fields = Vec::with_capacity(columns);
                let mut start = 0;
                for tab in memchr::memchr_iter(b'\t', &rest[..end]).chain(std::iter::once(end)) {
                    let range = start..tab;
                    fields.push((&rest[range.clone()] != b"\\N").then_some(range));
                    start = tab + 1;
                }
                if fields.len() != columns {
                    return Err(shared.stream_error("a row has another number of fields than the table"));
                }
                Ok(Piece::Row(end + 1, fields))
            }
            (State::Rows, CopyFormat::Binary) => {
                binary_row(rest, columns).map_err(|reason| shared.stream_error(reason))
            }
        }
    }

    /// Decides and writes the rows that wait.
    fn flush(&mut self, shared: &mut Shared, out: &mut Vec<u8>) -> Result<(), Error> {
        if self.block.rows == 0 {
            return Ok(());
        }
        let block = std::mem::take(&mut self.block);
        let columns = self.types.len();
        let rows: Vec<Vec<Option<&[u8]>>> = block
            .fields
            .chunks(columns)
            .map(|fields| {
                fields
                    .iter()
                    .map(|field| field.clone().map(|range| &block.bytes[range]))
                    .collect()
            })
            .collect();
        let mut decided: Vec<(usize, Vec<Decision>)> = Vec::new();
        for column in &self.by_block {
            let decisions = column.decide(self.format, &self.types, &rows, self.external.as_mut(), shared.row())?;
            decided.push((column.column(), decisions));
        }
        for (index, fields) in rows.iter().enumerate() {
            self.row(shared, fields, Some((&rows, &decided, index)), out)?;
        }
        Ok(())
    }

    #[expect(clippy::type_complexity, reason = "a block, its decisions and the row's place in it")]
    fn row(
        &mut self,
        shared: &mut Shared,
        fields: &[Option<&[u8]>],
        block: Option<(&[Vec<Option<&[u8]>>], &[(usize, Vec<Decision>)], usize)>,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        self.bytes.clear();
        self.cells.clear();
        self.cells.resize(fields.len(), Cell::Open);
        let mut borrowed: Vec<Option<&[u8]>> = vec![None; fields.len()];
        for (column, masker) in shared.columns.iter().enumerate() {
            if masker.is_none() || fields[column].is_none() {
                self.cells[column] = Cell::Original;
                borrowed[column] = fields[column];
            }
        }
        if let Some((rows, decided, index)) = block {
            for (column, decisions) in decided {
                self.cells[*column] = match &decisions[index] {
                    Decision::FieldOf(row) => {
                        borrowed[*column] = rows[*row][*column];
                        self.put_raw(borrowed[*column])
                    }
                    Decision::Value(None) => Cell::Null,
                    Decision::Value(Some(value)) => self.put(value),
                };
                shared.totals.values_masked += u64::from(fields[*column].is_some());
            }
        }
        let mut value = std::mem::take(&mut self.value);
        for place in 0..self.order.len() {
            let column = self.order[place];
            let (Some(masker), Some(raw), Cell::Open) =
                (&mut shared.columns[column], fields[column], &self.cells[column])
            else {
                continue;
            };
            let view = View {
                format: self.format,
                types: &self.types,
                fields,
                cells: &self.cells,
                bytes: &self.bytes,
            };
            value.clear();
            let masked = masker.bind(&view).and_then(|()| match self.format {
                CopyFormat::Binary => masker.mask_binary(raw, &mut value, shared.recorder.as_mut()),
                CopyFormat::Text => masker.mask_text(&unescape(raw), &mut value, shared.recorder.as_mut()),
            });
            let cell = match masked {
                Ok(true) => self.put(&value),
                Ok(false) => Cell::Null,
                Err(reason) => return Err(shared.value_error(column, reason)),
            };
            self.cells[column] = cell;
            shared.totals.values_masked += 1;
        }
        self.value = value;
        self.write(shared, &borrowed, out)?;
        shared.end_row();
        Ok(())
    }

    fn put(&mut self, value: &[u8]) -> Cell {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(value);
        Cell::New(start..self.bytes.len())
    }

    fn put_raw(&mut self, raw: Option<&[u8]>) -> Cell {
        match (raw, self.format) {
            (None, _) => Cell::Null,
            (Some(raw), CopyFormat::Binary) => self.put(raw),
            (Some(raw), CopyFormat::Text) => {
                let value = unescape(raw);
                self.put(&value)
            }
        }
    }

    fn write(&self, shared: &Shared, borrowed: &[Option<&[u8]>], out: &mut Vec<u8>) -> Result<(), Error> {
        let too_long = || shared.stream_error("a field is too long");
        if self.format == CopyFormat::Binary {
            let count = i16::try_from(self.cells.len()).map_err(|_| too_long())?;
            out.extend_from_slice(&count.to_be_bytes());
        }
        for (column, cell) in self.cells.iter().enumerate() {
            let raw = match cell {
                Cell::Original => borrowed[column],
                Cell::Null | Cell::Open => None,
                Cell::New(range) => Some(&self.bytes[range.clone()]),
            };
            match self.format {
                CopyFormat::Binary => match raw {
                    None => out.extend_from_slice(&(-1i32).to_be_bytes()),
                    Some(raw) => {
                        out.extend_from_slice(&i32::try_from(raw.len()).map_err(|_| too_long())?.to_be_bytes());
                        out.extend_from_slice(raw);
                    }
                },
                CopyFormat::Text => {
                    if column > 0 {
                        out.push(b'\t');
                    }
                    match (raw, cell) {
                        (None, _) => out.extend_from_slice(b"\\N"),
                        (Some(raw), Cell::Original) => out.extend_from_slice(raw),
                        (Some(raw), _) => escape(raw, out),
                    }
                }
            }
        }
        if self.format == CopyFormat::Text {
            out.push(b'\n');
        }
        Ok(())
    }
}

impl Block {
    fn push(&mut self, row: &[u8], fields: Vec<Option<Range<usize>>>) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(row);
        self.fields.extend(
            fields
                .into_iter()
                .map(|field| field.map(|range| start + range.start..start + range.end)),
        );
        self.rows += 1;
    }
}

fn binary_row(rest: &[u8], columns: usize) -> Result<Piece, &'static str> {
    let Some(count) = rest.first_chunk::<2>() else {
        return Ok(Piece::Incomplete);
    };
    match i16::from_be_bytes(*count) {
        -1 => return Ok(Piece::End(2)),
        count if usize::try_from(count) == Ok(columns) => {}
        _ => return Err("a row has another number of fields than the table"),
    }
    let mut fields = Vec::with_capacity(columns);
    let mut at = 2;
    for _ in 0..columns {
        let Some(length) = rest.get(at..).and_then(|rest| rest.first_chunk::<4>()) else {
            return Ok(Piece::Incomplete);
        };
        at += 4;
        let length = i32::from_be_bytes(*length);
        match usize::try_from(length) {
            Ok(length) => {
                if rest.len() - at < length {
                    return Ok(Piece::Incomplete);
                }
                fields.push(Some(at..at + length));
                at += length;
            }
            Err(_) if length == -1 => fields.push(None),
            Err(_) => return Err("a field has a negative length"),
        }
    }
    Ok(Piece::Row(at, fields))
}
