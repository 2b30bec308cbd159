//! What is decided under a snapshot.

use crate::rows::{self, Wanted};
use bytes::Bytes;
use nova_anonymization::{
    ColumnFacts, Locale,
    plan::{MaskingPlan, Source},
    rules::{NewColumn, Policy, Rules},
};
use nova_clone::{
    Operation, names,
    plan::{Plan, Size},
    scope,
};
use nova_errors::{Code, Failure};
use nova_eventlog::{Durability, write_all};
use nova_events::{AnonymizationPlanned, ChunksPlanned, CloneOptions, Event, SchemaCaptured, SnapshotOpened};
use nova_kit::{
    Phase, Ports, documents,
    personal::{self, Decisions},
};
use nova_postgres::{Snapshot, SourceConnection};
use nova_schema::{Database, QualifiedName};
use std::collections::{BTreeMap, BTreeSet};

/// The events of a plan, and how many columns it masks.
pub(crate) struct Planned {
    pub(crate) events: Vec<Event>,
    pub(crate) columns: u32,
}

/// Captures, samples, decides and stores the documents of an epoch.
pub(crate) async fn plan(
    ports: &Ports,
    operation: &Operation,
    epoch: u32,
    source: &SourceConnection,
    snapshot: &Snapshot,
) -> Result<Planned, Failure> {
    let options = operation
        .options()
        .ok_or_else(|| Failure::new(Code::INTERNAL, "a clone without options"))?;
    let mut schema = source.capture().await?;
    let side_effects = schema.leave_out_side_effects();
    let mut skipped: Vec<String> = schema
        .unsupported
        .iter()
        .map(|object| format!("{} {}: {}", object.kind, object.name, object.reason))
        .collect();
    if !skipped.is_empty() && !options.skip_unsupported {
        return Err(schema
            .unsupported_failure()
            .unwrap_or_else(|| Failure::new(Code::UNSUPPORTED_OBJECT, "unsupported objects")));
    }
    schema.unsupported.clear();
    skipped.extend(side_effects);
    let scope = scope::scope(&schema, options)?;
    let sizes = sizes(source).await?;
    let decisions = personal::decisions(ports, operation).await?;
    let rules = rules(ports, operation, options).await?;
    let (masking, unmasked) = if options.anonymize {
        masking(&decisions, &rules, source, &schema, &scope.copied).await?
    } else {
        (MaskingPlan::default(), Vec::new())
    };
    let wanted = Wanted {
        subset: decisions.subset,
        rules,
    };
    let chosen = rows::choose(source, &schema, &scope.copied, &wanted).await?;
    let plan = nova_clone::plan::plan(&schema, &scope.copied, &chosen, &sizes, &masking, options);
    for (chunk, rows) in plan.rows_of_chunks(&chosen) {
        let key = names::chosen_blob(&operation.id, epoch, chunk);
        write_all(
            ports.blobs.as_ref(),
            &key,
            Durability::Durable,
            Bytes::from(rows.to_bytes()),
        )
        .await?;
    }

    documents::put(ports, &operation.id, &names::schema_blob(epoch), &schema).await?;
    documents::put(ports, &operation.id, &names::masking_blob(epoch), &masking).await?;
    documents::put(ports, &operation.id, &names::plan_blob(epoch), &plan).await?;
    announce(ports, &plan);
    Ok(Planned {
        columns: count(masking.columns.len()),
        events: events(epoch, (source, snapshot), &schema, skipped, (&masking, unmasked), &plan),
    })
}

async fn sizes(source: &SourceConnection) -> Result<BTreeMap<QualifiedName, Size>, Failure> {
    let sizes = source.sizes().await?.into_iter();
    Ok(sizes
        .map(|size| {
            (
                size.name,
                Size {
                    pages: size.pages,
                    bytes: size.bytes,
                    rows: size.rows,
                },
            )
        })
        .collect())
}

/// The rules as they were when the operation was requested.
async fn rules(ports: &Ports, operation: &Operation, options: &CloneOptions) -> Result<Rules, Failure> {
    let mut rules = match &options.rules {
        Some(name) => {
            let bytes = documents::get_bytes(ports, &operation.id, name).await?;
            Rules::parse(&String::from_utf8_lossy(&bytes))?
        }
        None => Rules::default(),
    };
    rules.locale = if options.locale.starts_with("en") {
        Locale::English
    } else {
        Locale::French
    };
    Ok(rules)
}

async fn masking(
    decisions: &Decisions,
    rules: &Rules,
    source: &SourceConnection,
    schema: &Database,
    copied: &BTreeSet<QualifiedName>,
) -> Result<(MaskingPlan, Vec<String>), Failure> {
    let survey = personal::survey(source, schema, |table| copied.contains(table)).await?;
    let outcome = personal::masking(&survey, rules, decisions.policy)?;
    if let Some(refusal) = outcome.undecided_failure(copied) {
        return Err(refusal);
    }
    unapproved(decisions, rules, &survey.columns)?;
    let unmasked = outcome.copied.iter();
    let unmasked = unmasked.filter(|column| personal::is_of(copied, &column.column));
    let unmasked = unmasked.map(|column| {
        let path = column
            .path
            .as_deref()
            .map_or_else(String::new, |path| format!(" {path}"));
        format!("{}{path} ({})", column.column, column.category)
    });
    Ok((outcome.plan, unmasked.collect()))
}

/// Refuses columns that appeared after the rules were approved, when the policy is strict.
fn unapproved(decisions: &Decisions, rules: &Rules, columns: &[ColumnFacts]) -> Result<(), Failure> {
    let strict = decisions.policy.or(rules.policy) == Some(Policy::Strict);
    let Some(approved) = decisions.approved.as_ref().filter(|_| strict) else {
        return Ok(());
    };
    let new: Vec<String> = NewColumn::since(approved, columns)
        .into_iter()
        .map(|column| format!("+ {} {}", column.column, column.sql_type))
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let cause = format!("{} column(s) appeared since the rules were approved", new.len());
    Err(Failure::new(Code::UNAPPROVED_COLUMNS, cause).with_details(new))
}

fn events(
    epoch: u32,
    (source, snapshot): (&SourceConnection, &Snapshot),
    schema: &Database,
    skipped: Vec<String>,
    (masking, unmasked): (&MaskingPlan, Vec<String>),
    plan: &Plan,
) -> Vec<Event> {
    let detected = masking
        .columns
        .iter()
        .filter(|column| matches!(column.source, Source::Detected { .. }))
        .count();
    let copied = || plan.tables.iter().filter(|table| table.chunks > 0);
    vec![
        SnapshotOpened {
            epoch,
            visibility: snapshot.visibility.clone(),
        }
        .into(),
        SchemaCaptured {
            epoch,
            blob: names::schema_blob(epoch),
            tables: count(schema.row_tables().count()),
            skipped,
            search_path: source.path().to_vec(),
        }
        .into(),
        AnonymizationPlanned {
            epoch,
            blob: names::masking_blob(epoch),
            columns: count(masking.columns.len()),
            detected: count(detected),
            copied: unmasked,
        }
        .into(),
        ChunksPlanned {
            epoch,
            blob: names::plan_blob(epoch),
            chunks: count(plan.chunks.len()),
            tables: count(copied().count()),
            estimated_rows: copied().map(|table| table.estimated_rows).sum(),
            estimated_bytes: copied().map(|table| table.estimated_bytes).sum(),
        }
        .into(),
    ]
}

/// Tells whoever watches what is to come.
fn announce(ports: &Ports, plan: &Plan) {
    let bytes = plan
        .tables
        .iter()
        .filter(|table| table.chunks > 0)
        .map(|table| table.estimated_bytes)
        .sum();
    ports.progress.begin(Phase::Export, bytes);
    ports.progress.begin(Phase::Import, bytes);
    ports.progress.begin(Phase::Finalize, plan.tables.len() as u64 + 1);
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
