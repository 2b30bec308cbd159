//! `nova anonymize rules`: checked, approved for an environment, compared with the columns there are now.

use super::{
    arguments::Rules as Arguments,
    opened::{Opened, column_names, production},
};
use crate::{
    arguments::Format,
    commands::{confirm, operation},
    output,
    runtime::Runtime,
};
use nova_anonymization::rules::{NewColumn, Rules};
use nova_environments::EnvironmentName;
use nova_errors::{Code, Exit, Failure};
use nova_kit::{
    Ports, Silent,
    personal::{self, Approval},
    requests::{RulesText, parse_rules},
};
use nova_project::Project;
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

pub(super) async fn run(project: &Project, arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.check {
        Some(file) => check(project, arguments, file).await,
        None if arguments.approve => approve(project, arguments).await,
        None => update(project, arguments).await,
    }
}

/// The file that was named, one way or the other.
fn file(arguments: &Arguments, positional: Option<&str>) -> Result<PathBuf, Failure> {
    match (positional.filter(|name| *name != "-"), &arguments.file) {
        (Some(name), _) => Ok(PathBuf::from(name)),
        (None, Some(file)) => Ok(file.clone()),
        (None, None) => {
            Err(Failure::new(Code::BAD_ARGUMENT, "no rules file was named").with_remedy("Pass --file FILE."))
        }
    }
}

async fn check(project: &Project, arguments: &Arguments, named: &str) -> Result<ExitCode, Failure> {
    let file = file(arguments, Some(named))?;
    let text = operation::rules_text(&file)?;
    let rules = match Rules::parse(&text.text) {
        Ok(rules) => rules,
        Err(nova_anonymization::Error::Rules { line, column, message }) => {
            return Ok(wrong(arguments, &file, line, column, &message));
        }
        Err(other) => return Err(other.into()),
    };
    if let Some(environment) = &arguments.environment {
        // Against the columns there are: names, types, constraints.
        let runtime = Runtime::open(project, Arc::new(Silent))?;
        let ports = runtime.ports();
        let source = columns_of(ports, arguments, &environment.parse()?).await?;
        let opened = Opened::open(ports, source.as_str()).await?;
        let survey = opened.survey().await?;
        opened.source.end().await?;
        personal::masking(&survey, &rules, None)?;
    }
    if arguments.output == Format::Json {
        output::json(&json!({
            "file": file, "valid": true, "rules": rules.rules.len(), "tables": rules.tables.len(),
            "entities": rules.entities.len(), "references": rules.references.len(), "exempt": rules.exempt.len(),
            "quasi_identifiers": rules.quasi_identifiers.len(), "errors": [],
        }));
    } else {
        output::print(&format!(
            "{}: nothing is wrong with its {} rule(s) and {} exemption(s).",
            file.display(),
            rules.rules.len(),
            rules.exempt.len()
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn wrong(arguments: &Arguments, file: &Path, line: usize, column: usize, message: &str) -> ExitCode {
    if arguments.output == Format::Json {
        output::json(&json!({
            "file": file, "valid": false,
            "errors": [{"code": Code::BAD_RULES.to_string(), "line": line, "column": column, "message": message,
                        "cause": format!("line {line}, column {column}: {message}")}],
        }));
    } else {
        output::note(&format!(
            "{}: {}:{line}:{column}: {message}",
            Code::BAD_RULES,
            file.display()
        ));
    }
    ExitCode::from(Exit::Usage as u8)
}

/// The environment whose columns count.
async fn columns_of(
    ports: &Ports,
    arguments: &Arguments,
    environment: &EnvironmentName,
) -> Result<EnvironmentName, Failure> {
    match &arguments.source {
        Some(source) => source.parse(),
        None => Ok(production(ports).await?.unwrap_or_else(|| environment.clone())),
    }
}

async fn update(project: &Project, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let file = file(arguments, None)?;
    let text = operation::rules_text(&file)?;
    let rules = parse_rules(&text)?;
    let Some(environment) = &arguments.environment else {
        return Err(
            Failure::new(Code::BAD_ARGUMENT, "no environment was named").with_remedy("Pass --environment ENVIRONMENT.")
        );
    };
    let environment: EnvironmentName = environment.parse()?;
    let runtime = Runtime::open(project, Arc::new(Silent))?;
    let ports = runtime.ports();
    ports.environments.environment(&environment).await?;
    let source = columns_of(ports, arguments, &environment).await?;
    let opened = Opened::open(ports, source.as_str()).await?;
    let survey = opened.survey().await?;
    opened.source.end().await?;
    personal::masking(&survey, &rules, None)?;
    let columns = column_names(&survey);
    let count = columns.len();
    store(ports, &environment, text, columns).await?;
    if arguments.output == Format::Json {
        output::json(&json!({
            "status": "approved", "environment": environment.as_str(), "source": source.as_str(),
            "rules": rules.rules.len(), "columns": count,
        }));
    } else {
        output::print(&format!(
            "{} rule(s) now hold for clones into {environment}, approved with the {count} columns of {source}.",
            rules.rules.len()
        ));
    }
    Ok(ExitCode::SUCCESS)
}

async fn store(
    ports: &Ports,
    environment: &EnvironmentName,
    text: RulesText,
    columns: std::collections::BTreeSet<String>,
) -> Result<(), Failure> {
    let approval = Approval {
        name: text.name,
        text: text.text,
        actor: operation::actor(),
        at_ms: ports.clock.now_ms(),
        columns: Some(columns),
    };
    approval.store(ports, environment).await
}

async fn approve(project: &Project, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let environment: EnvironmentName = arguments.environment.as_deref().unwrap_or_default().parse()?;
    let runtime = Runtime::open(project, Arc::new(Silent))?;
    let ports = runtime.ports();
    let approval = Approval::load(ports, &environment).await?;
    let text = match (&arguments.file, &approval) {
        (Some(file), _) => operation::rules_text(file)?,
        (None, Some(approval)) => RulesText {
            name: approval.name.clone(),
            text: approval.text.clone(),
        },
        (None, None) => {
            let cause = format!("no rules were approved for environment {environment} yet");
            return Err(Failure::new(Code::BAD_ARGUMENT, cause)
                .with_remedy("Approve a file: nova anonymize rules --update --file FILE --environment ENVIRONMENT."));
        }
    };
    let rules = parse_rules(&text)?;
    let source = columns_of(ports, arguments, &environment).await?;
    let opened = Opened::open(ports, source.as_str()).await?;
    let survey = opened.survey().await?;
    opened.source.end().await?;
    let outcome = personal::masking(&survey, &rules, Some(nova_anonymization::rules::Policy::Strict))?;
    let known = approval.and_then(|approval| approval.columns).unwrap_or_default();
    let new = NewColumn::since(&known, &survey.columns);
    let now = column_names(&survey);
    let gone: Vec<&String> = known.difference(&now).collect();
    let text_output = arguments.output == Format::Text;
    if text_output {
        for column in &new {
            let looks = outcome
                .undecided
                .iter()
                .find(|undecided| undecided.column == column.column);
            let looks = looks.map_or_else(String::new, |looks| {
                format!("   looks like {}: {}", looks.category, looks.reason)
            });
            output::print(&format!("+ {} {}{looks}", column.column, column.sql_type));
        }
        for column in &gone {
            output::print(&format!("- {column}"));
        }
    }
    if !new.is_empty() || !gone.is_empty() {
        confirm::target(
            environment.as_str(),
            "This approves these columns for clones into environment",
            arguments.yes,
        )?;
    }
    let count = now.len();
    store(ports, &environment, text, now.clone()).await?;
    if text_output {
        output::print(&format!(
            "{count} columns of {source} are approved for clones into {environment}."
        ));
    } else {
        output::json(&json!({
            "status": "approved", "environment": environment.as_str(), "source": source.as_str(), "columns": count,
            "added": new, "removed": gone, "undecided": outcome.undecided,
        }));
    }
    Ok(ExitCode::SUCCESS)
}
