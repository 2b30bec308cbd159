//! `nova anonymize scan`: what looks personal, and a draft of rules for it.

use super::{arguments::Scan, opened::Opened};
use crate::{arguments::Format, output, runtime::Runtime};
use nova_anonymization::{Kind, detect::Finding, rules::covers_table};
use nova_errors::{Code, Failure};
use nova_kit::Silent;
use nova_project::Project;
use serde::Serialize;
use serde_json::{Value, json};
use std::{fmt::Write, path::Path, process::ExitCode, sync::Arc};

/// A finding as programs read it.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    schema: &'a str,
    table: &'a str,
    column: &'a str,
    path: Option<&'a str>,
    category: &'static str,
    /// Hundredths are all that detection means.
    score: f64,
    reason: &'a str,
    transformer: Option<&'static str>,
}

impl<'a> Shown<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            schema: &finding.schema,
            table: &finding.table,
            column: &finding.column,
            path: finding.path.as_deref(),
            category: finding.category.label(),
            score: (f64::from(finding.score) * 100.0).round() / 100.0,
            reason: &finding.reason,
            transformer: finding.kind.map(Kind::label),
        }
    }
}

pub(super) async fn run(project: &Project, arguments: &Scan) -> Result<ExitCode, Failure> {
    let runtime = Runtime::open(project, Arc::new(Silent))?;
    let opened = Opened::open(runtime.ports(), &arguments.environment).await?;
    for wanted in &arguments.tables {
        if !opened
            .schema
            .tables
            .iter()
            .any(|table| covers_table(wanted, &table.name.schema, &table.name.name))
        {
            let cause = format!("environment {} has no table {wanted}", arguments.environment);
            return Err(Failure::new(Code::BAD_ARGUMENT, cause));
        }
    }
    let survey = opened.survey().await?;
    opened.source.end().await?;
    let mut findings = survey.findings();
    findings.retain(|finding| {
        arguments.tables.is_empty()
            || arguments
                .tables
                .iter()
                .any(|wanted| covers_table(wanted, &finding.schema, &finding.table))
    });
    if let Some(file) = &arguments.rules_draft {
        write_draft(file, &findings)?;
    }
    if arguments.output == Format::Json {
        output::json(&findings.iter().map(Shown::of).collect::<Vec<_>>());
    } else {
        show(arguments, &findings, survey.columns.len());
    }
    for table in &opened.closed {
        output::note(&format!(
            "{} cannot be read: judged by its names only",
            table.readable()
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn show(arguments: &Scan, findings: &[Finding], columns: usize) {
    let rows: Vec<Vec<String>> = findings
        .iter()
        .map(|finding| {
            vec![
                format!(
                    "{}.{}.{} {}",
                    finding.schema,
                    finding.table,
                    finding.column,
                    finding.path.as_deref().unwrap_or_default()
                )
                .trim_end()
                .to_owned(),
                finding.category.label().to_owned(),
                format!("{:.0} %", finding.score * 100.0),
                finding.kind.map_or("to be decided", Kind::label).to_owned(),
                finding.reason.clone(),
            ]
        })
        .collect();
    if !rows.is_empty() {
        output::print(&output::table(
            &["column", "holds", "sure", "becomes another", "because"],
            &rows,
        ));
    }
    output::print(&format!(
        "{} of {columns} columns of environment {} look personal.",
        findings
            .iter()
            .map(|finding| (&finding.schema, &finding.table, &finding.column))
            .collect::<std::collections::BTreeSet<_>>()
            .len(),
        arguments.environment
    ));
    if let Some(file) = &arguments.rules_draft {
        output::print(&format!(
            "A draft of rules is in {}: look at every line.",
            file.display()
        ));
    }
}

fn write_draft(file: &Path, findings: &[Finding]) -> Result<(), Failure> {
    let json = file
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let text = if json {
        json_draft(findings)
    } else {
        toml_draft(findings)
    };
    std::fs::write(file, text).map_err(|error| Failure::new(Code::MISSING_FILE, format!("{}: {error}", file.display())))
}

/// What a rule for a finding says: its transformer, and for a leaf what the leaf is.
fn words(finding: &Finding) -> (&'static str, Option<&'static str>) {
    let kind = finding.kind.map_or("null", Kind::label);
    match finding.path {
        Some(_) => ("json", Some(kind)),
        None => (kind, None),
    }
}

fn because(finding: &Finding) -> String {
    format!(
        "{}, {:.0} %: {}",
        finding.category.label(),
        finding.score * 100.0,
        finding.reason
    )
}

fn json_draft(findings: &[Finding]) -> String {
    let rules: Vec<Value> = findings
        .iter()
        .filter(|finding| finding.kind.is_some())
        .map(|finding| {
            let (transformer, value) = words(finding);
            let mut rule = json!({
                "table": format!("{}.{}", finding.schema, finding.table),
                "column": finding.column,
                "transformer": transformer,
                "comment": because(finding),
            });
            if let (Some(path), Some(value)) = (&finding.path, value) {
                rule["path"] = json!(path);
                rule["value"] = json!(value);
            }
            rule
        })
        .collect();
    let open: Vec<String> = findings
        .iter()
        .filter(|finding| finding.kind.is_none())
        .map(|finding| {
            format!(
                "{}.{}.{} ({})",
                finding.schema,
                finding.table,
                finding.column,
                because(finding)
            )
        })
        .collect();
    let mut draft = json!({"version": 1, "rules": rules});
    if !open.is_empty() {
        draft["comment"] = json!(format!("To be decided by a rule or an exemption: {}", open.join("; ")));
    }
    format!("{draft:#}\n")
}

fn toml_draft(findings: &[Finding]) -> String {
    let quoted = |text: &str| Value::from(text).to_string();
    let mut draft = String::from("# Rules drafted by nova anonymize scan. Look at every one.\nversion = 1\n");
    for finding in findings {
        let (transformer, value) = words(finding);
        // What has no replacement of its own is left to a person, ready to be uncommented.
        let mark = if finding.kind.is_some() { "" } else { "# " };
        let mut line = |text: String| {
            let _ = writeln!(draft, "{mark}{text}");
        };
        line(String::new());
        line(format!("# {}", because(finding)));
        line("[[rules]]".to_owned());
        line(format!(
            "table = {}",
            quoted(&format!("{}.{}", finding.schema, finding.table))
        ));
        line(format!("column = {}", quoted(&finding.column)));
        line(format!("transformer = {}", quoted(transformer)));
        if let (Some(path), Some(value)) = (&finding.path, value) {
            line(format!("path = {}", quoted(path)));
            line(format!("value = {}", quoted(value)));
        }
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;
    use nova_anonymization::{ColumnFacts, detect::detect, rules::Rules};

    #[test]
    fn drafts_are_rules_that_can_be_read() {
        let facts = |column: &str, base_type: &str, samples: &[&str]| ColumnFacts {
            schema: "public".to_owned(),
            table: "users".to_owned(),
            column: column.to_owned(),
            base_type: base_type.to_owned(),
            samples: samples.iter().map(|&text| text.to_owned()).collect(),
            ..ColumnFacts::default()
        };
        let findings = detect(&[
            facts("email", "text", &[]),
            facts("gender", "text", &[]),
            facts("meta", "jsonb", &[r#"{"a \"b": {"email": "x@y.fr"}}"#]),
        ]);
        assert_eq!(findings.len(), 3);
        for draft in [toml_draft(&findings), json_draft(&findings)] {
            let rules = Rules::parse(&draft).unwrap();
            assert_eq!(rules.rules.len(), 3, "{draft}");
            assert_eq!(rules.rules[2].path, findings[2].path);
        }
    }
}
