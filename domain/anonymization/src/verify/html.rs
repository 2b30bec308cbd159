//! The report as one HTML page without anything from elsewhere.

use super::report::{Basis, Report};
use std::fmt::Write;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}\
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{text-align:left;padding:.3rem .6rem;\
border-bottom:1px solid #ddd;vertical-align:top}.good{color:#0a6b2d}.bad{color:#b00020}code{word-break:break-all}";

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn table(out: &mut String, title: &str, headers: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    let _ = write!(out, "<h2>{}</h2><table><tr>", escape(title));
    for header in headers {
        let _ = write!(out, "<th>{}</th>", escape(header));
    }
    out.push_str("</tr>");
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<td>{}</td>", escape(cell));
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>");
}

pub(super) fn page(report: &Report, signature: &str) -> String {
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Anonymization of {0}</title><style>{STYLE}</style>\
         <h1>Anonymization of {0}</h1>",
        escape(&report.environment)
    );
    let (class, verdict) = if report.passed {
        ("good", "Nothing personal was found.")
    } else {
        ("bad", "Personal data is left.")
    };
    let basis = match report.basis {
        Basis::KeptFingerprints => "fingerprints of the originals, taken while they were copied".to_owned(),
        Basis::SourceRead => format!(
            "the originals in {}, read again",
            report.source.as_deref().unwrap_or("the source")
        ),
        Basis::PatternsOnly => "no originals: only the forms of values".to_owned(),
    };
    let _ = write!(
        out,
        "<p class=\"{class}\"><strong>{verdict}</strong></p><p>{}, by {}. Compared with {}: {} different originals looked for \
         in {} values of {} columns of {} tables, {} texts of the schema and {} large objects.</p>",
        escape(&report.made_at),
        escape(&report.actor),
        escape(&basis),
        report.originals,
        report.values,
        report.columns,
        report.tables,
        report.schema_texts,
        report.large_objects
    );
    let rows = |rows: Vec<Vec<String>>| rows;
    let left = report.survivors.iter().map(|left| {
        vec![
            left.place.clone(),
            left.kind.clone(),
            left.category.clone(),
            left.count.to_string(),
        ]
    });
    table(
        &mut out,
        "Originals that are left",
        &["where", "in a", "what", "times"],
        &rows(left.collect()),
    );
    let looks = report.patterns.iter().map(|found| {
        vec![
            format!("{} {}", found.column, found.path.as_deref().unwrap_or_default()),
            found.category.clone(),
            found.reason.clone(),
        ]
    });
    table(
        &mut out,
        "Looks personal and was not masked",
        &["column", "looks like", "because"],
        &rows(looks.collect()),
    );
    let groups = report.quasi_identifiers.iter().map(|group| {
        vec![
            group.table.clone(),
            group.columns.join(", "),
            group.k.to_string(),
            group.small_groups.to_string(),
            group.rows.to_string(),
            group.smallest.to_string(),
        ]
    });
    table(
        &mut out,
        "Quasi-identifiers",
        &["table", "columns", "k", "smaller groups", "rows in them", "smallest"],
        &rows(groups.collect()),
    );
    let exempted = report
        .exempted
        .iter()
        .map(|left| vec![left.column.clone(), left.rule.clone(), left.reason.clone()]);
    table(
        &mut out,
        "Exempted",
        &["column", "by", "reason"],
        &rows(exempted.collect()),
    );
    let masked = report
        .masked
        .iter()
        .map(|done| vec![done.column.clone(), done.transformer.clone(), done.why.clone()]);
    table(
        &mut out,
        "Masked",
        &["column", "as", "because"],
        &rows(masked.collect()),
    );
    out.push_str("<h2>What this does not say</h2><ul>");
    for note in &report.notes {
        let _ = write!(out, "<li>{}</li>", escape(note));
    }
    let _ = write!(
        out,
        "</ul><p>Signature (HMAC-SHA256): <code>{}</code></p></html>",
        escape(signature)
    );
    out
}
