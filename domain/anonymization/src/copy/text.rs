//! The text format: a line per row, tabs between fields, backslash escapes, `\N` for NULL. Raw tabs and line ends never
//! occur inside a field, so framing needs no decoding.

use super::Shared;
use super::column::ColumnMasker;
use crate::error::Error;
use std::borrow::Cow;

pub(super) struct TextStream {
    /// The column the next byte belongs to.
    column: usize,
    /// True when nothing of the current row has been read.
    at_row_start: bool,
    /// Columns from here on pass, so only the end of the line matters.
    first_passing: usize,
    /// Collected bytes of a masked field that the end of the input cut.
    carry: Vec<u8>,
    value: Vec<u8>,
}

impl TextStream {
    pub(super) fn new(columns: &[Option<ColumnMasker>]) -> Self {
        Self {
            column: 0,
            at_row_start: true,
            first_passing: columns.iter().rposition(Option::is_some).map_or(0, |last| last + 1),
            carry: Vec::new(),
            value: Vec::new(),
        }
    }

    pub(super) fn complete(&self) -> bool {
        self.at_row_start
    }

    pub(super) fn feed(&mut self, shared: &mut Shared, input: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let mut at = 0;
        let mut copied = 0;
        while at < input.len() {
            self.at_row_start = false;
            let rest = &input[at..];
            if self.column >= self.first_passing {
                let end = memchr::memchr(b'\n', rest);
                let line = &rest[..end.unwrap_or(rest.len())];
                self.column += memchr::memchr_iter(b'\t', line).count();
                at += line.len();
            } else if shared.columns[self.column].is_some() {
                let end = memchr::memchr2(b'\t', b'\n', rest);
                let piece = &rest[..end.unwrap_or(rest.len())];
                out.extend_from_slice(&input[copied..at]);
                at += piece.len();
                copied = at;
                if end.is_none() {
                    self.carry.extend_from_slice(piece);
                } else if self.carry.is_empty() {
                    self.mask_field(shared, piece, out)?;
                } else {
                    self.carry.extend_from_slice(piece);
                    let whole = std::mem::take(&mut self.carry);
                    self.mask_field(shared, &whole, out)?;
                    self.carry = whole;
                    self.carry.clear();
                }
            } else {
                at += memchr::memchr2(b'\t', b'\n', rest).unwrap_or(rest.len());
            }
            match input.get(at) {
                Some(b'\t') => self.column += 1,
                Some(_) => self.end_row(shared)?,
                None => {}
            }
            if self.column > 0 && self.column >= shared.columns.len() {
                return Err(shared.stream_error("a row has another number of fields than the table"));
            }
            at = (at + 1).min(input.len());
        }
        out.extend_from_slice(&input[copied..]);
        Ok(())
    }

    fn end_row(&mut self, shared: &mut Shared) -> Result<(), Error> {
        // A table without columns has rows of empty lines.
        if self.column + 1 != shared.columns.len().max(1) {
            return Err(shared.stream_error("a row has another number of fields than the table"));
        }
        self.column = 0;
        self.at_row_start = true;
        shared.end_row();
        Ok(())
    }

    fn mask_field(&mut self, shared: &mut Shared, field: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let column = self.column;
        let Some(masker) = &mut shared.columns[column] else {
            return Ok(());
        };
        // Only a whole field `\N` is NULL; inside a field the server writes the backslash twice.
        if field == b"\\N" {
            out.extend_from_slice(field);
            return Ok(());
        }
        let raw = unescape(field);
        self.value.clear();
        match masker.mask_text(&raw, &mut self.value, shared.recorder.as_mut()) {
            Ok(true) => escape(&self.value, out),
            Ok(false) => out.extend_from_slice(b"\\N"),
            Err(reason) => return Err(shared.value_error(column, reason)),
        }
        shared.totals.values_masked += 1;
        Ok(())
    }
}

/// The value of a field: `\b \f \n \r \t \v`, `\ooo`, `\xhh`, and any other character after a backslash as itself.
pub(super) fn unescape(field: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'\\', field) else {
        return Cow::Borrowed(field);
    };
    let mut value = field[..first].to_vec();
    let mut at = first;
    while let Some(&byte) = field.get(at) {
        at += 1;
        if byte != b'\\' {
            value.push(byte);
            continue;
        }
        // A lone backslash at the end stands for itself, as on the server.
        let Some(&escape) = field.get(at) else {
            value.push(b'\\');
            break;
        };
        at += 1;
        value.push(match escape {
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 0x0b,
            b'0'..=b'7' => take_number(field, &mut at, u32::from(escape - b'0'), 8, 2),
            b'x' if field.get(at).is_some_and(u8::is_ascii_hexdigit) => take_number(field, &mut at, 0, 16, 2),
            other => other,
        });
    }
    Cow::Owned(value)
}

fn take_number(field: &[u8], at: &mut usize, start: u32, radix: u32, most: usize) -> u8 {
    let mut value = start;
    for _ in 0..most {
        let Some(digit) = field.get(*at).and_then(|&byte| char::from(byte).to_digit(radix)) else {
            break;
        };
        value = value * radix + digit;
        *at += 1;
    }
    value.to_le_bytes()[0]
}

/// Appends a value as the server writes it.
pub(super) fn escape(value: &[u8], out: &mut Vec<u8>) {
    out.reserve(value.len());
    let mut copied = 0;
    for (index, &byte) in value.iter().enumerate() {
        let letter = match byte {
            b'\\' => b'\\',
            0x08 => b'b',
            0x0c => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x0b => b'v',
            _ => continue,
        };
        out.extend_from_slice(&value[copied..index]);
        out.extend_from_slice(&[b'\\', letter]);
        copied = index + 1;
    }
    out.extend_from_slice(&value[copied..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_mean_what_they_mean_to_the_server() {
        for (field, value) in [
            (&b"plain"[..], &b"plain"[..]),
            (b"a\\tb\\nc\\\\d", b"a\tb\nc\\d"),
            (b"C:\\\\New folder", b"C:\\New folder"),
            (b"\\x41\\101\\q\\.", b"AAq."),
            (b"\\xg\\", b"xg\\"),
            (b"\\\\N", b"\\N"),
        ] {
            assert_eq!(unescape(field).as_ref(), value);
        }
    }

    proptest! {
        #[test]
        fn any_value_survives_escaping(value: Vec<u8>) {
            let mut field = Vec::new();
            escape(&value, &mut field);
            prop_assert!(!field.contains(&b'\n') && !field.contains(&b'\t'));
            prop_assert!(field != b"\\N");
            let back = unescape(&field);
            prop_assert_eq!(back.as_ref(), &value[..]);
        }
    }
}
