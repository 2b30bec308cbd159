//! Prints how fast streams pass, values are masked and cells are scanned: `cargo run --release --example throughput`.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a measurement for people: it prints, and it needs the clock"
)]

use nova_anonymization::catalogue;
use nova_anonymization::leak::{Filter, Scanner};
use nova_anonymization::{
    Action, ColumnLayout, CopyFormat, JsonLeaf, Kind, MaskingKey, RowCounter, Spec, TableLayout, TableMasker,
};
use std::hash::{Hash, Hasher};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

const ROWS: usize = 400_000;
const PIECE: usize = 64 * 1024;

fn main() {
    // One measurement over and over, for a profiler.
    if let Some(name) = std::env::args().nth(1) {
        let Some(kind) = Kind::parse(&name) else {
            println!("no transformer is called {name}");
            return;
        };
        for _ in 0..10 {
            values(kind, false, false);
            values(kind, catalogue::of(kind).unique != catalogue::Unique::No, true);
        }
        return;
    }
    pass("masker, one short masked column of eight", Some(Kind::Email));
    pass("masker, nothing masked", None);
    count();
    for kind in [
        Kind::Email,
        Kind::Name,
        Kind::FirstName,
        Kind::Phone,
        Kind::Address,
        Kind::City,
        Kind::Iban,
        Kind::Text,
        Kind::Identifier,
    ] {
        values(kind, false, false);
    }
    values(Kind::Email, true, false);
    values(Kind::Email, true, true);
    values(Kind::Phone, true, true);
    values(Kind::Name, false, true);
    typed("uuid", Kind::Uuid, |row| row.to_be_bytes().to_vec());
    typed("date", Kind::Date, |row| {
        i32::from(row.to_le_bytes()[0]).to_be_bytes().to_vec()
    });
    typed("int8", Kind::Financial, |row| row.to_be_bytes()[8..].to_vec());
    every_transformer();
    ten_million();
    scan();
}

/// Every transformer of the catalogue on text, with the parameters of its first example.
fn every_transformer() {
    const VALUES: usize = 100_000;
    for transformer in catalogue::all() {
        let Some(example) = catalogue::examples(transformer).into_iter().next() else {
            continue;
        };
        let mut parameters = example.parameters.clone();
        // The path of a document's example is no parameter.
        let path = parameters.remove("path");
        let mut spec = Spec::build(transformer.kind, &parameters).expect("the example's own parameters");
        if let Some(path) = path.as_ref().and_then(serde_json::Value::as_str) {
            spec.leaves.push(JsonLeaf {
                path: path.to_owned(),
                spec: Some(Spec::new(Kind::Email)),
            });
        }
        let value = example.before.into_bytes();
        let stream = stream(VALUES, |_| vec![value.clone()]);
        let columns = layout(&[("text", Some(spec))]);
        let mut masker =
            TableMasker::compile(CopyFormat::Binary, &columns, &MaskingKey::new([1; 32]), None).expect("compiles");
        let start = Instant::now();
        run(&mut masker, &stream);
        report(transformer.name, start, stream.len(), VALUES);
    }
}

/// Ten million unique addresses in, ten million out: counted by 64 bits of a hash of each.
fn ten_million() {
    const BATCH: usize = 100_000;
    let spec = Spec {
        unique: true,
        ..Spec::new(Kind::Email)
    };
    let columns = layout(&[("text", Some(spec))]);
    let key = MaskingKey::new([1; 32]);
    let mut hashes: Vec<u64> = Vec::with_capacity(100 * BATCH);
    let (mut masking, mut bytes) = (std::time::Duration::ZERO, 0);
    for batch in 0..100 {
        let stream = stream(BATCH, |index| {
            vec![format!("user{}@free.fr", batch * BATCH + index).into_bytes()]
        });
        let mut masker = TableMasker::compile(CopyFormat::Binary, &columns, &key, None).expect("compiles");
        let mut out = Vec::with_capacity(2 * stream.len());
        let start = Instant::now();
        masker.feed(&stream, &mut out).expect("a well-formed stream");
        masker.finish(&mut out).expect("a complete stream");
        masking += start.elapsed();
        bytes += stream.len();
        let mut rest = &out[19..];
        while let Some((count, after)) = rest.split_first_chunk::<2>() {
            if *count == [0xFF, 0xFF] {
                break;
            }
            let (length, after) = after.split_first_chunk::<4>().expect("a length");
            let (value, after) = after.split_at(usize::try_from(u32::from_be_bytes(*length)).expect("a length"));
            let mut hasher = std::hash::DefaultHasher::new();
            value.hash(&mut hasher);
            hashes.push(hasher.finish());
            rest = after;
        }
    }
    let count = hashes.len();
    hashes.sort_unstable();
    hashes.dedup();
    println!(
        "{count} unique e-mail addresses in, {} out, {:.1} s, {:.0} MB/s",
        hashes.len(),
        masking.as_secs_f64(),
        bytes as f64 / masking.as_secs_f64() / 1e6
    );
}

fn layout(columns: &[(&str, Option<Spec>)]) -> TableLayout {
    TableLayout {
        columns: columns
            .iter()
            .map(|(base_type, spec)| ColumnLayout {
                name: "column".to_owned(),
                base_type: (*base_type).to_owned(),
                action: spec.clone().map_or(Action::Pass, Action::Mask),
            })
            .collect(),
    }
}

fn stream(rows: usize, row: impl Fn(usize) -> Vec<Vec<u8>>) -> Vec<u8> {
    let mut out = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
    for index in 0..rows {
        let fields = row(index);
        out.extend_from_slice(&i16::try_from(fields.len()).expect("few columns").to_be_bytes());
        for field in fields {
            out.extend_from_slice(&i32::try_from(field.len()).expect("short values").to_be_bytes());
            out.extend_from_slice(&field);
        }
    }
    out.extend_from_slice(&(-1i16).to_be_bytes());
    out
}

fn wide(index: usize) -> Vec<Vec<u8>> {
    vec![
        index.to_be_bytes().to_vec(),
        format!("user{index}@free.fr").into_bytes(),
        vec![b'x'; 40],
        vec![1; 8],
        vec![2; 16],
        vec![b'y'; 120],
        vec![3; 4],
        vec![b'z'; 30],
    ]
}

fn report(what: &str, start: Instant, bytes: usize, values: usize) {
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{what:<48} {:>8.0} MB/s {:>8.2} M values/s",
        bytes as f64 / seconds / 1e6,
        values as f64 / seconds / 1e6
    );
}

fn run(masker: &mut TableMasker, stream: &[u8]) {
    let mut out = Vec::with_capacity(2 * PIECE);
    for piece in stream.chunks(PIECE) {
        out.clear();
        masker.feed(piece, &mut out).expect("a well-formed stream");
        black_box(&out);
    }
    masker.finish(&mut out).expect("a complete stream");
}

fn pass(what: &str, masked: Option<Kind>) {
    let stream = stream(ROWS, wide);
    let mut columns: Vec<(&str, Option<Spec>)> = vec![("text", None); 8];
    columns[1].1 = masked.map(Spec::new);
    let mut masker =
        TableMasker::compile(CopyFormat::Binary, &layout(&columns), &MaskingKey::new([1; 32]), None).expect("compiles");
    let start = Instant::now();
    run(&mut masker, &stream);
    report(what, start, stream.len(), if masked.is_some() { ROWS } else { 0 });
}

fn count() {
    let stream = stream(ROWS, wide);
    let mut counter = RowCounter::new(CopyFormat::Binary);
    let start = Instant::now();
    for piece in stream.chunks(PIECE) {
        counter.feed(piece).expect("a well-formed stream");
    }
    report("row counter, binary", start, stream.len(), 0);
}

fn sample(kind: Kind, index: usize) -> String {
    match kind {
        Kind::Email => format!("user{index}@free.fr"),
        Kind::Name => format!("Jean Dupont{}", index % 1000),
        Kind::FirstName => format!("Jean{}", index % 1000),
        Kind::Phone => format!("06 {index:08}"),
        Kind::Address => format!("{} rue des Lilas, 75001 Paris", index % 100),
        Kind::City => format!("Ville{}", index % 1000),
        Kind::Iban => format!("DE89{index:018}"),
        Kind::Text => format!("Bonjour, merci de rappeler le client {index} demain matin."),
        _ => format!("AB-{index}"),
    }
}

fn values(kind: Kind, unique: bool, fingerprints: bool) {
    let stream = stream(ROWS, |index| vec![sample(kind, index).into_bytes()]);
    let spec = Spec {
        unique,
        ..Spec::new(kind)
    };
    let key = fingerprints.then_some([7; 16]);
    let columns = layout(&[("text", Some(spec))]);
    let mut masker =
        TableMasker::compile(CopyFormat::Binary, &columns, &MaskingKey::new([1; 32]), key).expect("compiles");
    let start = Instant::now();
    run(&mut masker, &stream);
    let what = format!(
        "{}{}{}",
        kind.label(),
        if unique { ", unique" } else { "" },
        if fingerprints { ", fingerprinted" } else { "" }
    );
    report(&what, start, stream.len(), ROWS);
}

fn typed(base_type: &str, kind: Kind, value: impl Fn(u128) -> Vec<u8>) {
    let stream = stream(ROWS, |index| vec![value(index as u128 + 1)]);
    let columns = layout(&[(base_type, Some(Spec::new(kind)))]);
    let mut masker =
        TableMasker::compile(CopyFormat::Binary, &columns, &MaskingKey::new([1; 32]), None).expect("compiles");
    let start = Instant::now();
    run(&mut masker, &stream);
    report(&format!("{base_type} as {}", kind.label()), start, stream.len(), ROWS);
}

fn scan() {
    let people = stream(100_000, |index| {
        vec![
            sample(Kind::Email, index).into_bytes(),
            sample(Kind::Phone, index).into_bytes(),
            format!("Prénom{} Nom{}", letters(index % 300), letters(index / 300)).into_bytes(),
        ]
    });
    let columns = layout(&[
        ("text", Some(Spec::new(Kind::Email))),
        ("text", Some(Spec::new(Kind::Phone))),
        ("text", Some(Spec::new(Kind::Name))),
    ]);
    let mut masker =
        TableMasker::compile(CopyFormat::Binary, &columns, &MaskingKey::new([1; 32]), Some([7; 16])).expect("compiles");
    run(&mut masker, &people);
    let fingerprints = masker.take_fingerprints();
    let filter = Arc::new(Filter::of(&fingerprints, 64 << 20));
    let mut scanner = Scanner::new([7; 16], filter);
    for (what, cell) in [
        (
            "scan, prose",
            "Le chantier avance bien cette semaine, et la livraison des fenêtres est prévue. ".repeat(10),
        ),
        (
            "scan, prose with numbers",
            "Le 12 mars 2024, 3 lots (17,50 et 220) sont livrés au dépôt. ".repeat(10),
        ),
        (
            "scan, JSON",
            r#"{"theme":"dark","size":12,"mail":"a@b.fr","tags":["x","y"],"id":"550e8400-e29b"}"#.repeat(10),
        ),
    ] {
        let mut hits = Vec::new();
        let repeats = 60_000;
        let start = Instant::now();
        for _ in 0..repeats {
            scanner.cell(black_box(cell.as_bytes()), false, &mut hits);
        }
        report(what, start, cell.len() * repeats, 0);
    }
}

fn letters(mut index: usize) -> String {
    let mut text = String::new();
    loop {
        text.push(char::from(b"abcdefghijklmnopqrst"[index % 20]));
        index /= 20;
        if index == 0 {
            return text;
        }
    }
}
