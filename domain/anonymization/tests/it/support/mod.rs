//! COPY streams made and read by hand, independently of the crate.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic fails the test")]

use nova_anonymization::{Action, ColumnLayout, CopyFormat, MaskingKey, Spec, TableLayout, TableMasker, Totals};

/// A field: NULL or bytes.
pub type Field = Option<Vec<u8>>;

pub fn key() -> MaskingKey {
    MaskingKey::new([42; 32])
}

pub fn layout(columns: &[(&str, Option<Spec>)]) -> TableLayout {
    TableLayout {
        columns: columns
            .iter()
            .enumerate()
            .map(|(index, (base_type, spec))| ColumnLayout {
                name: format!("c{index}"),
                base_type: (*base_type).to_owned(),
                action: spec.clone().map_or(Action::Pass, Action::Mask),
            })
            .collect(),
    }
}

pub fn encode(format: CopyFormat, rows: &[Vec<Field>]) -> Vec<u8> {
    match format {
        CopyFormat::Text => encode_text(rows),
        CopyFormat::Binary => encode_binary(rows),
    }
}

fn encode_text(rows: &[Vec<Field>]) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows {
        for (index, field) in row.iter().enumerate() {
            if index > 0 {
                out.push(b'\t');
            }
            match field {
                None => out.extend_from_slice(b"\\N"),
                Some(value) => {
                    for &byte in value {
                        match byte {
                            b'\\' => out.extend_from_slice(b"\\\\"),
                            0x08 => out.extend_from_slice(b"\\b"),
                            0x0c => out.extend_from_slice(b"\\f"),
                            b'\n' => out.extend_from_slice(b"\\n"),
                            b'\r' => out.extend_from_slice(b"\\r"),
                            b'\t' => out.extend_from_slice(b"\\t"),
                            0x0b => out.extend_from_slice(b"\\v"),
                            _ => out.push(byte),
                        }
                    }
                }
            }
        }
        out.push(b'\n');
    }
    out
}

fn encode_binary(rows: &[Vec<Field>]) -> Vec<u8> {
    let mut out = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
    for row in rows {
        out.extend_from_slice(&i16::try_from(row.len()).unwrap().to_be_bytes());
        for field in row {
            match field {
                None => out.extend_from_slice(&(-1i32).to_be_bytes()),
                Some(value) => {
                    out.extend_from_slice(&i32::try_from(value.len()).unwrap().to_be_bytes());
                    out.extend_from_slice(value);
                }
            }
        }
    }
    out.extend_from_slice(&(-1i16).to_be_bytes());
    out
}

pub fn decode(format: CopyFormat, stream: &[u8]) -> Vec<Vec<Field>> {
    match format {
        CopyFormat::Text => decode_text(stream),
        CopyFormat::Binary => decode_binary(stream),
    }
}

fn decode_text(stream: &[u8]) -> Vec<Vec<Field>> {
    let mut rows: Vec<&[u8]> = stream.split(|&byte| byte == b'\n').collect();
    assert_eq!(rows.pop(), Some(&b""[..]), "the last row ends with a line break");
    rows.iter()
        .map(|row| {
            row.split(|&byte| byte == b'\t')
                .map(|field| {
                    if field == b"\\N" {
                        return None;
                    }
                    let mut value = Vec::new();
                    let mut bytes = field.iter();
                    while let Some(&byte) = bytes.next() {
                        value.push(if byte == b'\\' {
                            match bytes.next().expect("a character after the backslash") {
                                b'b' => 0x08,
                                b'f' => 0x0c,
                                b'n' => b'\n',
                                b'r' => b'\r',
                                b't' => b'\t',
                                b'v' => 0x0b,
                                b'\\' => b'\\',
                                other => panic!("an escape the server does not write: {other}"),
                            }
                        } else {
                            byte
                        });
                    }
                    Some(value)
                })
                .collect()
        })
        .collect()
}

fn decode_binary(stream: &[u8]) -> Vec<Vec<Field>> {
    let mut rest = &stream[19..];
    let mut take = |length: usize| {
        let (piece, after) = rest.split_at(length);
        rest = after;
        piece
    };
    let mut rows = Vec::new();
    loop {
        let count = i16::from_be_bytes(take(2).try_into().unwrap());
        if count == -1 {
            return rows;
        }
        rows.push(
            (0..count)
                .map(|_| {
                    let length = i32::from_be_bytes(take(4).try_into().unwrap());
                    usize::try_from(length).ok().map(|length| take(length).to_vec())
                })
                .collect(),
        );
    }
}

/// Masks a whole stream, cut after each of `cuts` bytes in turn.
pub fn mask_in_pieces(
    format: CopyFormat,
    layout: &TableLayout,
    stream: &[u8],
    cuts: &[usize],
) -> Result<(Vec<u8>, Totals), nova_anonymization::Error> {
    let mut masker = TableMasker::compile(format, layout, &key(), None)?;
    let mut out = Vec::new();
    let mut rest = stream;
    for &cut in cuts.iter().cycle().take(stream.len() * usize::from(!cuts.is_empty())) {
        let (piece, after) = rest.split_at(cut.min(rest.len()));
        masker.feed(piece, &mut out)?;
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    masker.feed(rest, &mut out)?;
    let totals = masker.finish(&mut out)?;
    Ok((out, totals))
}

/// Masks one column of values.
pub fn mask_values(format: CopyFormat, base_type: &str, spec: &Spec, values: &[Field]) -> Vec<Field> {
    let rows: Vec<Vec<Field>> = values.iter().map(|value| vec![value.clone()]).collect();
    let layout = layout(&[(base_type, Some(spec.clone()))]);
    let stream = encode(format, &rows);
    let (out, _) = mask_in_pieces(format, &layout, &stream, &[])
        .unwrap_or_else(|error| panic!("{base_type} as {:?}: {error}", spec.kind));
    decode(format, &out).into_iter().map(|mut row| row.remove(0)).collect()
}

/// Masks one text value.
pub fn mask_one(spec: &Spec, value: &str) -> String {
    let masked = mask_values(CopyFormat::Binary, "text", spec, &[Some(value.as_bytes().to_vec())]);
    String::from_utf8(masked[0].clone().unwrap()).unwrap()
}
