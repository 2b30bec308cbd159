//! Values that break naive codecs survive: byte for byte where nothing is replaced, and deterministically where it is.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use nova_e2e::servers::{self, PRODUCTION, TARGET};
use nova_e2e::{Project, Session, random};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;

/// Batches of values per run, and rows per batch.
const CASES: usize = 64;
const ROWS: usize = 12;

/// Columns of built-in types, whose tables travel in the binary form. The names mean nothing, so that detection keeps
/// out of it.
const BUILT_IN: &[(&str, &str)] = &[
    ("c_text", "text"),
    ("c_varchar", "varchar(200)"),
    ("c_bpchar", "char(12)"),
    ("c_internal", "\"char\""),
    ("c_bytea", "bytea"),
    ("c_numeric", "numeric"),
    ("c_double", "double precision"),
    ("c_real", "real"),
    ("c_bigint", "bigint"),
    ("c_bool", "boolean"),
    ("c_timestamptz", "timestamptz"),
    ("c_timestamp", "timestamp"),
    ("c_date", "date"),
    ("c_time", "time"),
    ("c_timetz", "timetz"),
    ("c_interval", "interval"),
    ("c_json", "json"),
    ("c_jsonb", "jsonb"),
    ("c_texts", "text[]"),
    ("c_grid", "integer[]"),
    ("c_moments", "timestamptz[]"),
    ("c_documents", "jsonb[]"),
    ("c_range", "int4range"),
    ("c_span", "tstzrange"),
    ("c_amounts", "numrange"),
    ("c_bits", "bit varying(40)"),
    ("c_mask", "bit(9)"),
    ("c_uuid", "uuid"),
    ("c_cidr", "cidr"),
    ("c_mac", "macaddr8"),
    ("c_point", "point"),
    ("c_polygon", "polygon"),
    ("c_vector", "tsvector"),
    ("c_query", "tsquery"),
    ("c_lsn", "pg_lsn"),
    ("c_many", "int4multirange"),
];

/// Columns whose types carry an oid of this database in their binary form: their tables travel as text.
const USER_DEFINED: &[(&str, &str)] = &[
    ("d_mood", "mood"),
    ("d_moods", "mood[]"),
    ("d_pair", "pair"),
    ("d_pairs", "pair[]"),
    ("d_code", "code"),
    ("d_codes", "code[]"),
    ("d_band", "band"),
];

/// What a fixed table holds: the worst known values per column.
const WORST: &[(&str, &[&str])] = &[
    (
        "c_text",
        &[
            "",
            "\\N",
            "\\.",
            "C:\\New folder\\.\\N",
            "\\",
            "\\\\",
            "a\tb\nc\rd\r\ne",
            "\u{8}\u{b}\u{c}\u{1}\u{1f}\u{7f}",
            "'\"`$$",
            "🦷👩🏽‍⚕️é\u{301}\u{202e}",
            "NULL",
            "null",
            " ",
            "\\x41",
            "{}",
            "\u{feff}",
            "\u{10ffff}",
        ],
    ),
    ("c_varchar", &["", "\\N\\N", "\\.", "\t"]),
    ("c_bpchar", &["", "ab  ", "\\.", "\\N"]),
    ("c_internal", &["", "a", "\\"]),
    ("c_bytea", &["\\x", "\\x00", "\\x5c4e", "\\x5c2e0a", "\\x0d0a09ff00fe"]),
    (
        "c_numeric",
        &[
            "NaN",
            "0",
            "-0.000",
            "1e131071",
            "1e-16383",
            "123456789012345678901234567890.123456789",
            "100",
            "1.10",
            "0.0001",
        ],
    ),
    (
        "c_double",
        &[
            "NaN",
            "Infinity",
            "-Infinity",
            "-0",
            "1.7976931348623157e308",
            "5e-324",
            "0.1",
        ],
    ),
    (
        "c_real",
        &["NaN", "Infinity", "-Infinity", "-0", "3.4028235e38", "1e-45"],
    ),
    ("c_bigint", &["-9223372036854775808", "9223372036854775807", "0"]),
    ("c_bool", &["t", "f"]),
    (
        "c_timestamptz",
        &[
            "infinity",
            "-infinity",
            "4713-01-01 00:00:00+00 BC",
            "294276-12-31 23:59:59.999999+00",
            "2024-02-29 23:59:59.999999+00",
        ],
    ),
    (
        "c_timestamp",
        &["infinity", "-infinity", "4713-01-01 00:00:00 BC", "2000-01-01 00:00:00"],
    ),
    (
        "c_date",
        &["infinity", "-infinity", "4713-01-01 BC", "5874897-12-31", "1999-12-31"],
    ),
    ("c_time", &["24:00:00", "00:00:00", "23:59:59.999999"]),
    (
        "c_timetz",
        &["24:00:00-15:59:59", "00:00:00+15:59:59", "12:00:00.000001+00"],
    ),
    (
        "c_interval",
        &[
            "178000000 years",
            "-178000000 years",
            "1 mon -1 day 00:00:00.000001",
            "00:00:00",
        ],
    ),
    (
        "c_json",
        &[
            "null",
            "\"\"",
            "{\"a\":1,\"a\":2}",
            " [ 1 ,2 ] ",
            "\"\\u00e9\\\\N\"",
            "1E400",
            "\"\\\\.\"",
        ],
    ),
    (
        "c_jsonb",
        &[
            "null",
            "\"\\\\N\"",
            "0",
            "-0.0",
            "true",
            "[]",
            "{\"\": null}",
            "1e300",
            "\"🦷\\n\\t\"",
        ],
    ),
    (
        "c_texts",
        &[
            "{}",
            "{NULL}",
            "{\"NULL\",null,\"\"}",
            "{{a,b},{c,d}}",
            "[0:1]={x,y}",
            "{\"\\\\N\",\"a,b\",\"{}\",\"\\\"\"}",
            "{\"\n\t\"}",
        ],
    ),
    (
        "c_grid",
        &["{}", "{{1,2},{3,NULL}}", "[-1:0][2:3]={{1,2},{3,4}}", "{{{1}}}"],
    ),
    ("c_moments", &["{infinity,-infinity,NULL}"]),
    ("c_documents", &["{null,NULL,\"[1]\"}"]),
    ("c_range", &["empty", "(,)", "[1,5)", "[2147483647,]"]),
    (
        "c_span",
        &["empty", "[-infinity,infinity]", "(,2024-01-01 00:00:00+00)"],
    ),
    ("c_amounts", &["(NaN,]", "[1.10,1.1]", "empty"]),
    ("c_bits", &["", "0", "1010101010101010101"]),
    ("c_mask", &["000000000", "111111111"]),
    (
        "c_uuid",
        &[
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ],
    ),
    ("c_cidr", &["0.0.0.0/0", "::/0", "2001:db8::/32"]),
    ("c_mac", &["00:00:00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff:ff:ff"]),
    ("c_point", &["(NaN,Infinity)", "(0,-0)"]),
    ("c_polygon", &["((0,0),(1e300,1),(2,-2))"]),
    ("c_vector", &["", "'\\\\N':1A 'a b':2,3B", "''''"]),
    ("c_query", &["'a' & !('b' | 'c':*)", "'\\\\.'"]),
    ("c_lsn", &["0/0", "FFFFFFFF/FFFFFFFF"]),
    ("c_many", &["{}", "{[1,3),[5,)}", "{(,)}"]),
    ("d_mood", &["", "so, so", "\\N", "gut \"\"", "héhé"]),
    (
        "d_moods",
        &[
            "{}",
            "{NULL,\"\"}",
            "{\"\\\\N\",\"so, so\"}",
            "{{\"\",héhé},{\"so, so\",NULL}}",
        ],
    ),
    (
        "d_pair",
        &["(,)", "(1,\"\")", "(1,\"\\\\N\")", "(-1,\"a,(b)\"\"\n\t\")"],
    ),
    ("d_pairs", &["{}", "{NULL,\"(,)\"}", "{\"(1,\\\"\\\\\\\\N\\\")\"}"]),
    ("d_code", &["", "\\.", "\\N", "é\n"]),
    ("d_codes", &["{\"\",NULL,\"\\\\.\"}"]),
    ("d_band", &["empty", "[\"\",b)", "(,\"\\\\N\"]"]),
    ("e_store", &["", "\"\\\\N\"=>NULL, \"\"=>\"\"", "\"a\\tb\"=>\"\\\\.\""]),
    ("e_folded", &["", "\\N", "Ça\t\\."]),
];

/// Databases with the two tables, on servers that have the optional types where the installation does.
struct Bench {
    production: String,
    test: String,
    text_columns: Vec<(&'static str, &'static str)>,
    binary_columns: Vec<(&'static str, &'static str)>,
}

impl Bench {
    fn new() -> Self {
        let production = servers::empty(&PRODUCTION, "values");
        let session = Session::open(&production);
        session.run(
            "CREATE TYPE mood AS ENUM ('', 'so, so', E'\\\\N', 'gut \"\"', 'héhé');
             CREATE TYPE pair AS (number integer, words text);
             CREATE DOMAIN code AS text CHECK (length(VALUE) < 100);
             CREATE TYPE band AS RANGE (subtype = text, collation = \"C\")",
        );
        let version = session.number("SELECT current_setting('server_version_num')::int / 10000");
        let mut binary_columns = BUILT_IN.to_vec();
        binary_columns.retain(|(_, kind)| version >= 14 || !kind.contains("multirange"));
        let mut text_columns = [&binary_columns[..], USER_DEFINED].concat();
        for (extension, column, kind) in [("hstore", "e_store", "hstore"), ("citext", "e_folded", "citext")] {
            let there = format!("SELECT count(*) FROM pg_available_extensions WHERE name = '{extension}'");
            if session.number(&there) == 1 {
                session.run(&format!("CREATE EXTENSION {extension}"));
                text_columns.push((column, kind));
            }
        }
        for (table, columns) in [("as_binary", &binary_columns), ("as_text", &text_columns)] {
            let list: Vec<String> = columns.iter().map(|(name, kind)| format!("{name} {kind}")).collect();
            session.run(&format!(
                "CREATE TABLE {table} (id integer PRIMARY KEY, origin text, touched text, {}, untouched text)",
                list.join(", ")
            ));
        }
        Self {
            production,
            test: servers::old_target(&TARGET),
            text_columns,
            binary_columns,
        }
    }

    fn tables(&self) -> [(&'static str, &[(&'static str, &'static str)]); 2] {
        [("as_binary", &self.binary_columns), ("as_text", &self.text_columns)]
    }

    /// Inserts a row into both tables; a column that is not mentioned is NULL.
    fn insert(&self, session: &Session, id: i32, origin: &str, values: &BTreeMap<&str, Option<String>>) {
        for (table, columns) in self.tables() {
            let mut names = vec!["id", "origin"];
            let mut places = vec!["$1".to_owned(), "$2".to_owned()];
            let mut parameters: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> = vec![&id, &origin];
            for (name, kind) in [("touched", "text"), ("untouched", "text")].iter().chain(columns) {
                if let Some(value) = values.get(name) {
                    parameters.push(value);
                    names.push(name);
                    places.push(format!("${}::text::{kind}", parameters.len()));
                }
            }
            let sql = format!(
                "INSERT INTO {table} ({}) VALUES ({})",
                names.join(", "),
                places.join(", ")
            );
            session.execute(&sql, &parameters);
        }
    }

    /// Clones, and compares every value.
    fn survives(&self) {
        let project = Project::new(&self.production, &self.test);
        project.write(
            "rules.json",
            r#"{"rules": [
                {"tableName": "as_binary", "columnName": "touched", "anonymizationType": "text"},
                {"tableName": "as_text", "columnName": "touched", "anonymizationType": "text"}
            ]}"#,
        );
        let result = project.clone_to_test(&["--policy", "off"]).exits(0).json();
        assert_eq!(result["anonymized"]["columns"], 2, "detection took part: {result:#}");
        let first = self.touched(&self.test);
        self.assert_untouched();

        project.clone_to_test(&["--policy", "off"]).exits(0);
        let second = self.touched(&self.test);
        for (one, other) in first.iter().zip(&second) {
            assert_eq!(one, other, "two clones with one key differ");
        }
        let originals = self.touched(&self.production);
        assert_eq!(originals.len(), first.len());
        for (original, replaced) in originals.iter().zip(&first) {
            assert_eq!(original[..2], replaced[..2]);
            match (&original[2], &replaced[2]) {
                (None, None) => {}
                (Some(original), Some(replaced)) if original.is_empty() => assert_eq!(replaced, ""),
                // Punctuation tells nothing of anybody: it stays.
                (Some(original), Some(replaced)) if !original.contains(char::is_alphanumeric) => {
                    assert_eq!(original.chars().count(), replaced.chars().count());
                }
                (Some(original), Some(replaced)) => {
                    assert_ne!(original, replaced, "kept although a rule replaces it");
                    assert!(!replaced.is_empty(), "{original:?} became empty");
                }
                other => panic!("NULL and a text were exchanged: {other:?}"),
            }
        }
    }

    fn touched(&self, url: &str) -> Vec<Vec<Option<String>>> {
        let session = Session::open(url);
        let tables = self
            .tables()
            .map(|(table, _)| session.rows(&format!("SELECT '{table}', id, touched FROM {table} ORDER BY id")));
        tables.concat()
    }

    /// As text; and, where the type is built in, as the server sends it in binary.
    fn assert_untouched(&self) {
        let (source, copy) = (Session::open(&self.production), Session::open(&self.test));
        for session in [&source, &copy] {
            session.run("SET timezone = 'UTC'; SET intervalstyle = 'postgres'; SET extra_float_digits = 3");
        }
        for (table, columns) in self.tables() {
            for (column, kind) in columns.iter().chain(&[("untouched", "text"), ("origin", "text")]) {
                let send = source.rows(&format!(
                    "SELECT typsend::text FROM pg_type WHERE oid = '{kind}'::regtype AND oid < 16384"
                ));
                let sent = match send.first() {
                    Some(row) => format!("encode({}({column}), 'hex')", row[0].as_ref().unwrap()),
                    None => "NULL::text".to_owned(),
                };
                let query = format!("SELECT id, {column}::text, {sent} FROM {table} ORDER BY id");
                let (left, right) = (source.rows(&query), copy.rows(&query));
                assert_eq!(left.len(), right.len(), "rows of {table}");
                let difference = left.iter().zip(&right).find(|(left, right)| left != right);
                assert_eq!(difference, None, "{table}.{column} ({kind})");
            }
        }
    }
}

#[test]
fn the_worst_known_values_survive() {
    let bench = Bench::new();
    let session = Session::open(&bench.production);
    let mut id = 0;
    bench.insert(&session, id, "all NULL", &BTreeMap::new());
    let texts = WORST[0].1;
    for (column, values) in WORST {
        for value in *values {
            id += 1;
            let text = texts[usize::try_from(id).unwrap() % texts.len()];
            let row = BTreeMap::from([
                (*column, Some((*value).to_owned())),
                (
                    "touched",
                    Some(if *column == "c_text" { *value } else { text }.to_owned()),
                ),
                ("untouched", Some(text.to_owned())),
            ]);
            bench.insert(&session, id, column, &row);
        }
    }
    bench.survives();
}

/// Text of the characters that codecs stumble over, never NUL.
fn text() -> BoxedStrategy<String> {
    let nasty = prop::sample::select(vec![
        "\\",
        "\\N",
        "\\.",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "\"",
        "'",
        "''",
        ",",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "\u{1}",
        "\u{8}",
        "\u{b}",
        "\u{c}",
        "\u{1b}",
        "\u{7f}",
        "NULL",
        "null",
        " ",
        "🦷",
        "👩🏽‍⚕️",
        "é",
        "e\u{301}",
        "ß",
        "漢",
        "\u{202e}",
        "\u{feff}",
        "\\x00",
        "\\t",
        "\\\\",
        "$$",
        "%",
        "0",
        "a",
        "N",
        ".",
    ])
    .prop_map(str::to_owned);
    let control = (1u8..32).prop_map(|byte| char::from(byte).to_string());
    let any = any::<char>()
        .prop_filter("no NUL", |c| *c != '\0')
        .prop_map(String::from);
    prop::collection::vec(prop_oneof![6 => nasty, 1 => control, 2 => any], 0..14)
        .prop_map(|parts| parts.concat())
        .boxed()
}

/// As an element of an array, a field of a composite or a bound of a range, quoted whatever it is.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn json() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        (-1e300f64..1e300).prop_map(Into::into),
        text().prop_map(Into::into),
    ];
    let tree = leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            // Keys that mean nothing: what a key names would be taken for personal data.
            prop::collection::btree_map("k[0-9\\\\\"]{0,3}", inner, 0..4)
                .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
        ]
    });
    tree.prop_map(|value| value.to_string()).boxed()
}

/// A value of a column in the server's text form; none where only the fixed table has values.
fn value_of(column: &'static str) -> Option<BoxedStrategy<String>> {
    let element = || prop_oneof![1 => Just("NULL".to_owned()), 5 => text().prop_map(|text| quoted(&text))];
    Some(match column {
        "c_text" | "untouched" | "touched" | "e_folded" => text(),
        "c_varchar" | "d_code" => text().prop_map(|text| text.chars().take(90).collect()).boxed(),
        "c_bpchar" => text().prop_map(|text| text.chars().take(12).collect()).boxed(),
        "c_bytea" => prop::collection::vec(any::<u8>(), 0..40)
            .prop_map(|bytes| {
                bytes
                    .iter()
                    .fold("\\x".to_owned(), |text, byte| format!("{text}{byte:02x}"))
            })
            .boxed(),
        "c_numeric" => "-?[0-9]{1,40}(\\.[0-9]{1,30})?".boxed(),
        "c_double" => any::<f64>()
            .prop_map(|number| format!("{number:e}").replace("inf", "Infinity"))
            .boxed(),
        "c_real" => any::<f32>()
            .prop_map(|number| format!("{number:e}").replace("inf", "Infinity"))
            .boxed(),
        "c_bigint" => any::<i64>().prop_map(|number| number.to_string()).boxed(),
        "c_interval" => (any::<i16>(), any::<i16>(), any::<i32>())
            .prop_map(|(months, days, micros)| format!("{months} mons {days} days {micros} microseconds"))
            .boxed(),
        "c_timestamptz" | "c_timestamp" => (0..60_000_000_000_000_i64)
            .prop_map(|micros| {
                format!(
                    "{:04}-01-01 00:{:02}:{:02}.{:06}+00",
                    1 + micros % 9999,
                    micros % 60,
                    micros % 59,
                    micros % 1_000_000
                )
            })
            .boxed(),
        "c_json" | "c_jsonb" => json(),
        "c_texts" | "d_codes" => prop::collection::vec(element(), 0..5)
            .prop_map(|parts| format!("{{{}}}", parts.join(",")))
            .boxed(),
        "c_grid" => (1usize..4, 1usize..4, -5i32..5, any::<i32>())
            .prop_map(|(rows, columns, lower, number)| {
                let row = format!("{{{}}}", vec![number.to_string(); columns].join(","));
                let upper = lower + i32::try_from(rows).unwrap() - 1;
                format!("[{lower}:{upper}][1:{columns}]={{{}}}", vec![row; rows].join(","))
            })
            .boxed(),
        "c_range" => (any::<i16>(), 0..100i32)
            .prop_map(|(from, length)| format!("[{from},{}]", i32::from(from) + length))
            .boxed(),
        "c_bits" => "[01]{0,40}".boxed(),
        "d_mood" => prop::sample::select(vec!["", "so, so", "\\N", "gut \"\"", "héhé"])
            .prop_map(str::to_owned)
            .boxed(),
        "d_moods" => prop::collection::vec(
            prop::sample::select(vec![
                "NULL".to_owned(),
                quoted(""),
                quoted("so, so"),
                quoted("\\N"),
                quoted("gut \"\""),
                quoted("héhé"),
            ]),
            0..6,
        )
        .prop_map(|parts| format!("{{{}}}", parts.join(",")))
        .boxed(),
        "d_pair" => (any::<i32>(), text())
            .prop_map(|(number, words)| format!("({number},{})", quoted(&words)))
            .boxed(),
        "d_pairs" => prop::collection::vec((any::<i32>(), text()), 0..4)
            .prop_map(|pairs| {
                let pairs: Vec<String> = pairs
                    .iter()
                    .map(|(number, words)| quoted(&format!("({number},{})", quoted(words))))
                    .collect();
                format!("{{{}}}", pairs.join(","))
            })
            .boxed(),
        "d_band" => text().prop_map(|text| format!("[{},)", quoted(&text))).boxed(),
        "e_store" => prop::collection::btree_map(text(), prop::option::of(text()), 0..4)
            .prop_map(|pairs| {
                let pairs = pairs.into_iter().map(|(key, value)| {
                    format!(
                        "{}=>{}",
                        quoted(&key),
                        value.map_or("NULL".to_owned(), |value| quoted(&value))
                    )
                });
                pairs.collect::<Vec<_>>().join(", ")
            })
            .boxed(),
        _ => return None,
    })
}

#[test]
fn any_values_survive() {
    let seed = random::seed();
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);

    let bench = Bench::new();
    let session = Session::open(&bench.production);
    let names: Vec<&'static str> = bench
        .text_columns
        .iter()
        .map(|(name, _)| *name)
        .chain(["touched", "untouched"])
        .collect();
    let row: Vec<_> = names
        .iter()
        .filter_map(|name| value_of(name).map(|values| (Just(*name), prop::option::weighted(0.9, values))))
        .collect();
    let batch = prop::collection::vec(row, ROWS);
    session.run("BEGIN");
    for case in 0..CASES {
        let rows = batch.new_tree(&mut runner).unwrap().current();
        for (number, row) in rows.into_iter().enumerate() {
            let values = row.into_iter().collect();
            bench.insert(
                &session,
                i32::try_from(case * ROWS + number).unwrap(),
                &format!("case {case}"),
                &values,
            );
        }
    }
    session.run("COMMIT");
    bench.survives();
}
