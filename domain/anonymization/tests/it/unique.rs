//! Unique stays unique: by construction, and here by counting.
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use crate::support::{Field, mask_values};
use nova_anonymization::{CopyFormat, Kind, Spec};
use std::collections::HashSet;

fn distinct_outputs(base_type: &str, spec: &Spec, count: u64, value: impl Fn(u64) -> Vec<u8>) {
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    let batch = 100_000;
    for start in (0..count).step_by(batch) {
        let inputs: Vec<Field> = (start..(start + batch as u64).min(count))
            .map(|index| Some(value(index)))
            .collect();
        for (input, output) in inputs
            .iter()
            .zip(mask_values(CopyFormat::Binary, base_type, spec, &inputs))
        {
            assert_ne!(input, &output);
            assert!(
                seen.insert(output.unwrap()),
                "{base_type} as {:?} repeats itself",
                spec.kind
            );
        }
    }
    assert_eq!(seen.len() as u64, count);
}

fn unique(kind: Kind, max_length: Option<u32>) -> Spec {
    Spec {
        unique: true,
        max_length,
        ..Spec::new(kind)
    }
}

/// Every kind that text can be, `count` values each.
fn all_kinds(count: u64) {
    let uuid = |index: u64| {
        let bits = u128::from(index) << 80 | 0x4 << 76 | 0b10 << 62 | u128::from(index % 7);
        bits.to_be_bytes().to_vec()
    };
    distinct_outputs("text", &unique(Kind::Email, None), count, |i| {
        format!("user{i}@free.fr").into_bytes()
    });
    distinct_outputs("varchar", &unique(Kind::Email, Some(30)), count / 10, |i| {
        format!("u{i}@free.fr").into_bytes()
    });
    distinct_outputs("varchar", &unique(Kind::Email, Some(12)), count / 10, |i| {
        format!("{i}@a.fr").into_bytes()
    });
    distinct_outputs("text", &unique(Kind::Phone, None), count, |i| {
        format!("06 {:08}", i * 7).into_bytes()
    });
    distinct_outputs("int8", &unique(Kind::Phone, None), count / 10, |i| {
        (33_600_000_000 + i).to_be_bytes().to_vec()
    });
    // Prefixes that look alike: a replacement must never take the form of another plan's number.
    distinct_outputs("text", &unique(Kind::Phone, None), count / 10, |i| {
        let index = usize::try_from(i).unwrap();
        let prefix = ["0", "00", "01", "33", "34", "3", "+33", "+34", "+1", "06"][index % 10];
        format!("{prefix}{:0width$}", index / 10, width = 7 + index / 10 % 3).into_bytes()
    });
    distinct_outputs("uuid", &unique(Kind::Uuid, None), count, uuid);
    distinct_outputs("int4", &unique(Kind::Identifier, None), count / 10, |i| {
        (u32::try_from(i).unwrap() + 1).to_be_bytes().to_vec()
    });
    distinct_outputs("text", &unique(Kind::Name, None), count / 10, |i| {
        format!("Jean Dupont{i}").into_bytes()
    });
    distinct_outputs("varchar", &unique(Kind::LastName, Some(10)), count / 10, |i| {
        format!("D{i}").into_bytes()
    });
    distinct_outputs("text", &unique(Kind::Username, None), count / 10, |i| {
        format!("user{i}").into_bytes()
    });
    distinct_outputs("text", &unique(Kind::Siret, None), count / 10, |i| {
        format!("{:014}", i * 13).into_bytes()
    });
    distinct_outputs("text", &unique(Kind::Text, None), count / 10, |i| {
        format!("Dossier n°{i}").into_bytes()
    });
    distinct_outputs("inet", &unique(Kind::Ip, None), count / 10, |i| {
        [
            &[2u8, 32, 0, 4][..],
            &(0x0A00_0000 + u32::try_from(i).unwrap()).to_be_bytes(),
        ]
        .concat()
    });
    distinct_outputs("text", &unique(Kind::Iban, None), count / 10, |i| {
        format!("DE00{i:018}").into_bytes()
    });
    distinct_outputs("date", &unique(Kind::Date, None), 5000, |i| {
        i32::try_from(i).unwrap().to_be_bytes().to_vec()
    });
}

#[test]
fn a_hundred_thousand_values_stay_apart() {
    all_kinds(100_000);
}

#[test]
#[ignore = "a minute; run with --release"]
fn a_million_values_stay_apart() {
    all_kinds(1_000_000);
}

#[test]
#[ignore = "ten million of each need minutes and gigabytes; run with --release"]
fn ten_million_values_stay_apart() {
    all_kinds(10_000_000);
}
