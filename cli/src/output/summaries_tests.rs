//! How results read.

use super::*;
use nova_clone::{AnonymizedSummary, TableSummary};
use nova_events::{OperationKind, Reason};

fn completed() -> Summary {
    let table = |name: &str, rows| TableSummary {
        schema: "public".to_owned(),
        name: name.to_owned(),
        rows,
    };
    Summary {
        operation_id: "01jexample".to_owned(),
        kind: OperationKind::Clone,
        status: Status::Completed,
        source: Some("production".to_owned()),
        target: "test".to_owned(),
        duration_ms: 12_345,
        rows: 41_200,
        bytes: 80_000_000,
        tables: vec![
            table("bills", 1_200),
            table("categories", 0),
            table("reservations", 40_000),
        ],
        anonymized: AnonymizedSummary {
            columns: 34,
            values: 123_456,
        },
        validation: ValidationSummary {
            passed: true,
            checks: vec![check("row_counts", true), check("schema", true)],
        },
        rollback_id: Some("01jexample".to_owned()),
        skipped: Vec::new(),
        warnings: Vec::new(),
        errors: Vec::new(),
    }
}

fn check(name: &str, passed: bool) -> Check {
    Check {
        name: name.to_owned(),
        passed,
        detail: "as at the source".to_owned(),
    }
}

#[test]
fn a_completed_clone_reads_as_a_short_table() {
    insta::assert_snapshot!(text(&completed(), Style::plain()), @"
    ✓ clone production → test completed in 12.3 s
      operation   01jexample
      rows        41,200 rows in 3 tables, 80 MB (6.5 MB/s)
                  40,000  public.reservations
                   1,200  public.bills
      anonymized  123,456 values in 34 columns
      validation
        ✓ row_counts  as at the source
        ✓ schema      as at the source
      undo with   nova rollback --environment test --to-backup 01jexample
    ");
}

#[test]
fn a_refused_clone_says_why_and_what_to_do() {
    let refused = Summary {
        status: Status::Refused,
        duration_ms: 40,
        rows: 0,
        bytes: 0,
        tables: Vec::new(),
        anonymized: AnonymizedSummary::default(),
        validation: ValidationSummary::default(),
        rollback_id: None,
        warnings: vec!["the source is a standby".to_owned()],
        errors: vec![Reason {
            code: "NOVA-1102".to_owned(),
            cause: "source and target are the same database".to_owned(),
            remedy: "Point DATABASE_URL of the target at another database.".to_owned(),
            details: vec!["database app of cluster 7123".to_owned()],
        }],
        ..completed()
    };
    insta::assert_snapshot!(text(&refused, Style::plain()), @"
    ✗ clone production → test refused in 40 ms
      operation   01jexample
      warnings
        ! the source is a standby
    error[NOVA-1102]: source and target are the same database
      database app of cluster 7123
    what to do: Point DATABASE_URL of the target at another database.
    ");
}

#[test]
fn only_the_largest_tables_are_named() {
    let mut summary = completed();
    summary.tables = (1..=20)
        .map(|number| TableSummary {
            schema: "public".to_owned(),
            name: format!("t{number}"),
            rows: number,
        })
        .collect();
    let lines = largest_tables(&summary);
    assert_eq!(lines[0], "20  public.t20");
    assert_eq!(lines.last().unwrap(), "    and 12 more");
}

#[test]
fn a_validation_names_every_check() {
    let result = ValidationSummary {
        passed: false,
        checks: vec![check("schema", true), check("triggers", false)],
    };
    insta::assert_snapshot!(validation_text("test", &result, Style::plain()), @"
    ✗ environment test is not valid
        ✓ schema    as at the source
        ✗ triggers  as at the source
    ");
}
