//! The result of an operation or of a validation.

use super::{Style, failures::reason_text, figures, json, print};
use crate::arguments::Format;
use nova_clone::{Status, Summary, ValidationSummary};
use nova_events::{Check, OperationKind};

/// Tables named in a summary for people; the report and the JSON form have them all.
const TABLES: usize = 8;

/// Prints the result of an operation.
pub fn summary(summary: &Summary, format: Format) {
    match format {
        Format::Text => print(&text(summary, Style::stdout())),
        Format::Json => json(summary),
    }
}

/// Prints the result of a validation of an environment.
pub fn validation(environment: &str, result: &ValidationSummary, format: Format) {
    match format {
        Format::Text => print(&validation_text(environment, result, Style::stdout())),
        Format::Json => json(&serde_json::json!({
            "environment": environment,
            "status": if result.passed { "valid" } else { "invalid" },
            "validation": result,
        })),
    }
}

/// The result of an operation for people, as it is printed on standard output.
pub fn summary_text(result: &Summary) -> String {
    text(result, Style::stdout())
}

fn text(summary: &Summary, style: Style) -> String {
    let mut lines = vec![headline(summary, style)];
    let mut field = |name: &str, value: String| lines.push(format!("  {name:<11} {value}"));
    field("operation", summary.operation_id.clone());
    if summary.rows > 0 || !summary.tables.is_empty() {
        field("rows", amount(summary));
        for line in largest_tables(summary) {
            field("", line);
        }
    }
    if summary.anonymized.columns > 0 {
        let values = figures::of(summary.anonymized.values, "value");
        let columns = figures::of(summary.anonymized.columns.into(), "column");
        field("anonymized", format!("{values} in {columns}"));
    }
    if !summary.validation.checks.is_empty() {
        lines.push("  validation".to_owned());
        lines.extend(checks(&summary.validation.checks, style));
    }
    lines.extend(list("left out", &summary.skipped, |line| style.warning(line)));
    lines.extend(list("warnings", &summary.warnings, |line| style.warning(line)));
    if let Some(id) = &summary.rollback_id {
        lines.push(format!(
            "  {:<11} nova rollback --environment {} --to-backup {id}",
            if summary.kind == OperationKind::Backup {
                "go back by"
            } else {
                "undo with"
            },
            summary.target
        ));
    }
    for reason in &summary.errors {
        lines.push(reason_text(reason, style));
    }
    lines.join("\n")
}

fn headline(summary: &Summary, style: Style) -> String {
    let what = match &summary.source {
        Some(source) if summary.kind == OperationKind::Clone => format!("clone {source} → {}", summary.target),
        _ => format!("{} of {}", summary.kind.name(), summary.target),
    };
    let status = summary.status.name();
    let (mark, status) = match summary.status {
        Status::Completed => (style.mark(true), style.good(status)),
        Status::Refused | Status::Invalid | Status::Failed => (style.mark(false), style.bad(status)),
        _ => (style.warning("•"), style.warning(status)),
    };
    format!(
        "{mark} {} {status} in {}",
        style.bold(&what),
        figures::duration(summary.duration_ms)
    )
}

/// Rows, tables, bytes and the rate over the whole operation.
fn amount(summary: &Summary) -> String {
    let mut text = format!(
        "{} in {}",
        figures::of(summary.rows, "row"),
        figures::of(summary.tables.len() as u64, "table")
    );
    if summary.bytes > 0 {
        let rate = summary.bytes.saturating_mul(1000) / summary.duration_ms.max(1);
        text.extend([", ", &figures::bytes(summary.bytes), " (", &figures::bytes(rate), "/s)"]);
    }
    text
}

fn largest_tables(summary: &Summary) -> Vec<String> {
    let mut tables: Vec<_> = summary.tables.iter().filter(|table| table.rows > 0).collect();
    tables.sort_by_key(|table| std::cmp::Reverse(table.rows));
    let shown: Vec<(String, String)> = tables
        .iter()
        .take(TABLES)
        .map(|table| (figures::count(table.rows), format!("{}.{}", table.schema, table.name)))
        .collect();
    let width = shown.iter().map(|(rows, _)| rows.len()).max().unwrap_or(0);
    let mut lines: Vec<String> = shown
        .iter()
        .map(|(rows, name)| format!("{rows:>width$}  {name}"))
        .collect();
    if tables.len() > TABLES {
        lines.push(format!("{:>width$}  and {} more", "", tables.len() - TABLES));
    }
    lines
}

/// One line per check.
pub fn checks(checks: &[Check], style: Style) -> Vec<String> {
    let width = checks.iter().map(|check| check.name.chars().count()).max().unwrap_or(0);
    checks
        .iter()
        .map(|check| {
            let detail = check.detail.replace('\n', "\n      ");
            format!("    {} {:<width$}  {detail}", style.mark(check.passed), check.name)
        })
        .collect()
}

fn list(title: &str, items: &[String], paint: impl Fn(&str) -> String) -> Vec<String> {
    if items.is_empty() {
        return Vec::new();
    }
    let title = format!("  {title}");
    std::iter::once(title)
        .chain(items.iter().map(|item| format!("    {} {item}", paint("!"))))
        .collect()
}

fn validation_text(environment: &str, result: &ValidationSummary, style: Style) -> String {
    let verdict = if result.passed {
        style.good("valid")
    } else {
        style.bad("not valid")
    };
    let mut lines = vec![format!(
        "{} environment {} is {verdict}",
        style.mark(result.passed),
        style.bold(environment)
    )];
    lines.extend(checks(&result.checks, style));
    lines.join("\n")
}

#[cfg(test)]
#[path = "summaries_tests.rs"]
mod tests;
