//! Counting the rows of a stream that passes untouched.

use super::CopyFormat;
use super::binary::{HEADER, header_extension, whole_field};
use crate::error::Error;

/// Counts rows and checks that a stream is complete, without looking into fields.
pub struct RowCounter {
    state: State,
    rows: u64,
    /// Bytes of a fixed piece that the end of the input cut.
    carry: Vec<u8>,
}

enum State {
    /// Text; true when the last byte ended a row.
    Text {
        at_row_start: bool,
    },
    Header,
    /// Inside the header's extension.
    Extension {
        left: usize,
    },
    /// Inside a field, `fields` more after it in the row.
    Skip {
        left: usize,
        fields: u16,
    },
    Row,
    /// Before the length of a field, `fields` of them left in the row.
    Length {
        fields: u16,
    },
    Done,
}

impl RowCounter {
    /// A counter for one stream.
    pub fn new(format: CopyFormat) -> Self {
        Self {
            state: match format {
                CopyFormat::Text => State::Text { at_row_start: true },
                CopyFormat::Binary => State::Header,
            },
            rows: 0,
            carry: Vec::new(),
        }
    }

    /// Rows that have ended so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Reads the next piece of the stream.
    ///
    /// # Errors
    /// [`Error::Stream`] when the framing is broken.
    pub fn feed(&mut self, input: &[u8]) -> Result<(), Error> {
        if let State::Text { at_row_start } = &mut self.state {
            if let Some(&last) = input.last() {
                self.rows += memchr::memchr_iter(b'\n', input).count() as u64;
                *at_row_start = last == b'\n';
            }
            return Ok(());
        }
        let mut rest = input;
        while !rest.is_empty() {
            if matches!(self.state, State::Row) && self.carry.is_empty() {
                self.whole_rows(&mut rest);
            }
            if !rest.is_empty() {
                self.advance(&mut rest)?;
            }
        }
        Ok(())
    }

    /// Passes over rows that are whole; any other is left to [`Self::advance`].
    fn whole_rows(&mut self, rest: &mut &[u8]) {
        while let Some((count, mut row)) = rest.split_first_chunk::<2>() {
            let Ok(fields) = u16::try_from(i16::from_be_bytes(*count)) else {
                return;
            };
            for _ in 0..fields {
                match whole_field(row) {
                    Some(field) => row = &row[field.size()..],
                    None => return,
                }
            }
            *rest = row;
            self.rows += 1;
        }
    }

    fn advance(&mut self, rest: &mut &[u8]) -> Result<(), Error> {
        let row = self.rows + 1;
        let broken = |reason| Error::Stream { row, reason };
        match self.state {
            State::Header => {
                let Some(header) = self.fixed::<HEADER>(rest) else {
                    return Ok(());
                };
                let left = header_extension(&header).map_err(|reason| Error::Stream { row: 0, reason })?;
                self.state = State::Extension { left };
                if left == 0 {
                    self.state = State::Row;
                }
            }
            State::Extension { left } => {
                let taken = left.min(rest.len());
                *rest = &rest[taken..];
                self.state = match left - taken {
                    0 => State::Row,
                    left => State::Extension { left },
                };
            }
            State::Row => {
                let Some(count) = self.fixed::<2>(rest) else {
                    return Ok(());
                };
                self.state = match u16::try_from(i16::from_be_bytes(count)) {
                    Ok(0) => self.end_row(),
                    Ok(fields) => State::Length { fields },
                    Err(_) if i16::from_be_bytes(count) == -1 => State::Done,
                    Err(_) => return Err(broken("a row has a negative number of fields")),
                };
            }
            State::Length { fields } => {
                let Some(length) = self.fixed::<4>(rest) else {
                    return Ok(());
                };
                let length = i32::from_be_bytes(length);
                let left = match usize::try_from(length) {
                    Ok(left) => left,
                    Err(_) if length == -1 => 0,
                    Err(_) => return Err(broken("a field has a negative length")),
                };
                let fields = fields - 1;
                let taken = left.min(rest.len());
                *rest = &rest[taken..];
                self.state = match left - taken {
                    0 if fields == 0 => self.end_row(),
                    0 => State::Length { fields },
                    left => State::Skip { left, fields },
                };
            }
            State::Skip { left, fields } => {
                let taken = left.min(rest.len());
                *rest = &rest[taken..];
                self.state = match left - taken {
                    0 if fields > 0 => State::Length { fields },
                    0 => self.end_row(),
                    left => State::Skip { left, fields },
                };
            }
            State::Done => return Err(broken("bytes follow the trailer")),
            State::Text { .. } => {}
        }
        Ok(())
    }

    fn end_row(&mut self) -> State {
        self.rows += 1;
        State::Row
    }

    fn fixed<const N: usize>(&mut self, rest: &mut &[u8]) -> Option<[u8; N]> {
        if self.carry.is_empty()
            && let Some((piece, after)) = rest.split_first_chunk::<N>()
        {
            *rest = after;
            return Some(*piece);
        }
        let take = (N - self.carry.len()).min(rest.len());
        self.carry.extend_from_slice(&rest[..take]);
        *rest = &rest[take..];
        let piece = <[u8; N]>::try_from(self.carry.as_slice()).ok()?;
        self.carry.clear();
        Some(piece)
    }

    /// Ends the stream and returns its rows.
    ///
    /// # Errors
    /// [`Error::Stream`] when the stream stopped inside a row, or before the trailer of the binary format.
    pub fn finish(&self) -> Result<u64, Error> {
        match self.state {
            State::Done | State::Text { at_row_start: true } => Ok(self.rows),
            _ => Err(Error::Stream {
                row: self.rows + 1,
                reason: "the stream ends early",
            }),
        }
    }
}
