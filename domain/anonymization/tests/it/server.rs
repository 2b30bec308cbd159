//! Against a real server: what it writes is read, what is written it accepts, and both COPY formats give one result.
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use crate::support::{layout, mask_in_pieces};
use bytes::Bytes;
use futures_util::{SinkExt, TryStreamExt};
use nova_anonymization::{CopyFormat, JsonLeaf, Kind, RowCounter, Spec, TableLayout};
use nova_pgserver::Cluster;
use tokio_postgres::{Client, NoTls};

/// A column: SQL type, its name in the catalog, how it is masked, and its values as SQL literals.
type Column = (&'static str, &'static str, Option<Spec>, &'static [&'static str]);

fn columns() -> Vec<Column> {
    let spec = |kind| Some(Spec::new(kind));
    let awkward: &[&str] = &[
        r"E'C:\\New folder\\.\\N'",
        r"E'tab\ttab\nline\r\v\b\f'",
        "''",
        "NULL",
        "'é😀 \"quoted\", it''s'",
        r"E'\\N'",
    ];
    let json_leaf = || {
        Some(Spec {
            leaves: vec![JsonLeaf {
                path: "$.email".to_owned(),
                spec: spec(Kind::Email),
            }],
            ..Spec::new(Kind::Json)
        })
    };
    let documents: &[&str] = &[
        r#"'{"email":"jean@free.fr","n":1.50,"a":[1,null,"x\\y"]}'"#,
        "'3'",
        "'\"text\"'",
        "'null'",
        "NULL",
        r#"'{"email":["a@b.fr"]}'"#,
    ];
    vec![
        ("text", "text", None, awkward),
        ("text", "text", spec(Kind::Text), awkward),
        ("varchar(30)", "varchar", spec(Kind::Email), awkward),
        (
            "char(12)",
            "bpchar",
            spec(Kind::LastName),
            &["'Dupont'", "'É'", "''", "NULL", "'de la Tour'", "'X'"],
        ),
        (
            "bytea",
            "bytea",
            None,
            &[r"'\x00ff5c4e'", "''", "NULL", r"'\x0a'", r"'\x5c'", r"'\x09'"],
        ),
        (
            "bytea",
            "bytea",
            spec(Kind::Text),
            &[r"'\x00ff5c4e'", "''", "NULL", r"'\x0a'", r"'\x5c'", r"'\x09'"],
        ),
        (
            "int2",
            "int2",
            spec(Kind::Financial),
            &["32767", "-32768", "0", "NULL", "7", "-1"],
        ),
        (
            "int4",
            "int4",
            spec(Kind::Identifier),
            &["2147483647", "-2147483648", "0", "NULL", "7", "1200"],
        ),
        (
            "int8",
            "int8",
            spec(Kind::Financial),
            &["9223372036854775807", "-5", "0", "NULL", "7", "99"],
        ),
        (
            "int8",
            "int8",
            spec(Kind::Phone),
            &["33612345678", "612345678", "0", "NULL", "7", "1200"],
        ),
        (
            "numeric",
            "numeric",
            spec(Kind::Financial),
            &["'NaN'", "12345.678", "-0.0500", "NULL", "1e40", "1000000000000.01"],
        ),
        (
            "numeric(6,2)",
            "numeric",
            spec(Kind::Financial),
            &["9999.99", "-0.05", "0", "NULL", "10", "1"],
        ),
        (
            "float8",
            "float8",
            spec(Kind::Financial),
            &["1e300", "-12.5", "'NaN'", "NULL", "'-Infinity'", "1e-7"],
        ),
        (
            "float4",
            "float4",
            spec(Kind::Financial),
            &["1e30", "-12.5", "'NaN'", "NULL", "0.1", "1e-7"],
        ),
        (
            "money",
            "money",
            spec(Kind::Financial),
            &["1234.56", "-0.05", "0", "NULL", "9.99", "1000000"],
        ),
        (
            "date",
            "date",
            spec(Kind::Date),
            &[
                "'infinity'",
                "'-infinity'",
                "'0044-03-15 BC'",
                "NULL",
                "'2024-02-29'",
                "'10000-01-01'",
            ],
        ),
        (
            "timestamp",
            "timestamp",
            spec(Kind::Date),
            &[
                "'infinity'",
                "'-infinity'",
                "'0044-03-15 10:00 BC'",
                "NULL",
                "'2024-02-29 23:59:59.999999'",
                "'12000-01-01'",
            ],
        ),
        (
            "timestamptz",
            "timestamptz",
            spec(Kind::BirthDate),
            &[
                "'infinity'",
                "'1900-01-01 00:00+00'",
                "'0044-03-15 10:00 BC'",
                "NULL",
                "'2024-06-29 23:59:59.5+05:30'",
                "now()",
            ],
        ),
        (
            "uuid",
            "uuid",
            spec(Kind::Uuid),
            &[
                "'550e8400-e29b-41d4-a716-446655440000'",
                "'00000000-0000-0000-0000-000000000000'",
                "NULL",
                "NULL",
                "gen_random_uuid()",
                "gen_random_uuid()",
            ],
        ),
        (
            "inet",
            "inet",
            spec(Kind::Ip),
            &[
                "'10.1.2.3'",
                "'192.168.1.5/24'",
                "'::1'",
                "NULL",
                "'2a01::5/64'",
                "'8.8.8.8'",
            ],
        ),
        (
            "cidr",
            "cidr",
            spec(Kind::Ip),
            &[
                "'10.1.2.0/24'",
                "'10.0.0.0/8'",
                "'2a01::/32'",
                "NULL",
                "'0.0.0.0/0'",
                "'8.8.8.8'",
            ],
        ),
        ("json", "json", json_leaf(), documents),
        ("jsonb", "jsonb", json_leaf(), documents),
        (
            "text[]",
            "_text",
            spec(Kind::Email),
            &[
                "'{}'",
                r#"'{a@b.fr,NULL,"",NULL}'"#,
                r#"'{{"a b","c\"d"},{"e\\f","{g}"}}'"#,
                "NULL",
                "'[3:4]={x,y}'",
                "ARRAY['NULL','null','é,é']",
            ],
        ),
        (
            "date[]",
            "_date",
            spec(Kind::Date),
            &["'{2024-01-01,infinity,NULL}'", "'{}'", "NULL", "NULL", "NULL", "NULL"],
        ),
        (
            "uuid[]",
            "_uuid",
            spec(Kind::Uuid),
            &["ARRAY[gen_random_uuid()]", "'{}'", "NULL", "NULL", "NULL", "NULL"],
        ),
        (
            "numeric[]",
            "_numeric",
            spec(Kind::Financial),
            &["'{1.50,NaN,NULL,-3}'", "'{}'", "NULL", "NULL", "NULL", "NULL"],
        ),
        (
            "int4range",
            "int4range",
            None,
            &["'[1,5)'", "'empty'", "NULL", "'(,)'", "NULL", "NULL"],
        ),
        ("text", "text", spec(Kind::Null), awkward),
    ]
}

async fn connect(cluster: &Cluster) -> Client {
    let (client, connection) = tokio_postgres::connect(&cluster.url("postgres"), NoTls).await.unwrap();
    tokio::spawn(async move { connection.await.unwrap() });
    client
        .batch_execute("SET datestyle = 'ISO'; SET timezone = 'Europe/Paris'; SET bytea_output = 'hex'; SET extra_float_digits = 1")
        .await
        .unwrap();
    client
}

async fn copy_out(client: &Client, table: &str, format: &str) -> Vec<u8> {
    let stream = client
        .copy_out(&format!("COPY {table} TO STDOUT (FORMAT {format})"))
        .await
        .unwrap();
    let pieces: Vec<Bytes> = stream.try_collect().await.unwrap();
    pieces.concat()
}

async fn copy_in(client: &Client, table: &str, format: &str, stream: Vec<u8>) {
    let sink = client
        .copy_in(&format!("COPY {table} FROM STDIN (FORMAT {format})"))
        .await
        .unwrap();
    let mut sink = std::pin::pin!(sink);
    sink.send(Bytes::from(stream)).await.unwrap();
    sink.finish().await.unwrap();
}

async fn texts(client: &Client, table: &str, column: usize) -> Vec<Option<String>> {
    let rows = client
        .query(&format!("SELECT c{column}::text FROM {table} ORDER BY row_number"), &[])
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn a_server_accepts_what_is_written_and_both_formats_agree() {
    let cluster = Cluster::start_any().unwrap();
    let client = connect(&cluster).await;
    let columns = columns();
    let list: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| format!("c{index} {}", column.0))
        .collect();
    for table in ["source", "by_text", "by_binary"] {
        let sql = format!("CREATE TABLE {table} (row_number int4, {})", list.join(", "));
        client.batch_execute(&sql).await.unwrap();
    }
    for row in 0..6 {
        let values: Vec<&str> = columns.iter().map(|column| column.3[row]).collect();
        let sql = format!("INSERT INTO source VALUES ({row}, {})", values.join(", "));
        client
            .batch_execute(&sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    let mut shape: Vec<(&str, Option<Spec>)> = vec![("int4", None)];
    shape.extend(columns.iter().map(|column| {
        let limit = if column.0 == "varchar(30)" { Some(30) } else { None };
        let spec = column.2.clone().map(|spec| Spec {
            max_length: limit,
            ..spec
        });
        (column.1, spec)
    }));
    let layout: TableLayout = layout(&shape);
    for (format, name, table) in [
        (CopyFormat::Text, "text", "by_text"),
        (CopyFormat::Binary, "binary", "by_binary"),
    ] {
        let stream = copy_out(&client, "source", name).await;
        let mut counter = RowCounter::new(format);
        counter.feed(&stream).unwrap();
        assert_eq!(counter.finish().unwrap(), 6);
        let (masked, totals) = mask_in_pieces(format, &layout, &stream, &[13, 1, 200]).unwrap();
        assert_eq!(totals.rows, 6);
        copy_in(&client, table, name, masked).await;
    }
    for (index, (sql, _, spec, literals)) in columns.iter().enumerate() {
        let source = texts(&client, "source", index).await;
        let text = texts(&client, "by_text", index).await;
        let binary = texts(&client, "by_binary", index).await;
        assert_eq!(text, binary, "{sql} {spec:?}");
        match spec {
            None => assert_eq!(source, text, "{sql}"),
            Some(spec) if spec.kind == Kind::Null => assert!(text.iter().all(Option::is_none)),
            Some(_) => {
                let nulls = |values: &[Option<String>]| values.iter().map(Option::is_none).collect::<Vec<_>>();
                assert_eq!(nulls(&source), nulls(&text), "NULL stays NULL: {sql}");
                assert_ne!(source, text, "{sql}");
                for (before, after) in source
                    .iter()
                    .zip(&text)
                    .filter(|(before, _)| before.as_deref() == Some(""))
                {
                    assert_eq!(before, after, "the empty string stays empty: {sql} {literals:?}");
                }
            }
        }
    }
}
