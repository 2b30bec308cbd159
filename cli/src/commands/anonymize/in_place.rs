//! `nova anonymize --environment E`: tables masked where they are, in one transaction, never in production.

use super::{
    arguments::InPlace as Arguments,
    opened::{Opened, rules},
};
use crate::{arguments::Format, commands::confirm, output, runtime::Runtime};
use bytes::Bytes;
use nova_anonymization::{ForeignKeyFacts, MaskingKey, TableMasker, plan::MaskingPlan, rules::covers_table};
use nova_clone::{
    plan::{Plan, PlannedTable, plan},
    rows::Chosen,
};
use nova_environments::{Environment, EnvironmentType, VerifiedTarget, classify};
use nova_errors::{Code, Failure};
use nova_events::{CloneOptions, Identity, SnapshotLoss};
use nova_kit::{Ports, Silent, connections, personal};
use nova_postgres::{InPlace, Pages, SearchPath, SourceConnection, probe};
use nova_project::Project;
use nova_schema::{Database, QualifiedName};
use serde::Serialize;
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    process::ExitCode,
    sync::Arc,
};

/// What was done to a table.
#[derive(Debug, Serialize)]
struct Done {
    table: String,
    rows: u64,
    values: u64,
    columns: Vec<String>,
}

pub(super) async fn run(project: &Project, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Some(name) = arguments.environment.as_deref() else {
        return Err(Failure::new(Code::BAD_ARGUMENT, "no environment was named")
            .with_remedy("Pass --environment ENVIRONMENT, or see nova anonymize --help."));
    };
    let runtime = Runtime::open(project, Arc::new(Silent))?;
    let ports = runtime.ports();
    let environment = ports.environments.environment(&name.parse()?).await?;
    let target = verified(ports, &environment).await?;

    let opened = Opened::open(ports, name).await?;
    let rules = rules(ports, arguments.rules.as_deref(), &[name]).await?;
    let survey = opened.survey().await?;
    let outcome = personal::masking(&survey, &rules, None)?;
    opened.source.end().await?;
    let masking = &outcome.plan;
    let chosen = chosen(&opened, arguments, masking, &survey.keys)?;
    if let Some(refusal) = outcome.undecided_failure(&chosen) {
        return Err(refusal);
    }
    let tables: Vec<PlannedTable> = planned(&opened.schema, masking)
        .tables
        .into_iter()
        .filter(|table| table.layout.is_some() && chosen.contains(&table.name))
        .collect();
    if arguments.dry_run || tables.is_empty() {
        let done = tables.iter().map(|table| done(table, 0, 0)).collect::<Vec<_>>();
        show(
            arguments,
            name,
            if arguments.dry_run { "planned" } else { "completed" },
            &done,
        );
        return Ok(ExitCode::SUCCESS);
    }
    confirm::target(name, "This replaces personal data in environment", arguments.yes)?;
    let linked = linked(&opened.schema, &tables);
    let reader = SourceConnection::open(&environment.url, SearchPath::Known(opened.source.path())).await?;
    if !reader.probe().identity.same_database(target.identity()) {
        let cause = format!("environment {name} leads to another database than a moment ago");
        return Err(Failure::new(Code::IDENTITY_CHANGED, cause));
    }
    let version = personal::key_version(ports, &environment.name).await?;
    let key = personal::masking_key(ports, &environment.name, version).await?;
    let writer = InPlace::begin(&target, linked).await?;
    let names: Vec<QualifiedName> = tables.iter().map(|table| table.name.clone()).collect();
    writer.lock(&names).await?;
    // Locked first, seen afterwards: nobody can have changed a row in between.
    reader.begin().await?;
    let mut finished = Vec::new();
    for table in &tables {
        if arguments.output == Format::Text {
            output::note(&format!("{} …", table.name.readable()));
        }
        finished.push(replace(&reader, &writer, table, &key).await?);
    }
    for view in opened
        .schema
        .views
        .iter()
        .filter(|view| view.materialized && view.populated)
    {
        writer.refresh(&view.name).await?;
    }
    reader.end().await?;
    writer.commit().await?;
    show(arguments, name, "completed", &finished);
    Ok(ExitCode::SUCCESS)
}

/// Makes sure that the environment is no production: by what it is called, by what was recorded, and by asking every
/// production of the project who it is now.
async fn verified(ports: &Ports, environment: &Environment) -> Result<VerifiedTarget, Failure> {
    let is_production = |found: &Environment| classify(found, false).environment_type == EnvironmentType::Production;
    let refused = |why: String| Err(Failure::new(Code::TARGET_IS_PRODUCTION, why));
    if is_production(environment) {
        return refused(format!("environment {} is production", environment.name));
    }
    let identity: Identity = probe(&environment.url).await?.identity;
    for other in ports
        .environments
        .environments()
        .await?
        .iter()
        .filter(|other| is_production(other))
    {
        // A production that cannot be reached now was perhaps recorded; `verify` looks there.
        let found = probe(&other.url).await.ok().map(|probe| probe.identity);
        if found.is_some_and(|found| found.same_database(&identity)) {
            return refused(format!(
                "environment {} leads to the database of {}, which is production",
                environment.name, other.name
            ));
        }
    }
    connections::verify(ports, environment, &identity, None, None).await
}

/// The tables to mask: those named and those whose masked columns foreign keys join to them.
fn chosen(
    opened: &Opened,
    arguments: &Arguments,
    masking: &MaskingPlan,
    keys: &[ForeignKeyFacts],
) -> Result<BTreeSet<QualifiedName>, Failure> {
    let all = || opened.schema.row_tables().map(|table| table.name.clone());
    if arguments.tables.is_empty() {
        return Ok(all().collect());
    }
    let mut chosen = BTreeSet::new();
    for wanted in &arguments.tables {
        let covers = |name: &QualifiedName| covers_table(wanted, &name.schema, &name.name);
        let mut found: BTreeSet<QualifiedName> = all().filter(|name| covers(name)).collect();
        // A partitioned table stands for its partitions.
        for table in opened.schema.row_tables() {
            let mut current = table;
            while let Some(parent) = current
                .partition_of
                .as_ref()
                .and_then(|place| opened.schema.table(&place.parent))
            {
                if covers(&parent.name) {
                    found.insert(table.name.clone());
                }
                current = parent;
            }
        }
        if found.is_empty() {
            let cause = format!(
                "environment {} has no table {wanted} with rows",
                opened.environment.name
            );
            return Err(Failure::new(Code::BAD_ARGUMENT, cause));
        }
        chosen.extend(found);
    }
    let name = |(schema, table): &(String, String)| QualifiedName::new(schema.clone(), table.clone());
    loop {
        let before = chosen.len();
        for key in keys {
            let (from, to) = (name(&key.table), name(&key.referenced));
            let moves = key
                .columns
                .iter()
                .any(|column| masking.spec(&from.schema, &from.name, column).is_some());
            if moves && (chosen.contains(&from) || chosen.contains(&to)) {
                chosen.extend([from, to]);
            }
        }
        if chosen.len() == before {
            return Ok(chosen);
        }
    }
}

/// Every table as a clone would copy it.
fn planned(schema: &Database, masking: &MaskingPlan) -> Plan {
    let options = CloneOptions {
        anonymize: true,
        allow_personal_data: false,
        include_all: true,
        preserve_roles: false,
        skip_unsupported: true,
        dry_run: false,
        tables: Vec::new(),
        exclude_rows: Vec::new(),
        batch_rows: None,
        chunk_bytes: u64::MAX,
        parallel: 1,
        keep_previous: 0,
        locale: String::new(),
        rules: None,
        on_snapshot_loss: SnapshotLoss::Fail,
    };
    plan(
        schema,
        &BTreeSet::new(),
        &Chosen::new(),
        &BTreeMap::new(),
        masking,
        &options,
    )
}

/// True when a foreign key or a trigger is about one of the tables.
fn linked(schema: &Database, tables: &[PlannedTable]) -> bool {
    let ours = |name: &QualifiedName| {
        tables
            .iter()
            .any(|table| table.name == *name || table.load_into == *name)
    };
    schema
        .foreign_keys()
        .any(|key| ours(key.table) || ours(key.referenced_table))
        || schema.triggers.iter().any(|trigger| ours(&trigger.table))
}

/// Takes a table's rows out and puts them back masked.
async fn replace(
    reader: &SourceConnection,
    writer: &InPlace,
    table: &PlannedTable,
    key: &MaskingKey,
) -> Result<Done, Failure> {
    let Some(layout) = &table.layout else {
        return Ok(done(table, 0, 0));
    };
    let mut masker = TableMasker::compile(table.format(), layout, key, None)?;
    let mut stream = reader
        .copy_out(&table.name, &table.columns, Pages::ALL, table.binary)
        .await?;
    writer.empty(&table.name).await?;
    let mut sink = writer.copy_in(&table.load_into, &table.columns, table.binary).await?;
    while let Some(part) = stream.next().await? {
        let mut masked = Vec::with_capacity(part.len() + part.len() / 4);
        masker.feed(&part, &mut masked)?;
        sink.send(Bytes::from(masked)).await?;
    }
    let mut rest = Vec::new();
    let totals = masker.finish(&mut rest)?;
    if !rest.is_empty() {
        sink.send(Bytes::from(rest)).await?;
    }
    let loaded = sink.finish().await?;
    if loaded != totals.rows {
        let cause = format!("{}: {} rows read, {loaded} loaded", table.name.readable(), totals.rows);
        return Err(Failure::new(Code::ROW_COUNT, cause));
    }
    Ok(done(table, totals.rows, totals.values_masked))
}

fn done(table: &PlannedTable, rows: u64, values: u64) -> Done {
    let columns = table.layout.iter().flat_map(|layout| &layout.columns);
    Done {
        table: table.name.readable(),
        rows,
        values,
        columns: columns
            .filter(|column| column.action != nova_anonymization::Action::Pass)
            .map(|column| column.name.clone())
            .collect(),
    }
}

fn show(arguments: &Arguments, environment: &str, status: &str, done: &[Done]) {
    if arguments.output == Format::Json {
        output::json(
            &json!({"status": status, "environment": environment, "dry_run": arguments.dry_run, "tables": done}),
        );
        return;
    }
    let rows: Vec<Vec<String>> = done
        .iter()
        .map(|done| {
            vec![
                done.table.clone(),
                done.rows.to_string(),
                done.values.to_string(),
                done.columns.join(", "),
            ]
        })
        .collect();
    if !rows.is_empty() {
        output::print(&output::table(&["table", "rows", "values", "columns"], &rows));
    }
    output::print(match status {
        "planned" => "This was a dry run: nothing was written.",
        _ if done.is_empty() => "Nothing there looks personal, so nothing was changed.",
        _ => "Done, in one transaction. `nova anonymize verify` proves what is left.",
    });
}
