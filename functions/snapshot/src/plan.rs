//! What is decided under a snapshot.

use nova_anonymization::{
    Locale, detect,
    plan::{MaskingPlan, Source},
    rules::Rules,
};
use nova_clone::{
    Operation, facts, names,
    plan::{Plan, Size},
    scope,
};
use nova_errors::{Code, Failure};
use nova_events::{AnonymizationPlanned, ChunksPlanned, CloneOptions, Event, SchemaCaptured, SnapshotOpened};
use nova_kit::{Phase, Ports, documents};
use nova_postgres::{Snapshot, SourceConnection};
use nova_schema::{Database, QualifiedName, TypeKind};
use std::collections::{BTreeMap, BTreeSet};

/// Values looked at per column.
const SAMPLE: u32 = 200;

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
    let skipped: Vec<String> = schema
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
    let scope = scope::scope(&schema, options)?;
    let sizes = sizes(source).await?;
    let masking = if options.anonymize {
        masking(ports, operation, options, source, &schema, &scope.copied, &sizes).await?
    } else {
        MaskingPlan::default()
    };
    let plan = nova_clone::plan::plan(&schema, &scope.copied, &sizes, &masking, options);

    documents::put(ports, &operation.id, &names::schema_blob(epoch), &schema).await?;
    documents::put(ports, &operation.id, &names::masking_blob(epoch), &masking).await?;
    documents::put(ports, &operation.id, &names::plan_blob(epoch), &plan).await?;
    announce(ports, &plan);
    Ok(Planned {
        columns: count(masking.columns.len()),
        events: events(epoch, snapshot, &schema, skipped, &masking, &plan),
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

async fn masking(
    ports: &Ports,
    operation: &Operation,
    options: &CloneOptions,
    source: &SourceConnection,
    schema: &Database,
    copied: &BTreeSet<QualifiedName>,
    sizes: &BTreeMap<QualifiedName, Size>,
) -> Result<MaskingPlan, Failure> {
    let mut rules = match &options.rules {
        Some(name) => {
            let bytes = documents::get_bytes(ports, &operation.id, name).await?;
            Rules::parse(&String::from_utf8_lossy(&bytes))?
        }
        None => Rules::default(),
    };
    let mut samples = BTreeMap::new();
    for table in schema.row_tables().filter(|table| copied.contains(&table.name)) {
        let columns: Vec<String> = table
            .columns
            .iter()
            .filter(|column| {
                column.generated.is_none() && column.type_kind != TypeKind::Enum && column.base_type != "bytea"
            })
            .map(|column| column.name.clone())
            .collect();
        let pages = sizes.get(&table.name).map_or(0, |size| size.pages);
        let values = source.sample(&table.name, &columns, pages, SAMPLE).await?;
        samples.extend(
            columns
                .into_iter()
                .zip(values)
                .map(|(column, values)| ((table.name.clone(), column), values)),
        );
    }
    let columns = facts::columns(schema, &samples);
    let locale = if options.locale.starts_with("en") {
        Locale::English
    } else {
        Locale::French
    };
    rules.locale = locale;
    let findings = detect::detect(&columns);
    Ok(nova_anonymization::plan::plan(
        &columns,
        &facts::foreign_keys(schema),
        &rules,
        &findings,
    )?)
}

fn events(
    epoch: u32,
    snapshot: &Snapshot,
    schema: &Database,
    skipped: Vec<String>,
    masking: &MaskingPlan,
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
        }
        .into(),
        AnonymizationPlanned {
            epoch,
            blob: names::masking_blob(epoch),
            columns: count(masking.columns.len()),
            detected: count(detected),
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
