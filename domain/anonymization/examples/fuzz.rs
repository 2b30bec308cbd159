//! Feeds the codecs and the rewriting of documents what nobody would write, for as long as asked:
//! `cargo run --release --example fuzz -- 600` (seconds). Whatever comes: nothing panics, what no rule touches stays as
//! it is byte for byte, and a document stays a document.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a search for faults: it prints, it fails loudly, and it needs the clock"
)]

use nova_anonymization::{
    Action, ColumnLayout, CopyFormat, JsonLeaf, Kind, MaskingKey, RowCounter, Spec, TableLayout, TableMasker,
};
use std::time::{Duration, Instant};

/// Pieces that documents and rows are made of.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\\\\",
    "\\\"",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\n",
    "null",
    "true",
    "1e400",
    "-0",
    "0.10",
    "\"email\"",
    "\"a@b.fr\"",
    "\"phones\"",
    "\"+33612345678\"",
    "é",
    "\u{0}",
    "\u{7f}",
    " ",
    "\n",
    "\t",
    "\\N",
    "\\.",
    "\\x41",
    "\\101",
    "C:\\New folder",
    "=>",
    "'",
    "<a>",
    "</a>",
    "<a b=\"c@d.fr\"/>",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "NULL",
    "🦷",
    "Zoé Durand",
    "2026-11-21",
    "06 12 34 56 78",
];

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).expect("small")).expect("small")
    }

    fn bytes(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for _ in 0..self.below(12) {
            if self.below(8) == 0 {
                bytes.push(self.next().to_le_bytes()[0]);
            } else {
                bytes.extend_from_slice(PIECES[self.below(PIECES.len())].as_bytes());
            }
        }
        bytes
    }

    /// A document that is one, most of the time with an address in it.
    fn json(&mut self, depth: usize) -> String {
        match self.below(if depth > 4 { 4 } else { 6 }) {
            0 => "null".to_owned(),
            1 => ["0", "-1.50", "1e5", "12345678901234567890123"][self.below(4)].to_owned(),
            2 => "\"zoe@exemple.fr\"".to_owned(),
            3 => [
                "\"\"",
                "\"\\u00e9\\n\\\"\"",
                "\"\\ud83d\\ude00 🦷\"",
                "\"06 12 34 56 78\"",
            ][self.below(4)]
            .to_owned(),
            4 => {
                let members: Vec<String> = (0..self.below(4)).map(|_| self.json(depth + 1)).collect();
                format!("[{}]", members.join([",", " , ", ",\n"][self.below(3)]))
            }
            _ => {
                let keys = ["\"email\"", "\"a\"", "\"a\"", "\"\\u0065mail\"", "\"\""];
                let members: Vec<String> = (0..self.below(4))
                    .map(|_| {
                        format!(
                            "{}{}{}",
                            keys[self.below(5)],
                            [":", " : "][self.below(2)],
                            self.json(depth + 1)
                        )
                    })
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }
}

fn binary(fields: &[Option<Vec<u8>>]) -> Vec<u8> {
    let mut out = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
    out.extend_from_slice(&i16::try_from(fields.len()).expect("few").to_be_bytes());
    for field in fields {
        match field {
            None => out.extend_from_slice(&(-1i32).to_be_bytes()),
            Some(field) => {
                out.extend_from_slice(&i32::try_from(field.len()).expect("short").to_be_bytes());
                out.extend_from_slice(field);
            }
        }
    }
    out.extend_from_slice(&(-1i16).to_be_bytes());
    out
}

fn layout(types: &[&str], masked: &[(usize, Spec)]) -> TableLayout {
    let action = |place: usize| {
        let spec = masked.iter().find(|(at, _)| *at == place).map(|(_, spec)| spec.clone());
        spec.map_or(Action::Pass, Action::Mask)
    };
    let column = |(place, base_type): (usize, &&str)| ColumnLayout {
        name: format!("c{place}"),
        base_type: (*base_type).to_owned(),
        action: action(place),
    };
    TableLayout {
        columns: types.iter().enumerate().map(column).collect(),
    }
}

/// Feeds a stream in random pieces; none where it was refused.
fn masked(random: &mut Random, format: CopyFormat, layout: &TableLayout, input: &[u8]) -> Option<Vec<u8>> {
    let mut masker = TableMasker::compile(format, layout, &MaskingKey::new([7; 32]), Some([9; 16]))
        .ok()?
        .with_stems();
    let mut out = Vec::new();
    let mut rest = input;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(1 + random.below(rest.len()));
        masker.feed(piece, &mut out).ok()?;
        rest = after;
    }
    masker.finish(&mut out).ok()?;
    Some(out)
}

fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10);
    let seed = std::env::args().nth(2).and_then(|text| text.parse().ok()).unwrap_or(1);
    let started = Instant::now();
    let (mut cases, mut refused) = (0u64, 0u64);
    let document = |kind, path: &str| {
        let mut spec = Spec::new(kind);
        spec.leaves.push(JsonLeaf {
            path: path.to_owned(),
            spec: Some(Spec::new(Kind::Email)),
        });
        spec
    };
    while started.elapsed() < Duration::from_secs(seconds) {
        let mut random = Random(seed ^ cases.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        cases += 1;
        // Bytes as they come, in streams of both formats: no rule, no change.
        let noise = random.bytes();
        let passing = layout(&["text", "bytea", "text"], &[]);
        let row = binary(&[Some(noise.clone()), None, Some(random.bytes())]);
        assert_eq!(
            masked(&mut random, CopyFormat::Binary, &passing, &row).expect("well-formed"),
            row,
            "case {cases}"
        );
        // A rule for the middle column leaves the others alone.
        let spec = [
            Kind::Email,
            Kind::Text,
            Kind::Phone,
            Kind::Name,
            Kind::Identifier,
            Kind::Address,
        ][random.below(6)];
        let touched = layout(&["text", "text", "text"], &[(1, Spec::new(spec))]);
        let (first, last) = (random.bytes(), random.bytes());
        let middle = String::from_utf8_lossy(&random.bytes()).replace('\0', "").into_bytes();
        let row = binary(&[Some(first.clone()), Some(middle), Some(last.clone())]);
        let out = masked(&mut random, CopyFormat::Binary, &touched, &row).expect("text in UTF-8 can be masked");
        let head = 19 + 2 + 4;
        assert_eq!(&out[head..head + first.len()], first, "case {cases}");
        assert!(out[..out.len() - 2].ends_with(&last), "case {cases}");
        // A document stays a document; what is none is refused or replaced, and nothing panics.
        let json = random.json(0);
        let column = layout(&["jsonb"], &[(0, document(Kind::Json, "$.**.email"))]);
        let column_star = layout(&["json"], &[(0, document(Kind::Json, "*.email"))]);
        for (layout, version) in [(&column, true), (&column_star, false)] {
            let mut value = if version { vec![1] } else { Vec::new() };
            value.extend_from_slice(json.as_bytes());
            if let Some(out) = masked(&mut random, CopyFormat::Binary, layout, &binary(&[Some(value)])) {
                let text = &out[25 + usize::from(version)..out.len() - 2];
                serde_json::from_slice::<serde::de::IgnoredAny>(text).expect("JSON stays JSON");
            } else {
                refused += 1;
            }
        }
        for (base_type, kind, path) in [
            ("json", Kind::Json, "*"),
            ("xml", Kind::Xml, "/a"),
            ("public.hstore", Kind::Hstore, "email"),
        ] {
            let column = layout(&[base_type], &[(0, document(kind, path))]);
            let text = String::from_utf8_lossy(&random.bytes()).replace('\0', "").into_bytes();
            for format in [CopyFormat::Text, CopyFormat::Binary] {
                let input = match format {
                    CopyFormat::Binary => binary(&[Some(text.clone())]),
                    CopyFormat::Text => [noise.as_slice(), b"\n"].concat(),
                };
                refused += u64::from(masked(&mut random, format, &column, &input).is_none());
            }
        }
        // Any bytes as a stream: an error at most.
        for format in [CopyFormat::Text, CopyFormat::Binary] {
            let mut counter = RowCounter::new(format);
            let _ = counter.feed(&noise);
            let arrays = layout(&["_text", "int4"], &[(0, Spec::new(Kind::Email))]);
            let literal = [b"{".as_slice(), &noise, b"}\t1\n"].concat();
            let _ = masked(&mut random, CopyFormat::Text, &arrays, &literal);
            let _ = masked(&mut random, format, &passing, &noise);
        }
    }
    println!(
        "{cases} cases in {} s from seed {seed}: no fault; {refused} documents refused",
        started.elapsed().as_secs()
    );
}
