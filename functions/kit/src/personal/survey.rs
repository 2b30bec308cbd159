//! Facts and samples of columns, and the plan they lead to.

use super::supabase;
use nova_anonymization::{
    ColumnFacts, ForeignKeyFacts, Kind,
    detect::{self, Finding},
    plan::{self, MaskingPlan},
    rules::{Policy, Rules, Undecided},
};
use nova_clone::facts;
use nova_errors::{Code, Failure};
use nova_postgres::SourceConnection;
use nova_schema::{Database, QualifiedName, TypeKind};
use std::collections::{BTreeMap, BTreeSet};

/// Values looked at per column.
const SAMPLE: u32 = 200;

/// What detection and planning know of a database.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// Every column, with samples where its table was wanted.
    pub columns: Vec<ColumnFacts>,
    /// Every foreign key.
    pub keys: Vec<ForeignKeyFacts>,
}

/// What becomes of a database's personal data.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// What is masked, and how.
    pub plan: MaskingPlan,
    /// Columns that look personal and that nobody has decided about: all of them where the policy is strict, else those
    /// that nothing may replace unasked.
    pub undecided: Vec<Undecided>,
    /// Columns that look sensitive, that nobody has decided about and that nothing replaces: `schema.table.column` and
    /// what they look like.
    pub copied: Vec<Undecided>,
}

impl Outcome {
    /// The refusal that names undecided columns of these tables; none where everything is decided.
    pub fn undecided_failure(&self, tables: &BTreeSet<QualifiedName>) -> Option<Failure> {
        let of_tables = self.undecided.iter().filter(|found| is_of(tables, &found.column));
        let named: Vec<String> = of_tables
            .map(|found| {
                let path = found.path.as_deref().unwrap_or_default();
                format!("{} {path}looks like {}: {}", found.column, found.category, found.reason)
            })
            .collect();
        let cause = format!("{} column(s) look personal and have no decision", named.len());
        (!named.is_empty()).then(|| Failure::new(Code::UNDECIDED_COLUMNS, cause).with_details(named))
    }
}

/// True when a column, `schema.table.column`, is one of these tables'.
pub fn is_of(tables: &BTreeSet<QualifiedName>, column: &str) -> bool {
    tables.iter().any(|table| {
        column
            .strip_prefix(&format!("{}.{}.", table.schema, table.name))
            .is_some_and(|column| !column.is_empty())
    })
}

/// Samples the wanted tables inside the open transaction.
///
/// # Errors
/// `NOVA-12xx`.
pub async fn survey(
    source: &SourceConnection,
    schema: &Database,
    wanted: impl Fn(&QualifiedName) -> bool,
) -> Result<Survey, Failure> {
    let pages: BTreeMap<QualifiedName, u64> = source
        .sizes()
        .await?
        .into_iter()
        .map(|size| (size.name, size.pages))
        .collect();
    let mut samples = BTreeMap::new();
    for table in schema.row_tables().filter(|table| wanted(&table.name)) {
        let columns: Vec<String> = table
            .columns
            .iter()
            .filter(|column| {
                column.generated.is_none() && column.type_kind != TypeKind::Enum && column.base_type != "bytea"
            })
            .map(|column| column.name.clone())
            .collect();
        let pages = pages.get(&table.name).copied().unwrap_or(0);
        let values = source.sample(&table.name, &columns, pages, SAMPLE).await?;
        samples.extend(
            columns
                .into_iter()
                .zip(values)
                .map(|(column, values)| ((table.name.clone(), column), values)),
        );
    }
    Ok(Survey {
        columns: facts::columns(schema, &samples),
        keys: facts::foreign_keys(schema),
    })
}

impl Survey {
    /// What looks personal.
    pub fn findings(&self) -> Vec<Finding> {
        detect::detect(&self.columns)
    }
}

/// The plan of a survey: rules first, then what Supabase's schemas need, then what detection found and the policy lets
/// it do.
///
/// # Errors
/// `NOVA-14xx`: rules that cannot be carried out.
pub fn masking(survey: &Survey, rules: &Rules, policy: Option<Policy>) -> Result<Outcome, Failure> {
    let mut rules = rules.clone();
    supabase::complete(&mut rules, &survey.columns);
    rules.exempt_partitions(&survey.columns);
    let found = survey.findings();
    let sensitive = found.iter().filter(|finding| finding.category.is_sensitive());
    let mut copied: Vec<Undecided> = sensitive
        .filter(|finding| !rules.decides(finding))
        .map(Undecided::of)
        .collect();
    let (findings, undecided) = rules.sort_findings(found, policy);
    let mut keys = survey.keys.clone();
    keys.extend(rules.reference_facts(&survey.columns));
    let plan = plan::plan(&survey.columns, &keys, &rules, &findings)?;
    copied.retain(|column| !plan.masks(&column.column, column.path.as_deref()));
    let stuck = stuck(survey, &rules, &findings, &plan);
    // What a foreign key carries along is decided with the column it comes from.
    let undecided: Vec<Undecided> = undecided
        .into_iter()
        .filter(|column| {
            !plan.columns.iter().any(|masking| {
                let name = format!("{}.{}.{}", masking.schema, masking.table, masking.column);
                name == column.column && matches!(masking.source, plan::Source::Rule)
            })
        })
        .chain(stuck)
        .collect();
    Ok(Outcome {
        plan,
        undecided,
        copied,
    })
}

/// What detection would mask and the plan may not touch: it does not travel unnoticed. Values that only change places with
/// each other are not among it, nor what the server computes.
fn stuck(survey: &Survey, rules: &Rules, findings: &[Finding], plan: &MaskingPlan) -> Vec<Undecided> {
    findings
        .iter()
        .filter(|finding| finding.kind.is_some_and(|kind| kind != Kind::Shuffle))
        .filter_map(|finding| {
            let place = (&finding.schema, &finding.table, &finding.column);
            let skipped = plan
                .skipped
                .iter()
                .find(|skipped| (&skipped.schema, &skipped.table, &skipped.column) == place)?;
            let computed = survey
                .columns
                .iter()
                .any(|column| column.generated && (&column.schema, &column.table, &column.column) == place);
            let mut undecided = Undecided::of(finding);
            let masked = plan.masks(&undecided.column, undecided.path.as_deref());
            undecided.reason.clone_from(&skipped.reason);
            (!computed && !masked && !rules.decides(finding)).then_some(undecided)
        })
        .collect()
}
