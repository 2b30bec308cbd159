//! Replacements that depend on the rest of the row: entities, subjects, conditions, templates, exchanged values.
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]
#![allow(clippy::unnecessary_wraps, reason = "a field may be NULL")]

use crate::support::{Field, decode, encode, key};
use nova_anonymization::{
    Action, Case, ColumnLayout, CopyFormat, Entity, Error, External, ExternalRequest, JsonLeaf, Kind, MaskingKey,
    Parameters, Spec, TableLayout, TableMasker,
};
use proptest::prelude::*;
use serde_json::json;

fn layout(columns: &[(&str, &str, Option<Spec>)]) -> TableLayout {
    TableLayout {
        columns: columns
            .iter()
            .map(|(name, base_type, spec)| ColumnLayout {
                name: (*name).to_owned(),
                base_type: (*base_type).to_owned(),
                action: spec.clone().map_or(Action::Pass, Action::Mask),
            })
            .collect(),
    }
}

fn build(kind: Kind, parameters: serde_json::Value) -> Spec {
    let parameters: Parameters = serde_json::from_value(parameters).unwrap();
    Spec::build(kind, &parameters).unwrap()
}

fn of_entity(kind: Kind, entity_key: &str) -> Spec {
    Spec {
        entity: Some(Entity {
            name: "customer".to_owned(),
            key: entity_key.to_owned(),
            gender: None,
        }),
        ..Spec::new(kind)
    }
}

fn field(text: &str) -> Field {
    Some(text.as_bytes().to_vec())
}

fn run(format: CopyFormat, layout: &TableLayout, rows: &[Vec<Field>], cut: usize) -> Result<Vec<Vec<Field>>, Error> {
    let mut masker = TableMasker::compile(format, layout, &key(), None)?.with_external(Box::new(Upper));
    let mut out = Vec::new();
    for piece in encode(format, rows).chunks(cut.max(1)) {
        masker.feed(piece, &mut out)?;
    }
    let totals = masker.finish(&mut out)?;
    assert_eq!(totals.rows, rows.len() as u64);
    Ok(decode(format, &out))
}

fn text_of(field: &Field) -> String {
    String::from_utf8(field.clone().unwrap()).unwrap()
}

/// A program that answers in capitals.
struct Upper;

impl External for Upper {
    fn replace(&mut self, request: &ExternalRequest, values: &[String]) -> Result<Vec<Option<String>>, String> {
        assert_eq!(request.command, ["upper"]);
        Ok(values.iter().map(|value| Some(value.to_uppercase())).collect())
    }
}

#[test]
fn a_record_reads_as_one_person_in_every_table() {
    let users = layout(&[
        ("id", "text", None),
        ("first", "text", Some(of_entity(Kind::FirstName, "id"))),
        ("last", "text", Some(of_entity(Kind::LastName, "id"))),
        ("full", "text", Some(of_entity(Kind::Name, "id"))),
        ("mail", "text", Some(of_entity(Kind::Email, "id"))),
        ("login", "text", Some(of_entity(Kind::Username, "id"))),
        ("initials", "text", Some(of_entity(Kind::Initials, "id"))),
    ]);
    let orders = layout(&[
        ("customer", "text", None),
        ("name", "text", Some(of_entity(Kind::Name, "customer"))),
        (
            "doc",
            "jsonb",
            Some(Spec {
                leaves: vec![JsonLeaf {
                    path: "$.buyer".to_owned(),
                    spec: Some(of_entity(Kind::Name, "customer")),
                }],
                ..Spec::new(Kind::Json)
            }),
        ),
    ]);
    let user = [
        "7",
        "Jean",
        "Dupont",
        "Jean DUPONT",
        "jean.dupont@free.fr",
        "jdupont",
        "J.D.",
    ];
    let rows = run(
        CopyFormat::Text,
        &users,
        &[user.iter().map(|text| field(text)).collect()],
        5,
    )
    .unwrap();
    let row: Vec<String> = rows[0].iter().map(text_of).collect();
    let (first, last) = (&row[1], &row[2]);
    assert_eq!(row[3], format!("{first} {}", last.to_uppercase()));
    let plain = |text: &str| {
        text.chars()
            .filter(char::is_ascii_alphabetic)
            .collect::<String>()
            .to_lowercase()
    };
    let local = row[4].split('@').next().unwrap();
    assert!(local.starts_with(&plain(first)[..2]), "{local} is {first}'s");
    assert_eq!(
        local.trim_end_matches(|c: char| c.is_ascii_digit()),
        row[5].trim_end_matches(|c: char| c.is_ascii_digit())
    );
    let initial = |name: &str| name.chars().next().unwrap();
    assert_eq!(
        initial(&row[6]),
        plain(first).to_uppercase().chars().next().unwrap_or(initial(first))
    );
    let document = b"\x01{\"buyer\": \"Jean Dupont\", \"n\": 1}".to_vec();
    let order = vec![field("7"), field("Jean Dupont"), Some(document)];
    let rows = run(CopyFormat::Binary, &orders, &[order], 1000).unwrap();
    assert_eq!(text_of(&rows[0][1]), format!("{first} {last}"));
    let document = text_of(&rows[0][2]);
    assert_eq!(document, format!("\u{1}{{\"buyer\": \"{first} {last}\", \"n\": 1}}"));
}

#[test]
fn an_e_mail_address_stands_for_its_owner() {
    let people = layout(&[
        ("email", "text", Some(Spec::new(Kind::Email))),
        ("first", "text", Some(of_entity(Kind::FirstName, "email"))),
        ("city", "text", Some(of_entity(Kind::City, "email"))),
        ("code", "text", Some(of_entity(Kind::PostCode, "email"))),
        ("department", "text", Some(of_entity(Kind::Department, "email"))),
    ]);
    for index in 0..50 {
        let row = [&format!("user{index}@free.fr"), "Jean", "Paris", "75001", "75"]
            .map(field)
            .to_vec();
        let rows = run(CopyFormat::Text, &people, &[row], 1000).unwrap();
        let row: Vec<String> = rows[0].iter().map(text_of).collect();
        let letters: String = row[1].chars().filter(char::is_ascii_alphabetic).collect();
        let local: String = row[0].split('.').next().unwrap().to_owned();
        assert!(local.len() + 2 > letters.len(), "{row:?}");
        assert!(row[0].to_lowercase().starts_with(&local));
        let expected = if row[4].starts_with("2A") || row[4].starts_with("2B") {
            "20"
        } else {
            &row[4]
        };
        assert!(row[3].starts_with(expected), "{row:?}: one address");
        // The address itself becomes what it becomes anywhere.
        assert_eq!(
            row[0],
            crate::support::mask_one(&Spec::new(Kind::Email), &format!("user{index}@free.fr"))
        );
    }
}

#[test]
fn intervals_of_one_subject_survive() {
    let shift = Some(build(Kind::ShiftDate, json!({"subject": "patient"})));
    let stays = layout(&[
        ("patient", "int8", None),
        ("admitted", "date", shift.clone()),
        ("left_at", "timestamptz", shift),
    ]);
    let day: i64 = 86_400_000_000;
    let row = |patient: i64, admitted: i32| -> Vec<Field> {
        vec![
            Some(patient.to_be_bytes().to_vec()),
            Some(admitted.to_be_bytes().to_vec()),
            Some((i64::from(admitted + 9) * day + 5).to_be_bytes().to_vec()),
        ]
    };
    let before = [row(1, 8000), row(1, 8400), row(2, 8000)];
    let after = run(CopyFormat::Binary, &stays, &before, 7).unwrap();
    let admitted = |row: &[Field]| i64::from(i32::from_be_bytes(row[1].clone().unwrap().try_into().unwrap()));
    let left = |row: &[Field]| i64::from_be_bytes(row[2].clone().unwrap().try_into().unwrap());
    for row in &after {
        assert_eq!(left(row) - admitted(row) * day, 9 * day + 5);
    }
    assert_eq!(admitted(&after[1]) - admitted(&after[0]), 400);
    assert_ne!(admitted(&after[0]), 8000);
    assert_ne!(admitted(&after[0]), admitted(&after[2]), "subjects move apart");
}

#[test]
fn conditions_read_the_originals_of_the_row() {
    let case = |when: Option<&str>, spec: Spec| Case {
        when: when.map(str::to_owned),
        spec,
    };
    let chain = Spec {
        cases: vec![
            case(Some("country == 'FR' and age >= 18"), Spec::new(Kind::Redact)),
            case(Some("row.country == none"), Spec::new(Kind::Null)),
            case(Some("value is startingwith('+')"), Spec::new(Kind::MaskCharacters)),
        ],
        ..Spec::new(Kind::Chain)
    };
    let table = layout(&[
        ("country", "text", Some(Spec::new(Kind::Country))),
        ("age", "int4", Some(Spec::new(Kind::Financial))),
        ("phone", "text", Some(chain)),
    ]);
    let rows = [
        vec![field("FR"), field("18"), field("0612345678")],
        vec![field("FR"), field("17"), field("0612345678")],
        vec![None, field("40"), field("0612345678")],
        vec![field("BE"), field("40"), field("+32 12")],
    ];
    let masked = run(CopyFormat::Text, &table, &rows, 3).unwrap();
    let phones: Vec<Option<String>> = masked
        .iter()
        .map(|row| row[2].as_ref().map(|_| text_of(&row[2])))
        .collect();
    assert_eq!(
        phones,
        [
            Some("[redacted]".to_owned()),
            Some("0612345678".to_owned()),
            None,
            Some("+** **".to_owned())
        ]
    );
    assert_ne!(text_of(&masked[0][0]), "FR");
    let typed: Vec<Vec<Field>> = rows
        .iter()
        .map(|row| {
            let mut row = row.clone();
            let age: i32 = text_of(&row[1]).parse().unwrap();
            row[1] = Some(age.to_be_bytes().to_vec());
            row
        })
        .collect();
    let binary = run(CopyFormat::Binary, &table, &typed, 11).unwrap();
    for (a, b) in masked.iter().zip(&binary) {
        assert_eq!((&a[0], &a[2]), (&b[0], &b[2]), "both formats agree");
    }
}

#[test]
fn templates_take_generated_values_columns_and_replacements() {
    let template = |text: &str| Some(build(Kind::Template, json!({"template": text})));
    let table = layout(&[
        (
            "mail",
            "text",
            template("{{ new.login }}+{{ row.site }}@{{ 'example.org' }}"),
        ),
        ("login", "text", Some(Spec::new(Kind::Username))),
        ("site", "text", None),
        ("badge", "text", template("{{ digits(4) }}-{{ code }}")),
    ]);
    let rows = run(
        CopyFormat::Text,
        &table,
        &[["x@y.fr", "jd", "lyon", "17"].map(field).to_vec()],
        4,
    )
    .unwrap();
    let row: Vec<String> = rows[0].iter().map(text_of).collect();
    assert_eq!(row[0], format!("{}+lyon@example.org", row[1]));
    assert_eq!(row[3].len(), 4 + 1 + 16);
    let circular = layout(&[
        ("a", "text", template("{{ new.b }}")),
        ("b", "text", template("{{ new.a }}")),
    ]);
    let refused = TableMasker::compile(CopyFormat::Text, &circular, &key(), None);
    assert!(matches!(refused, Err(Error::Inapplicable { .. })));
    let unknown = layout(&[("a", "text", template("{{ row.absent }}"))]);
    assert!(matches!(
        TableMasker::compile(CopyFormat::Text, &unknown, &key(), None),
        Err(Error::UnknownColumn { .. })
    ));
}

#[test]
fn shuffled_columns_keep_their_values_and_their_sums_per_group() {
    for format in [CopyFormat::Text, CopyFormat::Binary] {
        let table = layout(&[
            ("shop", "text", None),
            ("amount", "text", Some(build(Kind::Shuffle, json!({"within": "shop"})))),
        ]);
        // More rows than a block holds.
        let rows: Vec<Vec<Field>> = (0..5000)
            .map(|n| {
                let amount = if n % 50 == 0 {
                    None
                } else {
                    field(&format!("{n}\t\\.{}", n * 7))
                };
                vec![field(&format!("shop {}", n % 3)), amount]
            })
            .collect();
        let masked = run(format, &table, &rows, 4000).unwrap();
        let moved = rows
            .iter()
            .zip(&masked)
            .filter(|(before, after)| before[1] != after[1])
            .count();
        assert!(moved > 4800, "{moved} of 5000 moved");
        for block in [0..4096, 4096..5000] {
            let of = |rows: &[Vec<Field>], shop: &Field| {
                let mut amounts: Vec<Field> = rows[block.clone()]
                    .iter()
                    .filter(|row| row[0] == *shop)
                    .map(|row| row[1].clone())
                    .collect();
                amounts.sort();
                amounts
            };
            for shop in ["shop 0", "shop 1", "shop 2"].map(field) {
                assert_eq!(of(&rows, &shop), of(&masked, &shop));
            }
        }
    }
}

#[test]
fn a_program_replaces_values_where_it_is_allowed() {
    let table = layout(&[
        ("id", "int4", None),
        (
            "note",
            "text",
            Some(build(Kind::External, json!({"command": ["upper"]}))),
        ),
    ]);
    let rows: Vec<Vec<Field>> = (0..10_000)
        .map(|n| {
            vec![
                field(&n.to_string()),
                (n % 7 != 0).then(|| format!("a\tb{n}").into_bytes()),
            ]
        })
        .collect();
    let masked = run(CopyFormat::Text, &table, &rows, 30_000).unwrap();
    for (before, after) in rows.iter().zip(&masked) {
        assert_eq!(before[0], after[0]);
        assert_eq!(after[1], before[1].as_ref().map(|value| value.to_ascii_uppercase()));
    }
    let mut refused = TableMasker::compile(CopyFormat::Text, &table, &key(), None).unwrap();
    let mut out = Vec::new();
    refused.feed(b"1\tx\n", &mut out).unwrap();
    assert!(matches!(refused.finish(&mut out), Err(Error::External { .. })));
    assert!(out.is_empty(), "nothing passes unmasked");
}

fn arbitrary_rows() -> impl Strategy<Value = Vec<Vec<Field>>> {
    let value = prop_oneof![
        Just(None),
        "[a-z@. é]{0,12}".prop_map(|text| Some(text.into_bytes())),
        Just(Some(b"C:\\New folder\\.\\N".to_vec())),
        Just(Some(b"\\N".to_vec())),
        Just(Some(b"tab\tline\nreturn\r\\.".to_vec())),
    ];
    let any = prop_oneof![Just(None), proptest::collection::vec(any::<u8>(), 0..12).prop_map(Some)];
    proptest::collection::vec(
        (value.clone(), any.clone(), value, any).prop_map(|(a, b, c, d)| vec![a, b, c, d]),
        0..12,
    )
}

proptest! {
    #[test]
    fn what_is_not_touched_survives_row_by_row_however_the_stream_is_cut(rows in arbitrary_rows(), cut in 1usize..40) {
        let table = layout(&[
            ("key", "text", None),
            ("bytes", "bytea", None),
            ("name", "text", Some(of_entity(Kind::Name, "key"))),
            ("other", "bytea", Some(Spec::new(Kind::Shuffle))),
        ]);
        for format in [CopyFormat::Binary, CopyFormat::Text] {
            let masked = run(format, &table, &rows, cut).unwrap();
            prop_assert_eq!(masked.len(), rows.len());
            for (before, after) in rows.iter().zip(&masked) {
                prop_assert_eq!(&before[0], &after[0]);
                prop_assert_eq!(&before[1], &after[1]);
                prop_assert_eq!(before[2].is_none(), after[2].is_none());
            }
            let sorted = |rows: &[Vec<Field>]| {
                let mut values: Vec<Field> = rows.iter().map(|row| row[3].clone()).collect();
                values.sort();
                values
            };
            prop_assert_eq!(sorted(&rows), sorted(&masked));
            prop_assert_eq!(run(format, &table, &rows, 1000).unwrap(), masked);
        }
    }

    #[test]
    fn broken_streams_are_errors(bytes in proptest::collection::vec(any::<u8>(), 0..80), binary: bool) {
        let table = layout(&[("key", "text", None), ("name", "text", Some(of_entity(Kind::Name, "key")))]);
        let format = if binary { CopyFormat::Binary } else { CopyFormat::Text };
        let mut masker = TableMasker::compile(format, &table, &MaskingKey::new([1; 32]), None).unwrap();
        let mut out = Vec::new();
        let mut stream = if binary { b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec() } else { Vec::new() };
        stream.extend_from_slice(&bytes);
        let _ = masker.feed(&stream, &mut out).and_then(|()| masker.finish(&mut out));
    }
}
