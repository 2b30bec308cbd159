//! What the report looks like, and what it must not let through.

use super::{
    page::{Fact, Moment, TableRow},
    *,
};
use crate::reading::masked::Masked;
use nova_events::{Check, Reason};

fn example() -> Page {
    Page {
        title: "Clone of production into test".to_owned(),
        status: "completed".to_owned(),
        tone: "good",
        facts: vec![Fact {
            name: "Operation",
            value: "01jexample".to_owned(),
        }],
        masked: vec![Masked {
            table: "public.users".to_owned(),
            column: "email".to_owned(),
            kind: "email, unique".to_owned(),
            why: "a rule names it".to_owned(),
        }],
        tables: vec![TableRow {
            name: "public.users".to_owned(),
            rows: "1,200".to_owned(),
        }],
        checks: vec![Check {
            name: "row_counts".to_owned(),
            passed: true,
            detail: "1200 rows in 1 tables".to_owned(),
        }],
        timeline: vec![Moment {
            at: "2026-03-01T12:00:00.000Z".to_owned(),
            after: String::new(),
            level: "info",
            text: "clone of production into test requested (anonymized)".to_owned(),
            actor: "someone".to_owned(),
        }],
        hash: "0123abcd".to_owned(),
        ..Page::default()
    }
}

#[test]
fn the_report_names_what_was_done_and_how_it_was_checked() {
    let html = render(&example()).unwrap();
    for part in [
        "Clone of production into test",
        "public.users",
        "1,200",
        "a rule names it",
        "✓ passed",
        "0123abcd",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert!(
        !html.contains("Why it did not complete"),
        "sections without contents are left out"
    );
}

#[test]
fn names_of_objects_cannot_become_markup() {
    let mut page = example();
    page.tables[0].name = "<script>alert(1)</script>".to_owned();
    page.errors = vec![Reason {
        code: "NOVA-1505".to_owned(),
        cause: "\"a\" & <b>".to_owned(),
        remedy: "…".to_owned(),
        details: Vec::new(),
    }];
    let html = render(&page).unwrap();
    assert!(!html.contains("<script"), "{html}");
    assert!(
        html.contains("&lt;script&gt;") && html.contains("&amp; &lt;b&gt;"),
        "{html}"
    );
}

#[test]
fn the_report_needs_nothing_from_elsewhere() {
    let html = render(&example()).unwrap();
    for reference in ["http://", "https://", "src=", "<link", "@import", "url("] {
        assert!(!html.contains(reference), "{reference}");
    }
}
