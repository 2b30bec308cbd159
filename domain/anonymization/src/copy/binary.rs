//! The binary format: `PGCOPY\n\xff\r\n\0`, flags, a header extension, then rows of a field count and length-prefixed
//! fields, then −1 as the trailer.

use super::Shared;
use crate::error::Error;

/// The fixed first bytes of a binary stream.
pub(super) const SIGNATURE: &[u8; 11] = b"PGCOPY\n\xff\r\n\0";
/// Signature, flags and the length of the extension.
pub(super) const HEADER: usize = 19;

/// Where the stream stands.
enum State {
    /// Before the end of the fixed header.
    Header,
    /// Inside the header's extension.
    Extension { left: usize },
    /// Before a row's field count.
    Row,
    /// Before a field's length.
    Length { column: usize },
    /// Inside a field that passes.
    Pass { column: usize, left: usize },
    /// Inside a field that is masked; its bytes are collected.
    Mask { column: usize, length: usize },
    /// Behind the trailer.
    Done,
}

pub(super) struct BinaryStream {
    state: State,
    /// Bytes of a piece that the end of the input cut.
    carry: Vec<u8>,
}

/// Reads pieces of the input; pieces that pass are copied in long runs.
struct Cursor<'a> {
    input: &'a [u8],
    at: usize,
    /// Everything before is in the output already.
    copied: usize,
}

impl<'a> Cursor<'a> {
    fn flush(&mut self, until: usize, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.input[self.copied..until]);
        self.copied = until;
    }

    fn left(&self) -> usize {
        self.input.len() - self.at
    }

    /// The next `length` bytes when they are all there and none is carried over.
    fn whole(&mut self, carry: &[u8], length: usize) -> Option<&'a [u8]> {
        if !carry.is_empty() || self.left() < length {
            return None;
        }
        let piece = &self.input[self.at..self.at + length];
        self.at += length;
        Some(piece)
    }

    /// Moves bytes into `carry` until it holds `length`; true when it does. What is carried is not copied.
    fn fill(&mut self, carry: &mut Vec<u8>, length: usize, out: &mut Vec<u8>) -> bool {
        self.flush(self.at, out);
        let take = (length - carry.len()).min(self.left());
        carry.extend_from_slice(&self.input[self.at..self.at + take]);
        self.at += take;
        self.copied = self.at;
        carry.len() == length
    }
}

impl BinaryStream {
    pub(super) fn new() -> Self {
        Self {
            state: State::Header,
            carry: Vec::new(),
        }
    }

    pub(super) fn complete(&self) -> bool {
        matches!(self.state, State::Done)
    }

    pub(super) fn feed(&mut self, shared: &mut Shared, input: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let mut cursor = Cursor {
            input,
            at: 0,
            copied: 0,
        };
        while cursor.left() > 0 || matches!(self.state, State::Mask { length: 0, .. }) {
            if matches!(self.state, State::Row) && self.carry.is_empty() {
                self.whole_fields(shared, &mut cursor, out)?;
            }
            self.advance(shared, &mut cursor, out)?;
        }
        let end = cursor.at;
        cursor.flush(end, out);
        Ok(())
    }

    /// A fixed-size piece that passes, read but not yet interpreted. `None` when the input ended inside it.
    fn fixed<const N: usize>(&mut self, cursor: &mut Cursor<'_>, out: &mut Vec<u8>) -> Option<[u8; N]> {
        let mut piece = [0; N];
        if let Some(whole) = cursor.whole(&self.carry, N) {
            piece.copy_from_slice(whole);
            return Some(piece);
        }
        if !cursor.fill(&mut self.carry, N, out) {
            return None;
        }
        piece.copy_from_slice(&self.carry);
        out.extend_from_slice(&piece);
        self.carry.clear();
        Some(piece)
    }

    /// Takes fields as long as they are whole, from the start of a row. What the input's end cuts, the trailer and what
    /// must not be there are left to [`Self::advance`].
    fn whole_fields(&mut self, shared: &mut Shared, cursor: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let input = cursor.input;
        let columns = shared.columns.len();
        while let Some(count) = input[cursor.at..].first_chunk::<2>() {
            if columns == 0 || usize::try_from(i16::from_be_bytes(*count)) != Ok(columns) {
                return Ok(());
            }
            cursor.at += 2;
            for column in 0..columns {
                let Some(field) = whole_field(&input[cursor.at..]) else {
                    self.state = State::Length { column };
                    return Ok(());
                };
                let start = cursor.at;
                cursor.at += field.size();
                if let Field::Value(value) = field
                    && shared.columns[column].is_some()
                {
                    cursor.flush(start, out);
                    cursor.copied = cursor.at;
                    mask_field(shared, column, value, out)?;
                }
            }
            shared.end_row();
        }
        Ok(())
    }

    fn advance(&mut self, shared: &mut Shared, cursor: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        match self.state {
            State::Header => {
                let Some(header) = self.fixed::<HEADER>(cursor, out) else {
                    return Ok(());
                };
                self.state = read_header(&header).map_err(|reason| Error::Stream { row: 0, reason })?;
            }
            State::Extension { left } => {
                let taken = left.min(cursor.left());
                cursor.at += taken;
                self.state = if taken == left {
                    State::Row
                } else {
                    State::Extension { left: left - taken }
                };
            }
            State::Row => {
                let Some(count) = self.fixed::<2>(cursor, out) else {
                    return Ok(());
                };
                self.state = match i16::from_be_bytes(count) {
                    -1 => State::Done,
                    count if usize::try_from(count) == Ok(shared.columns.len()) => next_field(shared, 0),
                    _ => return Err(shared.stream_error("a row has another number of fields than the table")),
                };
            }
            State::Length { column } => self.length(shared, cursor, column, out)?,
            State::Pass { column, left } => {
                let taken = left.min(cursor.left());
                cursor.at += taken;
                self.state = if taken == left {
                    next_field(shared, column + 1)
                } else {
                    State::Pass {
                        column,
                        left: left - taken,
                    }
                };
            }
            State::Mask { column, length } => {
                if let Some(value) = cursor.whole(&self.carry, length) {
                    // The length in front of the value is not copied: it changes.
                    cursor.copied = cursor.at;
                    mask_field(shared, column, value, out)?;
                } else if cursor.fill(&mut self.carry, length, out) {
                    let value = std::mem::take(&mut self.carry);
                    mask_field(shared, column, &value, out)?;
                    self.carry = value;
                    self.carry.clear();
                } else {
                    return Ok(());
                }
                self.state = next_field(shared, column + 1);
            }
            State::Done => return Err(shared.stream_error("bytes follow the trailer")),
        }
        Ok(())
    }

    fn length(
        &mut self,
        shared: &mut Shared,
        cursor: &mut Cursor<'_>,
        column: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let masked = shared.columns[column].is_some();
        let start = cursor.at;
        let carried = self.carry.len();
        let Some(length) = self.fixed::<4>(cursor, out) else {
            return Ok(());
        };
        let length = i32::from_be_bytes(length);
        self.state = match usize::try_from(length) {
            Err(_) if length != -1 => return Err(shared.stream_error("a field has a negative length")),
            Err(_) => next_field(shared, column + 1),
            Ok(0) if !masked => next_field(shared, column + 1),
            Ok(left) if !masked => State::Pass { column, left },
            Ok(length) => {
                if carried == 0 {
                    cursor.flush(start, out);
                    cursor.copied = cursor.at;
                } else {
                    // The pieces of the length are in the output already: take them back.
                    out.truncate(out.len() - 4);
                }
                State::Mask { column, length }
            }
        };
        Ok(())
    }
}

fn next_field(shared: &mut Shared, column: usize) -> State {
    if column == shared.columns.len() {
        shared.end_row();
        State::Row
    } else {
        State::Length { column }
    }
}

fn mask_field(shared: &mut Shared, column: usize, value: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    let Some(masker) = &mut shared.columns[column] else {
        return Ok(());
    };
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    let length = match masker.mask_binary(value, out, shared.recorder.as_mut()) {
        Ok(true) => i32::try_from(out.len() - start - 4).map_err(|_| "the replacement is too long"),
        Ok(false) => {
            out.truncate(start + 4);
            Ok(-1)
        }
        Err(reason) => Err(reason),
    };
    let length = length.map_err(|reason| shared.value_error(column, reason))?;
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    shared.totals.values_masked += 1;
    Ok(())
}

/// A whole field.
pub(super) enum Field<'a> {
    Null,
    Value(&'a [u8]),
}

impl Field<'_> {
    /// Its bytes in the stream, those of its length included.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Null => 4,
            Self::Value(value) => 4 + value.len(),
        }
    }
}

/// The field at the start of `input`; none when it is cut or its length is no length.
pub(super) fn whole_field(input: &[u8]) -> Option<Field<'_>> {
    let (length, rest) = input.split_first_chunk::<4>()?;
    match i32::from_be_bytes(*length) {
        -1 => Some(Field::Null),
        length => rest.get(..usize::try_from(length).ok()?).map(Field::Value),
    }
}

/// Checks the fixed header and returns what follows it.
fn read_header(header: &[u8; HEADER]) -> Result<State, &'static str> {
    let extension = header_extension(header)?;
    Ok(if extension == 0 {
        State::Row
    } else {
        State::Extension { left: extension }
    })
}

/// The length of the header's extension.
pub(super) fn header_extension(header: &[u8; HEADER]) -> Result<usize, &'static str> {
    let (signature, rest) = header.split_at(SIGNATURE.len());
    if signature != SIGNATURE {
        return Err("not a binary COPY stream");
    }
    // Bits 16 to 31 are critical; bit 16 says that rows carry OIDs, which no supported server writes.
    if rest[0] != 0 || rest[1] != 0 {
        return Err("unknown critical flags in the header");
    }
    usize::try_from(i32::from_be_bytes([rest[4], rest[5], rest[6], rest[7]]))
        .map_err(|_| "the header's extension has a negative length")
}
