//! COPY streams: what is not masked passes byte for byte, wherever the stream is cut.
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use crate::support::{Field, decode, encode, layout, mask_in_pieces, mask_one};
use nova_anonymization::{CopyFormat, Error, Kind, RowCounter, Spec};
use proptest::collection::vec;
use proptest::prelude::*;

const FORMATS: [CopyFormat; 2] = [CopyFormat::Text, CopyFormat::Binary];

/// Bytes that break naive codecs come often.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let awkward = prop_oneof![
        Just(b"\\".to_vec()),
        Just(b"\\N".to_vec()),
        Just(b"\\.".to_vec()),
        Just(b"\t".to_vec()),
        Just(b"\r\n".to_vec()),
        Just("é😀".as_bytes().to_vec()),
        vec(any::<u8>(), 0..6),
    ];
    vec(awkward, 0..6).prop_map(|pieces| pieces.concat())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        "[\\\\\t\n\rNn.é ]{0,8}",
        "[a-z]{1,8}@[a-z]{1,8}\\.fr",
        "C:\\\\[A-Z][a-z]{1,6} folder",
    ]
}

fn any_rows() -> impl Strategy<Value = Vec<Vec<Field>>> {
    let row = (
        prop::option::of(any_bytes()),
        prop::option::of(any_text()),
        prop::option::of(any_bytes()),
        prop::option::of(any_text()),
        prop::option::of(any_bytes()),
    )
        .prop_map(|(a, b, c, d, e)| vec![a, b.map(String::into_bytes), c, d.map(String::into_bytes), e]);
    vec(row, 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn untouched_columns_pass_and_touched_ones_become_their_replacement(
        rows in any_rows(),
        cuts in vec(1usize..40, 0..6),
    ) {
        let email = Spec::new(Kind::Email);
        let text = Spec { unique: true, ..Spec::new(Kind::Text) };
        let layout = layout(&[
            ("bytea", None),
            ("text", Some(email.clone())),
            ("text", None),
            ("varchar", Some(text.clone())),
            ("text", None),
        ]);
        for format in FORMATS {
            let stream = encode(format, &rows);
            let (out, totals) = mask_in_pieces(format, &layout, &stream, &cuts).unwrap();
            let masked = decode(format, &out);
            prop_assert_eq!(masked.len(), rows.len());
            prop_assert_eq!(totals.rows, rows.len() as u64);
            for (before, after) in rows.iter().zip(&masked) {
                for column in [0, 2, 4] {
                    prop_assert_eq!(&before[column], &after[column]);
                }
                for (column, spec) in [(1, &email), (3, &text)] {
                    let expected = before[column].as_ref().map(|value| mask_one(spec, std::str::from_utf8(value).unwrap()));
                    prop_assert_eq!(after[column].clone(), expected.map(String::into_bytes));
                }
            }
            let mut counter = RowCounter::new(format);
            for piece in stream.chunks(cuts.first().copied().unwrap_or(7)) {
                counter.feed(piece).unwrap();
            }
            prop_assert_eq!(counter.finish().unwrap(), rows.len() as u64);
        }
    }

    #[test]
    fn a_stream_without_masked_columns_is_the_same_stream(rows in any_rows(), cuts in vec(1usize..20, 0..4)) {
        let layout = layout(&[("a", None), ("b", None), ("c", None), ("d", None), ("e", None)]);
        for format in FORMATS {
            let stream = encode(format, &rows);
            prop_assert_eq!(mask_in_pieces(format, &layout, &stream, &cuts).unwrap().0, stream);
        }
    }
}

fn small_rows() -> Vec<Vec<Field>> {
    vec![
        vec![Some(b"1".to_vec()), Some(b"jean@free.fr".to_vec()), None],
        vec![None, None, Some(Vec::new())],
    ]
}

#[test]
fn a_truncated_stream_is_an_error_wherever_it_ends() {
    let layout = layout(&[("text", None), ("text", Some(Spec::new(Kind::Email))), ("text", None)]);
    for format in FORMATS {
        let stream = encode(format, &small_rows());
        for cut in 0..stream.len() {
            let whole_rows = format == CopyFormat::Text && (cut == 0 || stream[cut - 1] == b'\n');
            let result = mask_in_pieces(format, &layout, &stream[..cut], &[]);
            assert_eq!(result.is_ok(), whole_rows, "{format:?} cut at {cut}");
            let mut counter = RowCounter::new(format);
            counter.feed(&stream[..cut]).unwrap();
            assert_eq!(counter.finish().is_ok(), whole_rows, "{format:?} cut at {cut}");
        }
    }
}

#[test]
fn a_stream_of_another_table_is_an_error() {
    for columns in [1, 2, 4, 5] {
        for masked in 0..=columns {
            let mut list = vec![("text", None); columns];
            if let Some(column) = list.get_mut(masked) {
                column.1 = Some(Spec::new(Kind::Text));
            }
            for format in FORMATS {
                let result = mask_in_pieces(format, &layout(&list), &encode(format, &small_rows()), &[]);
                assert!(
                    matches!(result, Err(Error::Stream { .. })),
                    "{format:?} {columns} columns"
                );
            }
        }
    }
}

#[test]
fn garbage_and_trailing_bytes_are_errors() {
    let layout = layout(&[("text", Some(Spec::new(Kind::Email)))]);
    let mut stream = encode(CopyFormat::Binary, &[vec![Some(b"a".to_vec())]]);
    stream.push(0);
    assert!(mask_in_pieces(CopyFormat::Binary, &layout, &stream, &[]).is_err());
    assert!(mask_in_pieces(CopyFormat::Binary, &layout, &[7; 64], &[]).is_err());
    assert!(RowCounter::new(CopyFormat::Binary).feed(&[7; 64]).is_err());
}

#[test]
fn a_value_that_cannot_be_decoded_is_an_error_and_names_its_column_only() {
    for (base_type, kind, value) in [
        ("int4", Kind::Financial, &b"secret"[..]),
        ("date", Kind::Date, b"secret"),
        ("timestamptz", Kind::Date, b"2024-01-01 00:00:00 PST"),
        ("uuid", Kind::Uuid, b"secret"),
        ("inet", Kind::Ip, b"secret"),
        ("text", Kind::Email, b"secret\xff"),
        ("jsonb", Kind::Json, b"{\"secret\":"),
        ("_text", Kind::Email, b"{secret"),
    ] {
        for format in FORMATS {
            let stream = encode(format, &[vec![Some(value.to_vec())]]);
            let layout = layout(&[(base_type, Some(Spec::new(kind)))]);
            let error = mask_in_pieces(format, &layout, &stream, &[]).unwrap_err();
            assert!(matches!(error, Error::Value { .. }), "{base_type} {format:?}: {error}");
            assert!(!error.to_string().contains("secret"));
        }
    }
}

#[test]
fn a_table_without_columns_has_rows() {
    for format in FORMATS {
        let (_, totals) = mask_in_pieces(format, &layout(&[]), &encode(format, &[vec![], vec![]]), &[]).unwrap();
        assert_eq!(totals.rows, 2);
    }
}
