//! `nova anonymize preview`: a few rows before and after. Nothing is written anywhere.

use super::{
    arguments::Preview,
    opened::{Opened, rules},
};
use crate::{
    arguments::Format,
    output::{self, Style},
    runtime::Runtime,
};
use nova_anonymization::{
    Action, ColumnLayout, CopyFormat, MaskingKey, TableLayout, TableMasker,
    plan::{MaskingPlan, Source},
};
use nova_clone::types;
use nova_environments::EnvironmentName;
use nova_errors::Failure;
use nova_kit::{Ports, Silent, personal};
use nova_project::Project;
use nova_schema::{Database, QualifiedName};
use serde_json::{Map, Value, json};
use std::{process::ExitCode, sync::Arc};

/// Longest value that is shown to people whole, in characters.
const WIDTH: usize = 60;

type Row = Vec<Option<String>>;

pub(super) async fn run(project: &Project, arguments: &Preview) -> Result<ExitCode, Failure> {
    let runtime = Runtime::open(project, Arc::new(Silent))?;
    let ports = runtime.ports();
    let opened = Opened::open(ports, &arguments.source).await?;
    let table = opened.table(&arguments.table)?;
    let target = target(ports, arguments).await?;
    let named: Vec<&str> = target
        .iter()
        .map(EnvironmentName::as_str)
        .chain([arguments.source.as_str()])
        .collect();
    let rules = rules(ports, arguments.rules.as_deref(), &named).await?;
    let survey = opened.survey().await?;
    let plan = personal::masking(&survey, &rules, None)?.plan;
    let layout = layout(&opened.schema, &table, &plan);
    let columns: Vec<String> = layout.columns.iter().map(|column| column.name.clone()).collect();

    let mut raw = Vec::new();
    let mut stream = opened.source.copy_first(&table, &columns, arguments.rows).await?;
    while let Some(part) = stream.next().await? {
        raw.extend_from_slice(&part);
    }
    opened.source.end().await?;
    let key = match &target {
        Some(target) => personal::masking_key(ports, target, personal::key_version(ports, target).await?).await?,
        None => MaskingKey::new([0; 32]),
    };
    let mut masker = TableMasker::compile(CopyFormat::Text, &layout, &key, None)?;
    let mut masked = Vec::new();
    masker.feed(&raw, &mut masked)?;
    masker.finish(&mut masked)?;

    let (before, after) = (rows(&raw), rows(&masked));
    if arguments.output == Format::Json {
        show_json(&table, &plan, &columns, &before, &after);
    } else {
        show(&table, &plan, &columns, &before, &after);
        if target.is_none() {
            output::note("No target is known, so a clone would show other replacements: pass --target.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The environment whose key makes the replacements.
async fn target(ports: &Ports, arguments: &Preview) -> Result<Option<EnvironmentName>, Failure> {
    if let Some(target) = &arguments.target {
        let name: EnvironmentName = target.parse()?;
        ports.environments.environment(&name).await?;
        return Ok(Some(name));
    }
    let mut others = ports
        .environments
        .environments()
        .await?
        .into_iter()
        .map(|environment| environment.name)
        .filter(|name| name.as_str() != arguments.source);
    Ok(match (others.next(), others.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    })
}

fn layout(schema: &Database, table: &QualifiedName, plan: &MaskingPlan) -> TableLayout {
    let columns = schema
        .table(table)
        .map(|table| table.columns.as_slice())
        .unwrap_or_default();
    TableLayout {
        columns: columns
            .iter()
            .filter(|column| column.generated.is_none())
            .map(|column| ColumnLayout {
                name: column.name.clone(),
                base_type: types::base_type(schema, column),
                action: plan
                    .spec(&table.schema, &table.name, &column.name)
                    .cloned()
                    .map_or(Action::Pass, Action::Mask),
            })
            .collect(),
    }
}

/// The rows of a COPY stream in the text format.
fn rows(stream: &[u8]) -> Vec<Row> {
    let text = String::from_utf8_lossy(stream);
    text.lines().map(|line| line.split('\t').map(cell).collect()).collect()
}

fn cell(field: &str) -> Option<String> {
    if field == "\\N" {
        return None;
    }
    let mut value = String::with_capacity(field.len());
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some('r') => value.push('\r'),
                Some('b') => value.push('\u{8}'),
                Some('f') => value.push('\u{c}'),
                Some('v') => value.push('\u{b}'),
                Some(other) => value.push(other),
                None => {}
            },
            (c, false) => value.push(c),
        }
    }
    Some(value)
}

/// What happens to a column and why, in words.
fn why(table: &QualifiedName, plan: &MaskingPlan, column: &str) -> Option<(String, String)> {
    let masking = plan
        .columns
        .iter()
        .find(|masking| masking.schema == table.schema && masking.table == table.name && masking.column == column)?;
    let why = match &masking.source {
        Source::Rule => "a rule".to_owned(),
        Source::Detected { score, reason } => format!("detected ({:.0} %): {reason}", score * 100.0),
        Source::ForeignKey { through } => format!("joined to {through}"),
    };
    Some((masking.spec.kind.label().to_owned(), why))
}

fn show_json(table: &QualifiedName, plan: &MaskingPlan, columns: &[String], before: &[Row], after: &[Row]) {
    let described: Vec<Value> = columns
        .iter()
        .map(|column| {
            let (transformer, why) = why(table, plan, column).unzip();
            json!({"column": column, "transformer": transformer, "why": why})
        })
        .collect();
    let rows: Vec<Value> = before
        .iter()
        .zip(after)
        .map(|(before, after)| {
            let cells: Map<String, Value> = columns
                .iter()
                .zip(before.iter().zip(after))
                .map(|(column, (before, after))| {
                    (
                        column.clone(),
                        json!({"before": before, "after": after, "changed": before != after}),
                    )
                })
                .collect();
            Value::Object(cells)
        })
        .collect();
    output::json(&json!({"table": table.readable(), "columns": described, "rows": rows}));
}

fn show(table: &QualifiedName, plan: &MaskingPlan, columns: &[String], before: &[Row], after: &[Row]) {
    let style = Style::stdout();
    let shown = |value: &Option<String>| {
        let text = value.as_deref().unwrap_or("NULL").replace(['\n', '\r', '\t'], " ");
        if text.chars().count() > WIDTH {
            text.chars().take(WIDTH - 1).chain(['…']).collect()
        } else {
            text
        }
    };
    for (number, (before, after)) in before.iter().zip(after).enumerate() {
        output::print(&style.bold(&format!("{} row {}", table.readable(), number + 1)));
        let widest = columns.iter().map(|column| column.chars().count()).max().unwrap_or(0);
        for (column, (before, after)) in columns.iter().zip(before.iter().zip(after)) {
            let name = format!("{column:<widest$}");
            let line = if before == after {
                format!("    {name}  {}", shown(before))
            } else {
                let kind = why(table, plan, column).map_or_else(String::new, |(kind, _)| kind);
                format!(
                    "  * {name}  {} → {}  {}",
                    style.dim(&shown(before)),
                    style.good(&shown(after)),
                    style.dim(&format!("({kind})"))
                )
            };
            output::print(&line);
        }
    }
    if before.is_empty() {
        output::print(&format!("{} has no rows.", table.readable()));
    }
    output::print("This was a preview: nothing was written. * marks what would be replaced.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_copy_stream_are_read_back() {
        let read = rows(b"1\tC:\\\\New folder\\n\t\\N\n2\t\tx\n");
        assert_eq!(
            read[0],
            [Some("1".to_owned()), Some("C:\\New folder\n".to_owned()), None]
        );
        assert_eq!(read[1][1], Some(String::new()));
    }
}
