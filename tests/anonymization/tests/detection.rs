//! Precision and recall of detection on columns of real open-source schemas, by names and types alone: no rows. The
//! columns were labelled by hand before detection was tuned, and it was tuned on `labels/tuning.csv` only.
//!
//! `cargo test -p nova-anonymization-tests --test detection -- --nocapture` prints every column that detection got wrong.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a panic fails the test, and mistakes are shown"
)]

use nova_anonymization::ColumnFacts;
use nova_anonymization::detect::{Finding, detect};
use std::fmt::Write;

/// One labelled column.
struct Labelled {
    facts: ColumnFacts,
    /// What it holds; empty when nothing personal.
    label: String,
}

fn labelled(file: &str) -> Vec<Labelled> {
    let path = format!("{}/labels/{file}.csv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let [source, schema, table, column, sql_type, label] = fields[..] else {
                panic!("not six fields: {line}")
            };
            Labelled {
                facts: ColumnFacts {
                    // Tables of different projects with the same name are different tables.
                    schema: format!("{source}.{schema}"),
                    table: table.to_owned(),
                    column: column.to_owned(),
                    base_type: sql_type.to_owned(),
                    builtin: true,
                    enum_type: sql_type == "enum",
                    ..ColumnFacts::default()
                },
                label: label.to_owned(),
            }
        })
        .collect()
}

/// What was found of what was there, in percent.
#[derive(Debug)]
struct Measured {
    columns: usize,
    personal: usize,
    precision: f64,
    recall: f64,
    /// Found columns whose category is the label's.
    category: f64,
}

fn measure(file: &str) -> Measured {
    let labelled = labelled(file);
    let facts: Vec<ColumnFacts> = labelled.iter().map(|column| column.facts.clone()).collect();
    let findings = detect(&facts);
    let found = |column: &ColumnFacts| -> Option<&Finding> {
        findings.iter().find(|finding| {
            (&finding.schema, &finding.table, &finding.column) == (&column.schema, &column.table, &column.column)
        })
    };
    let (mut right, mut wrong, mut missed, mut category) = (0.0, 0.0, 0.0, 0.0);
    let mut mistakes = String::new();
    for column in &labelled {
        let place = column.facts.full_name();
        match (found(&column.facts), column.label.is_empty()) {
            (Some(finding), false) => {
                right += 1.0;
                if finding.category.label() == column.label || alike(finding.category.label(), &column.label) {
                    category += 1.0;
                } else {
                    writeln!(
                        mistakes,
                        "  as {}: {place} is {}",
                        finding.category.label(),
                        column.label
                    )
                    .unwrap();
                }
            }
            (Some(finding), true) => {
                wrong += 1.0;
                writeln!(
                    mistakes,
                    "  false: {place} as {} ({})",
                    finding.category.label(),
                    finding.reason
                )
                .unwrap();
            }
            (None, false) => {
                missed += 1.0;
                writeln!(
                    mistakes,
                    "  missed: {place}, {} ({})",
                    column.label, column.facts.base_type
                )
                .unwrap();
            }
            (None, true) => {}
        }
    }
    let measured = Measured {
        columns: labelled.len(),
        personal: labelled.iter().filter(|column| !column.label.is_empty()).count(),
        precision: 100.0 * right / (right + wrong),
        recall: 100.0 * right / (right + missed),
        category: 100.0 * category / right,
    };
    println!("{file}: {measured:.1?}\n{mistakes}");
    measured
}

/// Categories that labels do not tell apart.
fn alike(found: &str, label: &str) -> bool {
    matches!(
        (found, label),
        ("password", "secret") | ("age", "birth_date") | ("sensitive", "special")
    )
}

#[test]
fn detection_is_as_good_on_the_schemas_it_was_tuned_on_as_it_was_measured() {
    let measured = measure("tuning");
    assert!(measured.columns >= 600 && measured.personal >= 150, "{measured:?}");
    assert!(measured.precision >= 98.0, "{measured:?}");
    assert!(measured.recall >= 96.0, "{measured:?}");
}

#[test]
fn detection_is_as_good_on_schemas_it_never_saw_as_it_was_measured() {
    let measured = measure("held_out");
    assert!(measured.columns >= 400, "{measured:?}");
    assert!(measured.precision >= 93.0, "{measured:?}");
    assert!(measured.recall >= 90.0, "{measured:?}");
    assert!(measured.category >= 95.0, "{measured:?}");
}
