//! `nova anonymize verify`: proof that nothing personal is left, as a signed report.
//!
//! | step | where |
//! |---|---|
//! | the originals: kept fingerprints, or the source of the last clone read again | [`originals`] |
//! | every text of the target: columns, views, schema, large objects | [`looking`] |
//! | the report and its signature | [`signed`] |

mod looking;
mod originals;
mod signed;

use super::{
    arguments::Verify,
    opened::{Opened, rules},
};
use crate::{
    arguments::Format,
    commands::{operation, validate::last_clone},
    output::{self, figures},
    runtime::Runtime,
};
use looking::Looking;
use nova_anonymization::{
    Kind,
    plan::{MaskingPlan, Source},
    rules::Rules,
    verify::{Basis, Exempted, Grouped, Masked, Pattern, Report},
};
use nova_clone::{Operation, facts, names::RULES_BLOB};
use nova_errors::{Code, Exit, Failure};
use nova_kit::{Ports, Silent, documents, personal};
use nova_project::Project;
use originals::Originals;
use std::{collections::BTreeMap, path::Path, process::ExitCode, sync::Arc};

/// What no verification can say.
const NOTES: [&str; 4] = [
    "A name of a single word is not looked for: it may be a common word, or part of somebody else's name.",
    "A full name in a masked column, a generated column, a search vector or a materialized view that is also somebody's \
     replacement is taken for the replacement.",
    "Search vectors are looked through for names as the French, the English and the simple configuration write them.",
    "Binary columns and large objects are read as they are, to their first megabyte: what is compressed or encrypted in \
     them (pictures, most PDF files, archives) is not opened.",
];

pub(super) async fn run(project: &Project, arguments: &Verify) -> Result<ExitCode, Failure> {
    let runtime = Runtime::open(project, Arc::new(Silent))?;
    let ports = runtime.ports();
    if let Some(file) = &arguments.check_report {
        return signed::check(ports, file, arguments.output).await;
    }
    let name = arguments.environment.as_deref().unwrap_or_default();
    let report = verify(ports, arguments, name).await?;
    let signature = signed::sign(ports, &report).await?;
    if let Some(file) = &arguments.report {
        write(file, &report, &signature)?;
    }
    if arguments.output == Format::Json {
        output::json(&signed::document(&report, &signature));
    } else {
        show(&report, arguments.report.as_deref());
    }
    Ok(if report.passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(Exit::Invalid as u8)
    })
}

async fn verify(ports: &Ports, arguments: &Verify, name: &str) -> Result<Report, Failure> {
    let opened = Opened::open(ports, name).await?;
    let clone = last_clone(ports, name).await?.filter(|clone| clone.options().is_some());
    let masking = match &clone {
        Some(clone) => documents::masking(ports, &clone.id, clone.epoch).await?,
        None => MaskingPlan::default(),
    };
    let mut rules = rules_of(ports, arguments, name, clone.as_ref()).await?;
    rules.exempt_partitions(&facts::columns(&opened.schema, &BTreeMap::new()));
    let originals = Originals::find(ports, arguments, name, clone.as_ref()).await?;
    let looking = Looking::new(&opened, &masking, originals.as_ref());
    let looked = looking.look().await?;
    let survivors = match &originals {
        Some(originals) => looked.survivors(&originals.fingerprints),
        None => Vec::new(),
    };
    let patterns = patterns(&opened, &masking, &rules).await?;
    let quasi_identifiers = groups(&opened, &rules).await?;
    opened.source.end().await?;

    let basis = originals
        .as_ref()
        .map_or(Basis::PatternsOnly, |originals| originals.basis);
    let mut notes: Vec<String> = NOTES.iter().map(|note| (*note).to_owned()).collect();
    if basis == Basis::PatternsOnly {
        notes.insert(
            0,
            "No originals were at hand: only the forms of values were looked at, so values without a form (names that no \
             list knows, addresses) may be left. Pass --source, or clone with --keep-fingerprints."
                .to_owned(),
        );
    }
    for table in &opened.closed {
        notes.push(format!(
            "{} cannot be read by this role and was not looked at.",
            table.readable()
        ));
    }
    let unexplained = basis == Basis::PatternsOnly && !patterns.is_empty();
    let grouped = quasi_identifiers.iter().all(|group| group.passed);
    Ok(Report {
        version: 1,
        environment: name.to_owned(),
        made_at: figures::moment(ports.clock.now_ms()),
        actor: operation::actor(),
        operation: clone.as_ref().map(|clone| clone.id.clone()),
        basis,
        source: originals.as_ref().and_then(|originals| originals.source.clone()),
        passed: survivors.is_empty() && !unexplained && grouped,
        originals: originals
            .as_ref()
            .map_or(0, |originals| originals.fingerprints.originals() as u64),
        tables: looked.tables,
        columns: looked.columns,
        values: looked.values,
        schema_texts: looked.schema_texts,
        large_objects: looked.large_objects,
        survivors,
        patterns,
        masked: masked(&masking),
        exempted: exempted(&opened, &rules),
        quasi_identifiers,
        notes,
    })
}

/// The rules that were in force.
async fn rules_of(ports: &Ports, arguments: &Verify, name: &str, clone: Option<&Operation>) -> Result<Rules, Failure> {
    if arguments.rules.is_none()
        && let Some(clone) = clone
        && clone.options().is_some_and(|options| options.rules.is_some())
    {
        let bytes = documents::get_bytes(ports, &clone.id, RULES_BLOB).await?;
        return Ok(Rules::parse(&String::from_utf8_lossy(&bytes))?);
    }
    rules(ports, arguments.rules.as_deref(), &[name]).await
}

/// Columns that nothing masked and whose values have a form of their own.
async fn patterns(opened: &Opened, masking: &MaskingPlan, rules: &Rules) -> Result<Vec<Pattern>, Failure> {
    let survey = personal::survey(&opened.source, &opened.schema, |table| !opened.closed.contains(table)).await?;
    let formed = |kind: Option<Kind>| {
        matches!(
            kind,
            Some(Kind::Email | Kind::Phone | Kind::Iban | Kind::Nir | Kind::Name | Kind::Text)
        )
    };
    Ok(survey
        .findings()
        .into_iter()
        .filter(|finding| formed(finding.kind) && finding.reason.contains("sample"))
        .filter(|finding| !finding.reason.contains("but "))
        .filter(|finding| masking.spec(&finding.schema, &finding.table, &finding.column).is_none())
        .filter(|finding| {
            rules
                .exemption(&finding.schema, &finding.table, &finding.column)
                .is_none()
        })
        .map(|finding| Pattern {
            column: format!("{}.{}.{}", finding.schema, finding.table, finding.column),
            path: finding.path,
            category: finding.category.label().to_owned(),
            score: (f64::from(finding.score) * 100.0).round() / 100.0,
            reason: finding.reason,
        })
        .collect())
}

async fn groups(opened: &Opened, rules: &Rules) -> Result<Vec<Grouped>, Failure> {
    let mut groups = Vec::new();
    for declared in &rules.quasi_identifiers {
        let table = opened.table(&declared.table)?;
        let [small_groups, rows, smallest] = opened
            .source
            .small_groups(&table, &declared.columns, declared.k)
            .await?;
        groups.push(Grouped {
            table: table.readable(),
            columns: declared.columns.clone(),
            k: declared.k,
            small_groups,
            rows,
            smallest,
            passed: small_groups == 0,
        });
    }
    Ok(groups)
}

fn masked(masking: &MaskingPlan) -> Vec<Masked> {
    masking
        .columns
        .iter()
        .map(|column| Masked {
            column: format!("{}.{}.{}", column.schema, column.table, column.column),
            transformer: column.spec.kind.label().to_owned(),
            why: match &column.source {
                Source::Rule => "a rule".to_owned(),
                Source::Detected { score, reason } => format!("detected ({:.0} %): {reason}", score * 100.0),
                Source::ForeignKey { through } => format!("joined to {through}"),
            },
        })
        .collect()
}

fn exempted(opened: &Opened, rules: &Rules) -> Vec<Exempted> {
    let mut exempted = Vec::new();
    for table in opened.schema.row_tables() {
        for column in &table.columns {
            if let Some(exemption) = rules.exemption(&table.name.schema, &table.name.name, &column.name) {
                exempted.push(Exempted {
                    column: format!("{}.{}.{}", table.name.schema, table.name.name, column.name),
                    rule: format!("{} {}", exemption.table, exemption.column),
                    reason: exemption.reason.clone(),
                });
            }
        }
    }
    exempted
}

fn write(file: &Path, report: &Report, signature: &str) -> Result<(), Failure> {
    let json = file
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let text = if json {
        format!("{:#}\n", signed::document(report, signature))
    } else {
        report.html(signature)
    };
    std::fs::write(file, text).map_err(|error| Failure::new(Code::MISSING_FILE, format!("{}: {error}", file.display())))
}

fn show(report: &Report, file: Option<&Path>) {
    let left: Vec<Vec<String>> = report
        .survivors
        .iter()
        .map(|left| {
            vec![
                left.place.clone(),
                left.kind.clone(),
                left.category.clone(),
                left.count.to_string(),
            ]
        })
        .collect();
    if !left.is_empty() {
        output::print(&output::table(&["original left in", "a", "what", "times"], &left));
    }
    let looks: Vec<Vec<String>> = report
        .patterns
        .iter()
        .map(|found| vec![found.column.clone(), found.category.clone(), found.reason.clone()])
        .collect();
    if !looks.is_empty() {
        output::print(&output::table(&["not masked", "looks like", "because"], &looks));
    }
    for group in report.quasi_identifiers.iter().filter(|group| !group.passed) {
        output::print(&format!(
            "{}: {} combination(s) of {} have fewer than {} rows, the smallest {}.",
            group.table,
            group.small_groups,
            group.columns.join(", "),
            group.k,
            group.smallest
        ));
    }
    let compared = match report.basis {
        Basis::KeptFingerprints => "fingerprints kept from the clone".to_owned(),
        Basis::SourceRead => format!("the originals in {}", report.source.as_deref().unwrap_or("the source")),
        Basis::PatternsOnly => "forms of personal data only".to_owned(),
    };
    output::print(&format!(
        "Compared with {compared}: {} originals looked for in {} values of {} tables, {} texts of the schema, {} large objects.",
        report.originals, report.values, report.tables, report.schema_texts, report.large_objects
    ));
    output::print(if report.passed {
        "Nothing personal was found."
    } else {
        "Personal data is left."
    });
    if report.basis == Basis::PatternsOnly {
        output::note(report.notes.first().map_or("", String::as_str));
    }
    if let Some(file) = file {
        output::print(&format!("The signed report is in {}.", file.display()));
    }
}
