//! An environment that is only read, with its schema; and the rules that hold where none are given.

use crate::commands::operation::rules_text;
use nova_anonymization::rules::Rules;
use nova_environments::{Environment, EnvironmentName, EnvironmentType, classify};
use nova_errors::{Code, Failure};
use nova_kit::{
    Ports,
    personal::{self, Approval, Survey},
    requests::{RulesText, parse_rules},
};
use nova_postgres::{SearchPath, SourceConnection};
use nova_schema::{Database, QualifiedName};
use std::{collections::BTreeSet, path::Path};

/// A reading session in a transaction, and what it sees.
pub(super) struct Opened {
    pub(super) environment: Environment,
    pub(super) source: SourceConnection,
    pub(super) schema: Database,
    /// Tables that the role may not read, or whose rows policies hide from it.
    pub(super) closed: Vec<QualifiedName>,
}

impl Opened {
    /// Opens an environment by its name. Reading is all that is done, so any may be looked at.
    pub(super) async fn open(ports: &Ports, name: &str) -> Result<Self, Failure> {
        let environment = ports.environments.environment(&name.parse()?).await?;
        let source = SourceConnection::open(&environment.url, SearchPath::AsNeeded).await?;
        source.begin().await?;
        let schema = source.capture().await?;
        let tables: Vec<QualifiedName> = schema.row_tables().map(|table| table.name.clone()).collect();
        let (denied, filtered) = source.unreadable(&tables).await?;
        Ok(Self {
            environment,
            source,
            schema,
            closed: denied.into_iter().chain(filtered).collect(),
        })
    }

    /// Facts about every column, with samples of the tables that can be read.
    pub(super) async fn survey(&self) -> Result<Survey, Failure> {
        personal::survey(&self.source, &self.schema, |table| !self.closed.contains(table)).await
    }

    /// The table of that name, in any schema unless one is named.
    pub(super) fn table(&self, wanted: &str) -> Result<QualifiedName, Failure> {
        let found: Vec<&QualifiedName> = self
            .schema
            .row_tables()
            .map(|table| &table.name)
            .filter(|name| nova_anonymization::rules::covers_table(wanted, &name.schema, &name.name))
            .collect();
        match found[..] {
            [one] => Ok(one.clone()),
            [] => Err(Failure::new(
                Code::BAD_ARGUMENT,
                format!("environment {} has no table {wanted} with rows", self.environment.name),
            )),
            _ => {
                let names: Vec<String> = found.iter().map(|name| name.readable()).collect();
                Err(Failure::new(
                    Code::BAD_ARGUMENT,
                    format!("{wanted} is more than one table: {}", names.join(", ")),
                ))
            }
        }
    }
}

/// The columns there are, as `schema.table.column`.
pub(super) fn column_names(survey: &Survey) -> BTreeSet<String> {
    survey
        .columns
        .iter()
        .map(nova_anonymization::ColumnFacts::full_name)
        .collect()
}

/// The rules of a file; without one those approved for the first of `environments` that has any, else the default file.
pub(super) async fn rules(ports: &Ports, file: Option<&Path>, environments: &[&str]) -> Result<Rules, Failure> {
    if let Some(file) = file {
        return parse_rules(&rules_text(file)?);
    }
    for environment in environments {
        if let Some(approval) = Approval::load(ports, &environment.parse()?).await? {
            return parse_rules(&RulesText {
                name: approval.name,
                text: approval.text,
            });
        }
    }
    match ports.configuration.defaults().await?.clone.rules {
        Some(rules) => parse_rules(&rules.text().await?),
        None => Ok(Rules::default()),
    }
}

/// The project's only production, if there is exactly one.
pub(super) async fn production(ports: &Ports) -> Result<Option<EnvironmentName>, Failure> {
    let mut productions = ports
        .environments
        .environments()
        .await?
        .into_iter()
        .filter(|environment| classify(environment, false).environment_type == EnvironmentType::Production);
    Ok(match (productions.next(), productions.next()) {
        (Some(one), None) => Some(one.name),
        _ => None,
    })
}
