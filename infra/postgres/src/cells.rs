//! Cells of a table as text, for a scan of everything that is there.

use crate::copy::CopyOut;
use bytes::{Bytes, BytesMut};
use nova_errors::{Code, Failure};

/// The signature, flags and empty extension of a binary COPY stream.
const HEADER: usize = 19;

/// A stream of rows whose fields are all text, in binary framing: nothing has to be unescaped.
pub struct TextCells {
    stream: CopyOut,
    rest: BytesMut,
    header_seen: bool,
    /// The trailer was seen.
    ended: bool,
    /// The server has said that nothing more comes.
    drained: bool,
}

impl TextCells {
    pub(crate) fn new(stream: CopyOut) -> Self {
        Self {
            stream,
            rest: BytesMut::new(),
            header_seen: false,
            ended: false,
            drained: false,
        }
    }

    /// Whole rows, to be taken apart by [`TextCells::each`]; none at the end.
    ///
    /// # Errors
    /// What the server or the network said.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        let Some(part) = self.stream.next().await? else {
            self.drained = true;
            let rest = self.rest.split().freeze();
            return Ok((!rest.is_empty()).then_some(rest));
        };
        if self.rest.is_empty() {
            return Ok(Some(part));
        }
        self.rest.extend_from_slice(&part);
        Ok(Some(self.rest.split().freeze()))
    }

    /// Calls `cell` with the position of the column and the text of every cell that is not NULL, and returns how many
    /// rows the part held. What belongs to a row that is not whole yet is kept for the next part.
    ///
    /// # Errors
    /// `NOVA-1501` when the stream is not framed as it should be.
    pub fn each(&mut self, part: &Bytes, mut cell: impl FnMut(usize, &[u8])) -> Result<u64, Failure> {
        let mut rows = 0;
        let mut at = 0;
        if !self.header_seen {
            if part.len() < HEADER {
                self.keep(part, 0);
                return Ok(0);
            }
            at = HEADER;
            self.header_seen = true;
        }
        loop {
            match row(part, at)? {
                Row::Whole { fields, end } => {
                    let mut position = at + 2;
                    for column in 0..fields {
                        let length = length_at(part, position).unwrap_or(-1);
                        position += 4;
                        if let Ok(length) = usize::try_from(length) {
                            cell(column, part.get(position..position + length).unwrap_or_default());
                            position += length;
                        }
                    }
                    at = end;
                    rows += 1;
                }
                Row::Trailer => {
                    self.ended = true;
                    return Ok(rows);
                }
                Row::Partial if self.drained => return Err(corrupt()),
                Row::Partial => {
                    self.keep(part, at);
                    return Ok(rows);
                }
            }
        }
    }

    fn keep(&mut self, part: &Bytes, from: usize) {
        let tail = part.get(from..).unwrap_or_default();
        if !tail.is_empty() {
            let later = self.rest.split();
            self.rest.extend_from_slice(tail);
            self.rest.extend_from_slice(&later);
        }
    }

    /// Makes sure that the stream was complete.
    ///
    /// # Errors
    /// `NOVA-1501` when it was not.
    pub fn finish(self) -> Result<(), Failure> {
        if self.ended && self.rest.is_empty() {
            Ok(())
        } else {
            Err(corrupt())
        }
    }
}

enum Row {
    Whole { fields: usize, end: usize },
    Trailer,
    Partial,
}

fn row(part: &[u8], at: usize) -> Result<Row, Failure> {
    let Some(count) = part.get(at..at + 2).and_then(|bytes| <[u8; 2]>::try_from(bytes).ok()) else {
        return Ok(Row::Partial);
    };
    let count = i16::from_be_bytes(count);
    if count == -1 {
        return Ok(Row::Trailer);
    }
    let fields = usize::try_from(count).map_err(|_| corrupt())?;
    let mut end = at + 2;
    for _ in 0..fields {
        let Some(length) = length_at(part, end) else {
            return Ok(Row::Partial);
        };
        end += 4 + usize::try_from(length.max(0)).map_err(|_| corrupt())?;
        if end > part.len() {
            return Ok(Row::Partial);
        }
    }
    Ok(Row::Whole { fields, end })
}

fn length_at(part: &[u8], at: usize) -> Option<i32> {
    part.get(at..at + 4)
        .and_then(|bytes| <[u8; 4]>::try_from(bytes).ok())
        .map(i32::from_be_bytes)
}

fn corrupt() -> Failure {
    Failure::new(
        Code::CORRUPT_STREAM,
        "the stream of a scan is not framed as binary COPY",
    )
}
